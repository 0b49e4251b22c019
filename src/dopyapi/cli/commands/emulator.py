"""``dopy emulator``: serve an emulator on this machine; record, replay, import; begin the private one anew."""

from __future__ import annotations

from typing import Any

import click

from ..base import Command
from ..failing import DONE, FAILED, USAGE, Failure
from ..session import session

PROGRAM = "dopy emulator"
PRIVATE = "--private"
EXCLUDED = ("--data", "--token", "--scopes", "--clock")
"""Options of a server that the private account has settled."""
FURTHER = """
dopy's own:
  --private             serve the account of `dopy --emulator`, which goes on working meanwhile
  reset [-y]            a command: empty the account of `dopy --emulator`
"""


def _run(words: tuple[str, ...]) -> int:
    from dopyapi.emulator.arguments import RECORDING

    words = tuple(words)
    if words[:1] == ("reset",):
        return _reset(words[1:])
    if words[:1] and words[0] in RECORDING:
        return _recorded(words)
    if words[:1] and not words[0].startswith("-"):
        raise Failure(
            f"there is no command {words[0]!r}: there are {', '.join(RECORDING)} and reset; options alone serve it",
            USAGE,
        )
    if PRIVATE in words:
        return _private([word for word in words if word != PRIVATE])
    from dopyapi.emulator.serving import main

    if {"-h", "--help"}.intersection(words):
        return _help()
    return main(words, program=PROGRAM)


def _help() -> int:
    from dopyapi.emulator.arguments import parser

    click.echo(parser(PROGRAM).format_help() + FURTHER, nl=False)
    return DONE


def _private(words: list[str]) -> int:
    """Serve the private account."""
    from dopyapi.emulator.arguments import parser
    from dopyapi.emulator.serving import main

    from ..accounts import private

    settled = [word for word in words if word.partition("=")[0] in EXCLUDED]
    if settled:
        raise Failure(f"{settled[0]}: not with {PRIVATE}, whose account is kept in {private.place()}", USAGE)
    parser(PROGRAM).parse_args(words)
    # Have what cannot be used said as every command says it, and wait for a command that has the account just now.
    kept = private.Kept(private.place())
    server = kept.opened()
    if server is not None:
        raise Failure(f"the private emulator is served already, at {server.url}", FAILED)
    kept.close()
    try:
        return main(
            ["--speed", f"{private.SPEED}", *words, "--data", str(private.place())],
            program=PROGRAM,
            on_listening=private.announce,
        )
    finally:
        private.withdraw()


def _recorded(words: tuple[str, ...]) -> int:
    """Record, replay or import, with the account that a command would act on."""
    from dopyapi.emulator.recording.commands import main

    more: dict[str, Any] = {}
    if "--account" in words and not {"-h", "--help"}.intersection(words):
        from ..accounts.choosing import chosen

        if session().emulator:
            raise Failure("--account is another account than the emulator's: leave --emulator out", USAGE)
        client = chosen(session()).client()
        more = {"token": lambda: str.__str__(client.token), "upstream": client.root.rstrip("/")}
    return main(words, program=PROGRAM, **more)


def _reset(words: tuple[str, ...]) -> int:
    """Empty the private account."""
    from ..accounts import private
    from ..safety.asking import ask

    yes = bool(words) and set(words) <= {"-y", "--yes"}
    if words and not yes:
        raise Failure(f"`{PROGRAM} reset` takes only --yes: it empties the account of `dopy --emulator`", USAGE)
    if not private.place().exists():
        click.echo("The private emulator is empty.")
        return DONE
    try:
        there = private.contents()
    except private.UnusableError as problem:
        ask("put aside", "the private emulator's account, which cannot be used:", [str(problem.why)], yes=yes)
        aside = private.put_aside()
        click.echo(f"The former account is in {aside}; the private emulator is empty.")
        return DONE
    counted = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in there.items()) or "nothing"
    ask("reset", "the private emulator, with", [counted], yes=yes)
    private.reset()
    click.echo("The private emulator is empty.")
    return DONE


command = Command(
    "emulator",
    callback=_run,
    params=[click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)],
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    short_help="Serve a DigitalOcean that runs on this machine.",
)
