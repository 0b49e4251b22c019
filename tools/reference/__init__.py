"""What the package shows in public, read from its source: for the tests of its docstrings, and for the site."""
