"""The tables that an emulated account is made of, and how they follow each other."""

from __future__ import annotations

import sqlite3

from .tally import TALLY


class FileInUse(ValueError):
    """Another process has the account's file."""


class OtherFormat(ValueError):
    """The account's file was written by another version of the emulator."""


VERSION = 3
"""Of the format of a file; it moves whenever the tables do."""

SCHEMA = f"""
create table if not exists document (
    n integer primary key, kind text not null, key text not null, parent text, name text, facet text,
    refs text not null default '', body blob not null, hidden blob);
create unique index if not exists document_key on document (kind, key);
create index if not exists document_facet on document (kind, facet);
create index if not exists document_kind on document (kind);
create index if not exists document_name on document (kind, name) where name is not null;
create index if not exists document_parent on document (kind, parent) where parent is not null;
create table if not exists sequence (name text primary key, last integer not null) without rowid;
create table if not exists event (
    n integer primary key, due real not null, name text not null, subject text not null, data blob not null);
create index if not exists event_due on event (due, n);
create index if not exists event_subject on event (subject);
create table if not exists tagging (
    at integer primary key, tag text not null collate nocase, kind text not null, doc integer not null);
create unique index if not exists tagging_tag on tagging (tag, kind, doc);
create index if not exists tagging_last on tagging (tag, kind, at);
create index if not exists tagging_doc on tagging (doc);
create table if not exists link (
    relation text not null, owner text not null, member text not null,
    primary key (relation, owner, member)) without rowid;
create index if not exists link_member on link (member, relation);
create index if not exists link_owner on link (owner);
create table if not exists assignment (doc integer primary key, project integer not null, at real not null);
create index if not exists assignment_project on assignment (project, doc);
create table if not exists usage (
    n integer primary key, subject text not null, rate blob not null, terms blob not null, project text,
    started integer not null, ended integer);
create index if not exists usage_running on usage (subject) where ended is null;
create index if not exists usage_rates on usage (rate, started) where ended is null;
create index if not exists usage_ended on usage (ended) where ended is not null;
{TALLY}"""


def refuse_what_is_not_ours(db: sqlite3.Connection, path: str) -> None:
    """Raise before anything in another program's file is touched.

    Raises:
        ValueError: it is no emulator's.
        OtherFormat: it is of another version.
    """
    found = db.execute("pragma user_version").fetchone()[0]
    tables = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'")}
    if tables and not {"document", "sequence", "event"} <= tables:
        raise ValueError(f"{path} is not an emulator's account, but another database; choose another file")
    if found not in (0, VERSION):
        raise OtherFormat(f"{path} was written by another version of the emulator (format {found}, not {VERSION})")
