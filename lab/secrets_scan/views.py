"""Yield a line as it is, and decoded: HTML entities, percent encoding, escapes of JSON, and base64 of a text."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_\-])[A-Za-z0-9+/_\-]{16,100000}={0,2}(?![A-Za-z0-9+/=])")
_LONG_BASE64 = re.compile(r"[A-Za-z0-9+/]{1000,}={0,2}")  # longer than any key
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_MIN_READABLE = 8  # characters of a decoded text
_MAX_DEPTH = 2  # of base64 inside base64


def without_binary(line: str) -> str:
    """Return a line without long words in base64 that are no text, such as images in HTML."""
    return _LONG_BASE64.sub(lambda match: match[0] if _base64_text(match[0]) is not None else "…", line)


def views(line: str) -> Iterator[str]:
    """Yield the line and its decoded forms. The line itself comes first."""
    yield line
    decoded = _decoded(line)
    if decoded != line:
        yield decoded
    yield from _base64_texts(decoded, _MAX_DEPTH)


def _decoded(line: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", line)) if not line.isascii() else line
    if "\\" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).replace("\\/", "/").replace('\\"', '"')
        text = re.sub(r"\\[nrt]", " ", text) if "\\\\" not in text else text
    if "&" in text:
        text = html.unescape(text)
    return unquote(text, errors="replace") if "%" in text else text


def _base64_texts(text: str, depth: int) -> Iterator[str]:
    """Yield the texts in base64 that are readable. A hash or an image decodes to bytes that are no text."""
    for match in _BASE64.finditer(text):
        decoded = _base64_text(match[0])
        if decoded is not None:
            yield decoded
            if depth > 1:
                yield from _base64_texts(decoded, depth - 1)


def _base64_text(word: str) -> str | None:
    core = word.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(core + "=" * (-len(core) % 4), validate=True)
        text = content.decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    printable = all(char.isprintable() or char in "\n\r\t" for char in text)
    return " ".join(text.split("\n")) if printable and len(text) >= _MIN_READABLE else None
