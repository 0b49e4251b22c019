"""``python -m dopyapi.emulator``: serve an emulator on this machine."""

from .serving import main

raise SystemExit(main())
