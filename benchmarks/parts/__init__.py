"""Single parts of the core by themselves; `python -m benchmarks parts [NAME ...]`."""
