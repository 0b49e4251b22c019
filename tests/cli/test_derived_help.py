"""What follows from the declarations: every command there is can be made, is helped with, and clashes with none."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import click
import pytest

from dopyapi.cli.derived.documentation import attributes_of, help_of
from dopyapi.cli.derived.group import ResourceGroup, group_of, names_of
from dopyapi.cli.derived.updating import settable
from dopyapi.cli.index import GROUPS
from dopyapi.cli.naming import classes, derived
from dopyapi.cli.written import WRITTEN

from .conftest import Dopy

PYTHON = re.compile(
    r"\bobjects? or\b|\ba dict\b|dopyapi\.|\bNone\b|\bTrue\b|\bFalse\b|wait_ready|\w\(\)|already set on it|a page|`",
    re.M,
)
"""Words of the SDK that say nothing on a command line."""


def commands() -> list[tuple[str, str, click.Command]]:
    """Every derived command, with its group's and its own name."""
    found = []
    for name, (_, place, _) in GROUPS.items():
        group = group_of(name, place)
        for each in group.list_commands(click.Context(group)):
            command = None if each in group.added else group.get_command(click.Context(group), each)
            if each not in group.added:
                assert command is not None, (name, each)
                found.append((name, each, command))
    return found


@pytest.fixture(scope="module")
def every() -> list[tuple[str, str, click.Command]]:
    return commands()


def test_every_command_can_be_made_and_shows_its_help(every: list[tuple[str, str, click.Command]]) -> None:
    assert len(every) > 350
    for group, name, command in every:
        context = click.Context(command, info_name=f"dopy {group} {name}", terminal_width=80, max_content_width=80)
        shown = command.get_help(context)
        assert shown.startswith(f"Usage: dopy {group} {name}"), (group, name)
        assert command.help, (group, name)


def test_examples_of_commands_that_are_written_by_hand_stand_on_lines_of_their_own(dopy: Dopy) -> None:
    """The mark that says so to click is not shown itself."""
    for name in WRITTEN:
        shown = dopy.inside(name, "--help").out
        assert shown.lower().startswith("usage: dopy "), name
        assert "\\b" not in shown, name
    assert "\n  dopy ssh-config --write\n" in dopy.inside("ssh-config", "--help").out


def test_no_two_parameters_of_a_command_are_written_alike(every: list[tuple[str, str, click.Command]]) -> None:
    for group, name, command in every:
        flags = [flag for param in command.params for flag in (*param.opts, *param.secondary_opts)]
        doubled = [flag for flag, times in Counter(flags).items() if times > 1]
        assert not doubled, (group, name, doubled)
        names = [param.name for param in command.params]
        assert len(set(names)) == len(names), (group, name, names)


def test_no_help_speaks_python(every: list[tuple[str, str, click.Command]]) -> None:
    wrong = {}
    for group, name, command in every:
        said = [command.help or "", *(param.help or "" for param in command.params if isinstance(param, click.Option))]
        found = [text for text in said if PYTHON.search(text.replace("`dopy", "dopy").replace("`,", ","))]
        if found:
            wrong[group, name] = found
    assert not wrong


def test_every_option_of_an_update_says_what_it_is() -> None:
    for cls in classes():
        group = ResourceGroup("x", cls)
        if "update" in group.list_commands(click.Context(group)):
            assert settable(cls), cls
            silent = [one.name for one in settable(cls) if not one.help]
            assert not silent, (cls, silent)


def test_what_stands_below_an_attribute_is_read() -> None:
    import dopyapi as do

    assert attributes_of(do.CDN)["ttl"].startswith("Seconds")
    assert attributes_of(do.Droplet)["id"] == "Unique number."  # of the class itself, and not of a base


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Create the X from these and from the attributes already set on it.", "Create the X."),
        ("Add the record, of these and of the attributes already set on it.", "Add the record."),
        ("List pools; all of them unless a page is asked for.", "List pools."),
        ("List its backups, each a dict.", "List its backups."),
        ("Resize; `wait_ready` waits for it.", "Resize; --wait waits for it."),
        ("One of `get_options`.", "One of get-options."),
        ("The `created_at` of it.", "The created_at of it."),
    ],
)
def test_docstrings_are_reworded(said: str, shown: str) -> None:
    assert help_of(said).line == shown


def test_the_table_of_groups_is_what_the_tool_would_write() -> None:
    from dopyapi.cli.index import GROUPS
    from dopyapi.cli.naming import derived

    now = {group.name: (group.aliases, group.place, group.line) for group in derived()}
    assert now == GROUPS, "python tools/commands.py has to be run again"


def test_a_new_class_has_its_commands_by_existing(monkeypatch: pytest.MonkeyPatch) -> None:
    from dopyapi._core import schema
    from dopyapi._core.declare import collection, member, new_by
    from dopyapi._core.fields import Dynamic, Key
    from dopyapi._core.page import Page
    from dopyapi._core.resource import ActiveRecord
    from dopyapi.cli import app

    class SolarArray(ActiveRecord):
        """A roof of panels."""

        _url, _single, _plural = "solar_arrays", "solar_array", "solar_arrays"
        id: Key[str]
        """Identifier."""
        name: Dynamic[str]
        """What it is called."""

        load = member.load("/solar_arrays/{id}")
        delete = member.delete_by("/solar_arrays/{id}")

        @member.create("/solar_arrays")
        def create(self, *, name: str | None = None) -> dict[str, Any]:
            """Build one.

            Args:
                name: what to call it.
            """
            ...

        new = new_by(create)

        @collection.list("/solar_arrays")
        def list(cls, *, page: int = 1, per_page: int = 20) -> Page[SolarArray]:
            """List one page of the roofs."""
            ...

    SolarArray.__module__ = "dopyapi.volumes"  # as if a module of ours declared it
    try:
        names = {group.name: group.aliases for group in derived()}
        assert names["solar-arrays"] == ("solar-array",)
        assert app.by_any_name("solar-array") == ("solar-arrays", "volumes:SolarArray")
        group = group_of("solar-arrays", "volumes:SolarArray")
        assert group.list_commands(click.Context(group)) == ["create", "delete", "get", "list"]
        create = group.get_command(click.Context(group), "create")
        assert create is not None
        assert create.help == "Build one."
    finally:
        schema.NAMED.pop("SolarArray", None)
        SolarArray.__module__ = __name__


def test_what_takes_its_time_can_be_waited_for(every: list[tuple[str, str, click.Command]]) -> None:
    from dopyapi.cli.derived.calls import begins_action
    from dopyapi.cli.derived.group import declarations_of

    waits = {(group, name) for group, name, command in every if any("--wait" in param.opts for param in command.params)}
    for group, (_, place, _) in GROUPS.items():
        cls = group_of(group, place).cls
        for name, operation in names_of(cls).items():
            if begins_action(declarations_of(cls)[operation]) and not name.startswith(("list", "get", "wait")):
                assert (group, name) in waits, (group, name)
        if cls._untils and "create" in names_of(cls):
            assert (group, "create") in waits, group
    assert {("databases", "resize"), ("doks", "upgrade"), ("firewalls", "add-rules")} <= waits
