"""Standard output and standard error, whatever they are connected to, and whatever becomes of them meanwhile."""

from __future__ import annotations

import codecs
import os
import sys

ESCAPING = "dopyapi.escaping"
INTERRUPTED = 130


def ready() -> None:
    """Let nothing that is written end the process: a terminal that knows only ASCII gets the rest escaped."""
    codecs.register_error(ESCAPING, _escaped)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by who started the process
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115 - pathlib takes its time to load
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=ESCAPING)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What cannot be encoded, as JSON escapes it, so that JSON stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2)), error.end


def finished(status: int) -> None:
    """End the process; what is still to be written is, where anybody reads it.

    Args:
        status: the exit status.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as problem:
            # Python would try again at the very end, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if status == 0 and not isinstance(problem, BrokenPipeError):
                status = 1
                sys.stderr.write(f"dopy: the output cannot be written: {problem.strerror}\n")
    if status == INTERRUPTED:
        # Requests that are under way on other threads would be waited for.
        os._exit(status)
    sys.exit(status)
