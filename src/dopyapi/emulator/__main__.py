"""``python -m dopyapi.emulator``: serve an emulator on this machine; or record, replay or import."""

import signal
import sys

from .arguments import RECORDING


def _end(number: int, frame: object) -> None:
    raise SystemExit(0)


def _main() -> int:
    # What records needs much that a server does not.
    if sys.argv[1:2] and sys.argv[1] in RECORDING:
        from .recording.commands import main as run

        return run(sys.argv[1:])
    # To be ended is no failure, while it still starts neither; once it serves, the server listens to signals itself.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    from .serving import main

    return main()


try:
    raise SystemExit(_main())
except KeyboardInterrupt:
    raise SystemExit(130) from None
