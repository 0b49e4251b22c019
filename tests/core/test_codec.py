"""Python to JSON."""

from __future__ import annotations

from enum import StrEnum

from dopyapi._core.codec import encode, to_json
from dopyapi._core.secrets import Secret


class Color(StrEnum):
    RED = "red"


def test_a_secret_goes_out_and_shows_itself_nowhere_else():
    body = {"key": Secret("hush"), "keys": [Secret("hush")]}
    assert "hush" not in repr(body)
    assert to_json(body) == b'{"key":"hush","keys":["hush"]}'


def test_a_text_of_a_class_of_its_own_is_a_text():
    assert type(encode(Secret("a"))) is str
    assert encode(Color.RED) == "red"
    assert to_json([Color.RED, "a", 1, True, None, 1.5]) == b'["red","a",1,true,null,1.5]'
