"""How an answer is read, whatever the pieces are in which it comes."""

from __future__ import annotations

import time
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dopyapi._core.connections import LONGEST_HEAD, MOST_HEADERS, Answer, Reading

OK = b"HTTP/1.1 200 OK\r\n"


def read(*pieces: bytes, method: str = "GET") -> Reading:
    """Read these pieces, and then the end of the connection if there is still something to come."""
    reading = Reading(method)
    for piece in pieces:
        if not reading.ended:
            reading.feed(piece)
    if not reading.ended:
        reading.feed(b"")
    return reading


def result(reading: Reading) -> tuple[int, dict[str, str], bytes, bool]:
    answer = Answer(reading)
    return answer.status, dict(answer.headers), answer.data, reading.reusable


def read_on(reading: Reading, piece: bytes) -> None:
    for _ in range(3):
        reading.feed(piece)


def split(wire: bytes, places: list[int]) -> list[bytes]:
    return [wire[one:other] for one, other in pairwise(sorted({0, len(wire), *(p % len(wire) for p in places)}))]


chunks = st.lists(st.binary(min_size=1, max_size=40), max_size=5)
names = st.from_regex(r"X-[A-Za-z0-9]{1,8}", fullmatch=True)
values = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_categories=["Cc"]), min_size=1, max_size=30)


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, dict[str, str], bytes, str]:
    """An answer on the wire, with its headers, its body, and by what that ends."""
    status, ending = draw(st.sampled_from([200, 201, 404, 503])), draw(st.sampled_from(["length", "chunks", "close"]))
    headers, parts = draw(st.dictionaries(names, values, max_size=4)), draw(chunks)
    body = b"".join(parts)
    lines = [f"{name}: {value}" for name, value in headers.items()]
    found = {}
    for name, value in headers.items():
        found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
    if ending == "length":
        lines.append(f"Content-Length: {len(body)}")
        found["content-length"] = str(len(body))
        wire = body
    elif ending == "chunks":
        lines.append("Transfer-Encoding: chunked")
        found["transfer-encoding"] = "chunked"
        extension, trailer = (
            draw(st.sampled_from([b"", b";a=b", b';a="b c"'])),
            draw(st.sampled_from([b"", b"T: 1\r\n"])),
        )
        wire = b"".join(b"%x%b\r\n%b\r\n" % (len(p), extension, p) for p in parts) + b"0\r\n" + trailer + b"\r\n"
    else:
        wire = body
    before = draw(st.sampled_from(["", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 X\r\nLink: <a>\r\n\r\n" * 2]))
    head = "\r\n".join([f"HTTP/1.1 {status} X", *lines, "", ""])
    return (before + head).encode("latin-1") + wire, {"": str(status), **found}, body, ending


@given(answers(), st.lists(st.integers(0, 10_000), max_size=12))
def test_it_does_not_matter_where_an_answer_is_split(answer, places):
    wire, headers, body, ending = answer
    status = int(headers.pop(""))
    assert result(read(*split(wire, places))) == (status, headers, body, ending != "close")


@given(answers())
def test_byte_by_byte_too(answer):
    wire = answer[0]
    assert result(read(*split(wire, list(range(len(wire)))))) == result(read(wire))


@given(answers(), st.integers(0, 10_000))
def test_an_answer_that_is_cut_off_is_none(answer, place):
    wire, headers, _, ending = answer
    cut = wire[: place % len(wire)]
    if ending == "close" and cut.rpartition(b"\r\n\r\n")[0].rpartition(b"HTTP/1.1 ")[2].startswith(
        headers[""].encode()
    ):
        assert result(read(cut))[3] is False  # as much as came is all that there is to it
    else:
        with pytest.raises((HTTPException, RemoteDisconnected)):
            read(cut)


@given(st.binary(min_size=1, max_size=300))
@example(b"220 mail.example ESMTP\r\n\r\n")
@example(b"\x15\x03\x01\x00\x02\x02\x50")
@example(b"<html></html>")
@example(b"HTTP/1.1 OK\r\n\r\n")
@example(b"HTTP/1.1 20 OK\r\n\r\n")
def test_what_is_not_http_is_an_error_of_one_kind(wire):
    with pytest.raises(HTTPException):
        read(wire)


class TestEnds:
    @pytest.mark.parametrize(
        "head",
        [b"", b"content-length: 5\r\n", b"transfer-encoding: chunked\r\n"],
    )
    @pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 404)])
    def test_some_answers_have_no_body_whatever_they_say(self, method, status, head):
        reading = read(b"HTTP/1.1 %d X\r\n%b\r\n" % (status, head), method=method)
        assert result(reading)[:3:2] == (status, b"")
        assert reading.reusable or (method == "HEAD" and not head)

    def test_a_body_that_should_not_be_there_is_not_taken_for_the_next_answer(self):
        reading = read(OK + b"content-length: 5\r\n\r\nhello", method="HEAD")
        assert result(reading)[2:] == (b"", False)
        reading = read(b"HTTP/1.1 204 X\r\ncontent-length: 5\r\n\r\nhello")
        assert result(reading)[2:] == (b"", False)

    @pytest.mark.parametrize(
        "surplus", [b"x", b"H", b"HTTP/1.1", OK + b"a: b\r\n\r\n", OK + b"content-length: 0\r\n\r\n", b"\0" * 70_000]
    )
    @pytest.mark.parametrize("close", [b"", b"connection: close\r\n"])
    def test_more_than_was_asked_for_is_left_with_its_connection(self, surplus, close):
        for framed in (b"content-length: 2\r\n\r\nab", b"transfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"):
            reading = read(OK + close + framed + surplus)
            assert result(reading)[2:] == (b"ab", False)
            assert "a" not in reading.headers

    @pytest.mark.parametrize(
        ("version", "said", "stays"),
        [
            ("1.1", "", True),
            ("1.1", "connection: keep-alive\r\n", True),
            ("1.1", "connection: close\r\n", False),
            ("1.1", "Connection: Close\r\n", False),
            ("1.1", "connection: x, close\r\n", False),
            ("1.0", "", False),
            ("1.0", "connection: keep-alive\r\n", True),
            ("1.0", "connection: close\r\n", False),
        ],
    )
    def test_whether_a_connection_stays_open(self, version, said, stays):
        assert read(f"HTTP/{version} 200 OK\r\n{said}content-length: 0\r\n\r\n".encode()).reusable == stays

    def test_a_server_that_would_speak_something_else_may(self):
        reading = read(OK + b"upgrade: h2,h2c\r\nconnection: Upgrade, Keep-Alive\r\ncontent-length: 2\r\n\r\nab")
        assert result(reading)[2:] == (b"ab", True)

    def test_and_one_that_does_is_not_understood(self):
        with pytest.raises(HTTPException, match="not HTTP"):
            read(b"HTTP/1.1 101 X\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\nPRI")

    def test_what_is_missing_is_counted(self):
        with pytest.raises(IncompleteRead) as caught:
            read(OK + b"content-length: 100\r\n\r\n" + b"x" * 50)
        assert (caught.value.partial, caught.value.expected) == (b"x" * 50, 50)
        with pytest.raises(IncompleteRead):
            read(OK + b"transfer-encoding: chunked\r\n\r\n5\r\nab")

    def test_an_end_before_a_beginning_is_told_from_one_in_a_head(self):
        with pytest.raises(RemoteDisconnected):
            read()
        with pytest.raises(HTTPException, match="ends within its head"):
            read(OK + b"content-length: 5\r\n")
        with pytest.raises(HTTPException, match="ends within its head"):
            read(b"HTTP/1.1 100 Continue\r\n\r\n")


class TestHeaders:
    def test_repeated_ones_are_joined_and_trailers_are_not_among_them(self):
        wire = OK + b"Link: <a>\r\nLINK: <b>\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nlink: <c>\r\nt: 1\r\n\r\n"
        assert read(wire).headers == {"link": "<a>, <b>", "transfer-encoding": "chunked"}

    def test_those_of_an_answer_before_the_answer_neither(self):
        early = b"HTTP/1.1 103 X\r\nlink: <a>\r\n\r\n"
        assert read(early * 3 + OK + b"content-length: 0\r\n\r\n").headers == {"content-length": "0"}

    def test_bytes_that_are_no_text_stay_what_they_are(self):
        assert read(OK + b"a: \xff\xe9\r\ncontent-length: 0\r\n\r\n").headers["a"] == "\xff\xe9"


class TestBounds:
    @pytest.mark.parametrize("size", [60_000, 65_000])
    def test_a_long_header_is_read(self, size):
        assert len(read(OK + b"a: " + b"x" * size + b"\r\ncontent-length: 0\r\n\r\n").headers["a"]) == size

    def test_as_many_headers_as_are_allowed_are_read_and_no_more(self):
        many = b"".join(b"a%d: x\r\n" % n for n in range(MOST_HEADERS - 1)) + b"content-length: 0\r\n"
        assert len(read(OK + many + b"\r\n").headers) == MOST_HEADERS
        with pytest.raises(HTTPException, match=f"more than {MOST_HEADERS} headers"):
            read(OK + b"b: x\r\n" + many + b"\r\n")

    @pytest.mark.parametrize(
        ("begin", "again"),
        [
            (OK + b"a: ", b"x"),
            (OK + b"a", b"x"),
            (OK, b"a:b\r\n"),
            (b"HTTP/1.1 200 ", b"x"),
            (b"", b"\r\n"),
            (b"", b"HTTP/1.1 100 X\r\n\r\n"),
            (OK + b"transfer-encoding: chunked\r\n\r\n2;a=", b"b"),
            (OK + b"transfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\na: ", b"x"),
            (OK + b"transfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n", b"a:b\r\n"),
        ],
    )
    def test_what_is_not_a_body_does_not_go_on_for_ever(self, begin, again):
        reading, piece = Reading("GET"), again * (16_384 // len(again))
        reading.feed(begin + again)
        started = time.monotonic()
        for _ in range(LONGEST_HEAD // len(piece) - 1):
            reading.feed(piece)
        with pytest.raises(HTTPException, match="more than 262,144 bytes"):
            read_on(reading, piece)
        assert time.monotonic() - started < 5  # and is not looked at over and over

    def test_a_body_may(self):
        reading = Reading("GET")
        reading.feed(OK + b"transfer-encoding: chunked\r\n\r\n")
        for _ in range(2_000):
            reading.feed(b"1;" + b"x" * 500 + b"\r\na\r\n")
        reading.feed(b"0\r\n\r\n")
        assert Answer(reading).data == b"a" * 2_000


@pytest.mark.parametrize("name", ["on_message_begin", "on_header", "on_headers_complete", "on_message_complete"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interruption_in_the_midst_of_parsing_is_one(name, error, monkeypatch):
    def interrupted(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(Reading, name, interrupted)
    reading = Reading("GET")
    with pytest.raises(error):
        reading.feed(OK + b"content-length: 0\r\n\r\n")
    assert not reading.reusable
