"""Commands made of the SDK's declarations: group = class, command = operation, options = signature, help = docstring.

group.py          which commands a class has
annotations.py    what a parameter takes, read from its annotation
options.py        a parameter as an option or argument; values.py: what is typed as a value
documentation.py  a docstring as help
targets.py        names and identifiers as objects
calls.py          an operation as a command; creating.py updating.py listing.py showing.py: those with manners
outcomes.py       one thing done to many, and what came of each
"""
