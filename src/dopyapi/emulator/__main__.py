"""``python -m dopyapi.emulator``: serve an emulator on this machine; or record, replay or import."""

import sys

from .arguments import RECORDING


def _main() -> int:
    # What records needs much that a server does not.
    if sys.argv[1:2] and sys.argv[1] in RECORDING:
        from .recording.commands import main as run

        return run(sys.argv[1:])
    from .serving import main

    return main()


raise SystemExit(_main())
