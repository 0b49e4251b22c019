"""Commands written by hand, each in a file of its own; ``written.py`` lists them."""
