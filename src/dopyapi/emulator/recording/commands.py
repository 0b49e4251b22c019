"""The commands ``record``, ``replay`` and ``import`` of ``python -m dopyapi.emulator``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arguments import PROGRAM, add_place
from ..listening import ListeningError, listening
from .fixture import NEUTRAL, Fixture, FixtureError, Writer
from .scrubbing import Scrubber
from .upstream import Upstream, UpstreamError

if TYPE_CHECKING:
    from .proxy import Recorder

TOKEN_VARIABLES = ("DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN")


def main(
    arguments: Sequence[str],
    *,
    program: str = PROGRAM,
    upstream: str = NEUTRAL,
    token: Callable[[], str] | None = None,
) -> int:
    """Run one of the commands, the first of the arguments; returns the process's exit status.

    Parameters:
        program: the command that they are called by.
        upstream: the API to ask unless ``--upstream`` says which.
        token: gives the token for ``--account``; the environment's unless given.
    """
    parser = _parser(program, upstream)
    options = parser.parse_args(arguments)
    options.token = token or _token
    run: Callable[[argparse.ArgumentParser, argparse.Namespace], int] = options.run
    try:
        return run(parser, options)
    except (FixtureError, UpstreamError, OSError) as error:
        return _failed(str(error))


def _parser(program: str, upstream: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog=program)
    commands = made.add_subparsers(required=True, metavar="record|replay|import")
    record = commands.add_parser("record", help="record what an account answers, without its secrets")
    record.set_defaults(run=_record)
    record.add_argument("--to", type=Path, required=True, metavar="FIXTURE", help="the file to write")
    record.add_argument("--append", action="store_true", help="go on with a file that is there already")
    record.add_argument(
        "--account",
        action="store_true",
        help=f"ask for all that the account has, by GET only, with the token of ${TOKEN_VARIABLES[0]}, and end",
    )
    _add_upstream(record, upstream)
    _add_scrubbing(record)
    add_place(record, 8081)
    replay = commands.add_parser("replay", help="answer with what was recorded")
    replay.set_defaults(run=_replay)
    replay.add_argument("fixture", type=Path)
    replay.add_argument(
        "--strict-order", action="store_true", help="take requests only in the order in which they were recorded"
    )
    add_place(replay, 8080)
    take = commands.add_parser("import", help="make a seed of an account, or of a recording")
    take.set_defaults(run=_import)
    take.add_argument("fixture", type=Path, nargs="*", help="recordings; later ones know better")
    take.add_argument(
        "--account",
        action="store_true",
        help=f"ask the account itself, by GET only, with the token of ${TOKEN_VARIABLES[0]}",
    )
    take.add_argument("--to", type=Path, metavar="SEED", help="the file to write; the output unless given")
    take.add_argument("--force", action="store_true", help="write over a file that is there already")
    _add_upstream(take, upstream)
    _add_scrubbing(take)
    return made


def _add_upstream(made: argparse.ArgumentParser, usual: str) -> None:
    made.add_argument("--upstream", default=usual, metavar="URL", help="the API to ask (default: %(default)s)")


def _add_scrubbing(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--keep-personal",
        action="store_true",
        help="keep e-mail addresses, and names, UUIDs and postal addresses of the account",
    )
    made.add_argument("--scrub-addresses", action="store_true", help="put others in the place of public IP addresses")
    if "record" in made.prog:
        made.add_argument(
            "--keep-files", action="store_true", help="keep answers that are no text, such as PDF: nobody looks inside"
        )


def _upstream(parser: argparse.ArgumentParser, url: str) -> Upstream:
    try:
        return Upstream(url)
    except ValueError as error:
        parser.error(f"argument --upstream: {error}")


def _scrubber(options: argparse.Namespace) -> Scrubber:
    return Scrubber(personal=not options.keep_personal, addresses=options.scrub_addresses)


def _token() -> str:
    """The token of the environment; an argument would be seen by whoever lists processes.

    Raises:
        UpstreamError: there is none.
    """
    found = next((os.environ[name] for name in TOKEN_VARIABLES if os.environ.get(name)), None)
    if found is None:
        raise UpstreamError(f"no token: put one that may read into {TOKEN_VARIABLES[0]}")
    return found


def _record(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from .proxy import Proxy, Recorder

    upstream = _upstream(parser, options.upstream)
    token = options.token() if options.account else ""
    with ExitStack() as stack:
        stack.callback(upstream.close)
        writer = stack.enter_context(Writer(options.to, append=options.append))
        recorder = Recorder(writer, _scrubber(options), files=options.keep_files)
        if options.account:
            from .walking import walk

            walk(upstream, token, recorder, _say)
        else:
            proxy = Proxy(upstream, recorder)
            stack.callback(proxy.close)
            what = f"dopyapi recorder listening on {{url}}, passing on to {upstream.url}, writing {options.to}"
            status = _serve(proxy, options, what)
            if status:
                return status
        return _recorded(recorder, options.to)


def _recorded(recorder: Recorder, path: Path) -> int:
    _say(f"{recorder.count} exchanges are in {path}; look through it before you give it to anybody")
    if recorder.lost:
        return _failed(f"{recorder.lost} exchanges could not be recorded")
    return 0


def _replay(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from ..asgi import App
    from .replaying import Replay

    replay = Replay(options.fixture, strict_order=options.strict_order)
    if replay.fixture.torn:
        _say(f"{options.fixture} ends in the middle of an exchange, which is left out")
    what = f"dopyapi replay listening on {{url}}, answering {len(replay.fixture)} exchanges of {options.fixture}"
    status = _serve(App(replay), options, what)
    if status:
        return status
    _say(f"{len(replay.played)} of {len(replay.fixture)} exchanges were played")
    for exchange in replay.unplayed:
        _say(f"  unplayed      {exchange.method} {exchange.target}")
    for missed in dict.fromkeys(replay.missed):
        _say(f"  not recorded  {missed}")
    return 0


def _serve(app: Any, options: argparse.Namespace, announcement: str) -> int:
    """Serve until interrupted."""
    try:
        with listening(options.host, options.port, encrypted=options.tls, folder=options.tls_folder) as at:
            told = announcement.format(url=at.url)
            if at.ca is not None:
                told += f"\n  trust it  export SSL_CERT_FILE={at.ca} REQUESTS_CA_BUNDLE={at.ca}"
            at.serve(app, told)
    except ListeningError as error:
        return _failed(str(error))
    return 0


def _import(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from .importing import imported, written

    if bool(options.fixture) == options.account:
        parser.error("import takes recordings, or --account to ask the account itself")
    if options.to is not None and options.to.exists() and not options.force:
        return _failed(f"{options.to} is there already: name another file, or write over it by --force")
    exchanges = Fixture()
    if options.account:
        from .walking import Collected, walk

        upstream, collected = _upstream(parser, options.upstream), Collected(_scrubber(options))
        try:
            walk(upstream, options.token(), collected, _say)
        finally:
            upstream.close()
        exchanges = Fixture(collected.exchanges, upstream.url)
    for path in options.fixture:
        exchanges += Fixture.read(path)
    made = imported(exchanges)
    text = written(made)
    if options.to is None:
        print(text, end="")  # noqa: T201
    else:
        options.to.write_text(text, encoding="utf-8")
    for note in made.notes:
        _say(note)
    counted = ", ".join(f"{len(items)} {name}" for name, items in made.data.items() if isinstance(items, list))
    _say(f"a seed with {counted or 'nothing'}{f' is in {options.to}' if options.to else ''}")
    if made.refused:
        for problem in made.refused:
            _say(f"the emulator would refuse {problem}")
        return 1
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


def _failed(text: str) -> int:
    _say(text)
    return 1
