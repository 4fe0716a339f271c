"""Find passwords and keys by the name before the value: `password = …`, `API_KEY=…`, `?token=…`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.secrets_scan.rules.match import Identity, Kind, Match, group_match, is_placeholder

_ASSIGNMENT = r"""[\w\-]{0,40}\\?["'`]?\]?[ \t]{0,4}(?:[:=]=?|=>|:=)[ \t]{0,4}[rbuf]?\\?(?P<quote>["'`])?"""
_VALUE = r"""(?P<value>(?(quote)[^"'`\\\n]{4,500}|[^\s"'`,;<>(){}\\&]{6,500}))"""
_PASSWORDS = re.compile(
    rf"(?<![A-Za-z])(?:\w{{0,40}}[_\-])?(?:passw(?:or)?d|passphrase|pwd|kennwort){_ASSIGNMENT}{_VALUE}", re.IGNORECASE
)
_KEYS = re.compile(
    rf"(?:api[_\-]?key|secret(?:[_\-]?(?:access[_\-]?)?key)?|auth[_\-]?key|access[_\-]?key|account[_\-]?key"
    rf"|private[_\-]?key|client[_\-]?secret|credentials?|signing[_\-]?key){_ASSIGNMENT}{_VALUE}",
    re.IGNORECASE,
)
_TOKENS = re.compile(rf"(?:token|cookie|session[_\-]?id){_ASSIGNMENT}{_VALUE}", re.IGNORECASE)
_HEADERS = re.compile(r"\b(?:Bearer|Basic|Token)\s{1,4}(?P<value>[\w\-.+/=]{16,})")
_NETRC = re.compile(
    r"\blogin\s+\S{1,80}\s+password\s+(?P<value>\S{4,})|^\s*password\s+(?P<alone>\S{8,})\s*$", re.MULTILINE
)
_QUERY = re.compile(
    r"[?&](?:access_)?(?:token|api_?key|key|sig|signature|x-amz-signature|passw(?:or)?d|secret)=(?P<value>[^&\s\"'<>#]{8,})",
    re.IGNORECASE,
)
_MIN_KEY, _MIN_TOKEN = 8, 16
_CODE = re.compile(r"[A-Za-z_][\w.]*[(\[].*|(?:os|self|args|config|cfg|settings|env)\.\w+.*")


def find_named_values(text: str, _: Identity) -> Iterator[Match]:
    """Yield values whose name says that they are secret, unless they are placeholders, references or plain words."""
    for pattern, kind, is_secret in (
        (_PASSWORDS, "password", _is_password),
        (_KEYS, "key", _is_key),
        (_TOKENS, "key", _is_token),
        (_HEADERS, "key", _is_token),
        (_QUERY, "key", _is_key),
    ):
        yield from _matches(pattern, kind, is_secret, text)  # type: ignore[arg-type]
    for match in _NETRC.finditer(text):
        name = "value" if match["value"] else "alone"
        if not is_placeholder(match[name]) and (name == "value" or _is_key(match[name], True)):
            yield group_match("password", match, name)


def _matches(pattern: re.Pattern[str], kind: Kind, is_secret: object, text: str) -> Iterator[Match]:
    for match in pattern.finditer(text):
        value, is_quoted = match["value"], bool(match.groupdict().get("quote"))
        if not is_placeholder(value) and not _CODE.fullmatch(value) and is_secret(value, is_quoted):  # type: ignore[operator]
            yield group_match(kind, match, "value")


def _is_password(value: str, is_quoted: bool) -> bool:
    """Return whether a value is a password: a quoted one without blanks, else one that is not a plain word."""
    if " " in value.strip():
        return False
    return len(value) >= (4 if is_quoted else 6) and (is_quoted or not value.isalpha())


def _is_key(value: str, is_quoted: bool) -> bool:
    return len(value) >= _MIN_KEY and " " not in value and _is_mixed(value) and (is_quoted or value[0] != "/")


def _is_token(value: str, is_quoted: bool) -> bool:
    return len(value) >= _MIN_TOKEN and _is_key(value, is_quoted)


def _is_mixed(value: str) -> bool:
    """Return whether a value has letters and digits, as generated keys have and words have not."""
    return any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
