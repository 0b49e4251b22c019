"""Secrets leave an exchange before it is written: by the names of fields, by what they look like, and wherever else
what was found so occurs.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import msgspec

from ..._facts.secrets import BESIDE, HARMLESS, OWNER_NUMBER, PERSONAL, QUERY, SECRET, SOUNDS_SECRET, WITHIN
from .addresses import Addresses
from .fixture import Body, Exchange
from .placeholders import PATTERN, Placeholders, decoded

_TOKEN = re.compile(
    r"\bdo[a-z]_v1_[0-9a-f]{20,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\bgh[opsur]_\w{20,}|\bAVNS_[\w-]{8,}"
)
_SPACES = re.compile(r"\bDO00[A-Z0-9]{16}\b")
_PEM = re.compile(r"-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----.*?-----END \1-----(?:\n|\\n)?", re.DOTALL)
_USERINFO = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^/\s:@?#\"'<>]*):([^/\s@?#\"'<>]+)@", re.IGNORECASE)
_HOOK = re.compile(r"(https://hooks\.slack\.com/(?:services|workflows|triggers)/)([\w/+-]+)")
_PARAMETER = re.compile(r"([?&;])([\w.-]+)=([^&;#\s\"'<>]+)")
_SETTING = re.compile(
    r"(?P<head>(?:^|[\s,{;&?-])[\"']?(?P<name>[\w.-]+)[\"']?[ \t]*[:=][ \t]*)"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"',;&}{]+)",
    re.MULTILINE,
)
_EMAIL = re.compile(r"(?<![:/\w.%+-])(?!git@)[\w.%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b")
_YAML = re.compile(r"\s*(?:---|[\w-]+:(?:\s|$))")
_PLAIN = re.compile(r"[\s\d.,:%+-]*")
_encode = msgspec.json.Encoder().encode
_Way = tuple[str, ...]


class Scrubber:
    """What takes the secrets out of the exchanges of one recording.

    Parameters:
        personal: whether e-mail addresses, and what says whose account it is, go too.
        addresses: whether public IP addresses go too.
    """

    def __init__(self, *, personal: bool = True, addresses: bool = False) -> None:
        self.placeholders = Placeholders()
        self._personal = personal
        self._addresses = Addresses() if addresses else None

    def know(self, authorization: str) -> None:
        """Never let this token be written, wherever an answer repeats it."""
        scheme, _, token = authorization.strip().partition(" ")
        token = (token or scheme).strip()
        inner = decoded(token) if scheme.lower() == "basic" else None
        for secret in (token, *(inner or "").split(":")):
            self.placeholders.of("Token", secret)

    def line(self, exchange: Exchange) -> bytes:
        """An exchange as it may be written. What still had a secret in it that is known is left out whole."""
        clean = self.scrubbed(exchange)
        line = _encode(clean)
        if self.placeholders.betrayed_by(line.decode()):
            clean = self._mapped(clean, self.placeholders.substituted)
            line = _encode(clean)
        if self.placeholders.betrayed_by(line.decode()):
            why = "it still had a secret in it"
            kept = msgspec.structs.replace(clean, query="", sent=None, headers={}, answer=Body(withheld=why))
            line = _encode(kept)
            if self.placeholders.betrayed_by(line.decode()):
                raise ValueError("an exchange is not recorded: its path has a secret in it")
        return line

    def scrubbed(self, exchange: Exchange) -> Exchange:
        """An exchange without what its names and looks say is secret."""
        return msgspec.structs.replace(
            exchange,
            path=self._path(exchange.path),
            query=self._query(exchange.query),
            headers={name: self.text(value) for name, value in exchange.headers.items()},
            sent=self._body(exchange.sent),
            answer=self._body(exchange.answer),
        )

    def _mapped(self, exchange: Exchange, change: Any) -> Exchange:
        return msgspec.convert(_every_text(msgspec.to_builtins(exchange), change), Exchange)

    def _path(self, path: str) -> str:
        parts = []
        for part in path.split("/"):
            plain = unquote(part)
            clean = self.text(plain)
            parts.append(part if clean == plain else quote(clean, safe="@"))
        return "/".join(parts)

    def _query(self, query: str) -> str:
        pairs = parse_qsl(query, keep_blank_values=True)
        clean = [(self.text(name), self._named(name, value)) for name, value in pairs]
        return query if clean == pairs else urlencode(clean)

    def _named(self, name: str, value: str) -> str:
        secret = QUERY.search(name) and name.lower() not in HARMLESS
        return self.placeholders.of("Parameter", value) if secret else self.text(value)

    def _body(self, body: Body | None) -> Body | None:
        if body is None:
            return None
        if body.json is not msgspec.UNSET:
            return msgspec.structs.replace(body, json=self.value(body.json))
        if body.form is not None:
            return msgspec.structs.replace(body, form=self._query(body.form))
        if body.text is not None:
            return msgspec.structs.replace(body, text=self._settings(body.text))
        return body

    def value(self, value: Any, way: _Way = (), kind: str | None = None) -> Any:
        """JSON without secrets.

        Parameters:
            way: the names of the fields it stands in, outermost first.
            kind: what kind of secret all texts in it are; None where that is not said.
        """
        if isinstance(value, dict):
            return {self.text(name): self._member(name, inner, way, kind) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, way, kind) for inner in value]
        if isinstance(value, str):
            return self.placeholders.of(kind, value) if kind is not None else self.text(value)
        return value

    def _member(self, name: str, value: Any, way: _Way, kind: str | None) -> Any:
        lower = name.lower()
        inside = (*way, lower)
        found = _kind_of(lower, way)
        if found is None and kind is not None and lower not in BESIDE:
            found = kind
        if found is None and isinstance(value, str | list) and lower not in HARMLESS and SOUNDS_SECRET.search(lower):
            texts = [value] if isinstance(value, str) else value
            if not all(isinstance(text, str) and not _PLAIN.fullmatch(text) for text in texts):
                return self.value(value, inside)
            found = "Secret"
        if found == "Credentials" and isinstance(value, str):
            return self._credentials(value)
        if found is None and self._personal:
            personal = PERSONAL.get((lower, "")) or next((PERSONAL.get((lower, up)) for up in way[-1:]), None)
            if personal is not None and isinstance(value, str):
                return self.placeholders.of(personal, value, everywhere=personal in ("Email", "Uuid"))
            if lower == OWNER_NUMBER and isinstance(value, int):
                return 1
        return self.value(value, inside, found)

    def _credentials(self, value: str) -> str:
        """A name and a password in one, often in base64: it stays what it was in form."""
        plain = decoded(value)
        if plain is None or ":" not in plain:
            user, colon, password = value.partition(":")
            if not colon:
                return self.placeholders.of("Credentials", value)
            return f"{user}:{self.placeholders.of('Password', password)}"
        self.placeholders.of("Credentials", value)
        user, _, password = plain.partition(":")
        hidden = self.placeholders.of("Password", password)
        # A token of a registry is both the name and the password.
        shown = hidden if user == password else user
        return base64.b64encode(f"{shown}:{hidden}".encode()).decode()

    def text(self, text: str) -> str:
        """A text without what looks like a secret."""
        if len(text) < 4:
            return text
        if text[0] in "{[" and text[-1] in "}]":
            try:
                return json.dumps(self.value(json.loads(text)))
            except ValueError:
                pass
        of = self.placeholders.of
        if "://" in text:
            text = _USERINFO.sub(self._userinfo, text)
            text = _HOOK.sub(lambda found: found[1] + of("Url", found[2]), text)
            text = _PARAMETER.sub(self._parameter, text)
        if "PRIVATE KEY" in text:
            text = _PEM.sub(lambda found: of("Key", found[0]), text)
        text = _TOKEN.sub(lambda found: of("Token", found[0]), text)
        text = _SPACES.sub(lambda found: of("Key", found[0]), text)
        if self._personal and "@" in text:
            text = _EMAIL.sub(lambda found: of("Email", found[0]), text)
        return self._addresses.text(text) if self._addresses is not None else text

    def _userinfo(self, found: re.Match[str]) -> str:
        plain = unquote(found[2])
        return f"{found[1]}:{quote(self.placeholders.of('Password', plain), safe='')}@"

    def _parameter(self, found: re.Match[str]) -> str:
        if not QUERY.search(found[2]) or found[2].lower() in HARMLESS:
            return found[0]
        return f"{found[1]}{found[2]}={self.placeholders.of('Parameter', unquote(found[3]))}"

    def _settings(self, text: str) -> str:
        """A text that may be YAML, or have lines such as ``password: ...`` in it."""
        if _YAML.match(text):
            text = self._yaml(text)
        return _SETTING.sub(self._setting, self.text(text))

    def _yaml(self, text: str) -> str:
        try:
            import yaml
        except ImportError:
            return text
        try:
            read = yaml.safe_load(text)
        except (ValueError, RecursionError, yaml.YAMLError):
            return text
        clean = self.value(read)
        return text if clean == read else str(yaml.safe_dump(clean, sort_keys=False))

    def _setting(self, found: re.Match[str]) -> str:
        name, value = found["name"].lower(), found["value"]
        kind = SECRET.get(name) or ("Secret" if SOUNDS_SECRET.search(name) and name not in HARMLESS else None)
        if kind is None or _PLAIN.fullmatch(value):
            return found[0]
        return f"{found['head']}{found['quote']}{self.placeholders.of(kind, value)}"


def placeholders_in(line: str) -> Iterable[str]:
    """The placeholders that a line of a fixture has."""
    return (found[0] for found in PATTERN.finditer(line))


def _kind_of(name: str, way: _Way) -> str | None:
    return (
        SECRET.get(name)
        or next((kind for up in (*way, "") if (kind := WITHIN.get((name, up))) is not None), None)
    )  # fmt: skip


def _every_text(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {change(name): _every_text(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_every_text(inner, change) for inner in value]
    return change(value) if isinstance(value, str) else value
