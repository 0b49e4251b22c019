"""The rows of the table: `measure` of each gives rows, with what is wanted of ours."""
