"""Single parts of the core by themselves, beside what they are made of: `python -m benchmarks parts [NAME ...]`."""

from __future__ import annotations

NAMES = ("checking", "limiting", "decoding", "memory", "commanding")


def show(names: list[str]) -> None:
    """Measure and print them; all unless some are named."""
    from importlib import import_module

    unknown = set(names) - set(NAMES)
    if unknown:
        raise SystemExit(f"there is no part {unknown.pop()!r}; there are {', '.join(NAMES)}")
    for name in names or NAMES:
        print(import_module(f"{__name__}.{name}").measure(), end="\n\n", flush=True)
