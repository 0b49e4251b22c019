"""The command line of the server."""

from __future__ import annotations

import argparse
from pathlib import Path

PROGRAM = "python -m dopyapi.emulator"
RECORDING = ("record", "replay", "import")
"""Its further commands."""


def parser(program: str = PROGRAM) -> argparse.ArgumentParser:
    """What ``python -m dopyapi.emulator`` takes.

    Parameters:
        program: the command that it is called by.
    """
    made = argparse.ArgumentParser(
        prog=program,
        description="A DigitalOcean that runs on your laptop.",
        epilog="Further commands, each with --help: record what an account answers, replay it, import it as a seed.",
    )
    _add_server(made)
    _add_account(made)
    _add_time(made)
    _add_trouble(made)
    return made


def add_place(made: argparse.ArgumentParser, port: int) -> argparse._ArgumentGroup:
    """Add what says where to listen, on that port unless told otherwise; returns the group."""
    group = made.add_argument_group("where it listens")
    group.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    group.add_argument(
        "--port", type=_port, default=port, help="port to listen on; 0 for a free one (default: %(default)s)"
    )
    group.add_argument("--tls", action="store_true", help="speak TLS, with a certificate by an authority of its own")
    group.add_argument(
        "--tls-folder", type=Path, metavar="FOLDER", help="where the authority is kept (default: your data folder)"
    )
    return group


def _add_server(made: argparse.ArgumentParser) -> None:
    group = add_place(made, 8080)
    group.add_argument(
        "--hosts",
        type=_names,
        default=(),
        metavar="NAME,...",
        help="further names for the certificate, such as api.digitalocean.com; means --tls",
    )
    group.add_argument("--quiet", action="store_true", help="only say where it listens")


def _add_account(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("the account")
    group.add_argument("--data", default=":memory:", metavar="FILE", help="keep the account in this file")
    group.add_argument(
        "--seed",
        action="append",
        default=[],
        metavar="FILE",
        help="begin with what this file describes, YAML or JSON, where the account is empty; repeatable",
    )
    group.add_argument("--token", help="the only token to accept (default: any)")
    group.add_argument("--scopes", help="what that token may do: 'read', or scopes such as droplet:read,tag:read")
    group.add_argument("--strict", action="store_true", help="refuse whatever the official document forbids")


def _add_time(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("time")
    group.add_argument(
        "--speed", type=float, default=0.02, help="1 as slow as production, 0 at once (default: %(default)s)"
    )
    group.add_argument(
        "--duration",
        action="append",
        default=[],
        metavar="CHANGE=SECONDS",
        help="how long a change takes whatever the speed, such as droplet.create=90 or database=5; repeatable",
    )
    group.add_argument(
        "--clock",
        choices=("real", "virtual"),
        default="real",
        help="the machine's, or one that moves only when POST /_emulator/clock says so (default: %(default)s)",
    )


def _add_trouble(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("trouble, to test one's own code")
    group.add_argument("--faults", metavar="FILE", help="faults to play: JSON, or YAML; see the emulator's README")
    for name, what in (
        ("list", "how late listings have what was created"),
        ("get", "how late what was created is found by its id"),
        ("address", "how late what is active has its addresses"),
        ("end", "how late what was deleted is no longer found"),
    ):
        group.add_argument(f"--{name}-lag", type=float, default=0.0, metavar="SECONDS", help=what)
    group.add_argument(
        "--limits",
        nargs="?",
        const="",
        metavar="REQUESTS/SECONDSs",
        help="enforce production's rate limits; 200/2s puts that in the place of its 250/60s",
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in text.split(",") if name.strip())
