"""``python -m dopyapi.emulator``: serve an emulator on this machine; or record, replay or import."""

import sys


def _main() -> int:
    from .recording.commands import COMMANDS

    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        from .recording import commands

        return commands.main(sys.argv[1:])
    from .serving import main

    return main()


raise SystemExit(_main())
