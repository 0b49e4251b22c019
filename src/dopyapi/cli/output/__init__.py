"""How results are shown: tables where people look, JSON, YAML, CSV, identifiers and names where programs read.

view.py       the options that say how; what is shown with them
columns.py    which columns a class has; cells.py: what stands in one
choosing.py   filters, order, JMESPath
tables.py     a table or a record, on a terminal and elsewhere
watching.py   a table that is kept up to date
"""

from .view import View, list_options, options, show

__all__ = ["View", "list_options", "options", "show"]
