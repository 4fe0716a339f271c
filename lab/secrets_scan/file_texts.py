"""Read the texts in a file: lines of a text, metadata of images, PDF files and arrays, and members of archives."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

MAX_BYTES = 200_000_000  # of a file or a member of an archive, after it is unpacked
_MAX_DEPTH = 3  # of archives in archives
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_WORDS = re.compile(rb"[\x20-\x7e\t]{6,}")
_UTF32_WORDS = re.compile(rb"(?:[\x20-\x7e]\x00\x00\x00){6,}")  # the strings of NumPy
_UTF16_WORDS = re.compile(rb"(?:[\x20-\x7e]\x00){6,}")
_TELLING = re.compile(r"[@:=\\]|/\w{2,}/|[\w\-]{16}")
_PIXELS = {b"IDAT", b"fdAT", b"PLTE", b"tRNS"}


class NotScannable(Exception):
    """The content of a file cannot be read as text. The message states why."""


def numbered_lines(content: bytes, depth: int = _MAX_DEPTH) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers from 1. What an archive or image contains has the number 0.

    Raises:
        NotScannable: The format is unknown, damaged, encrypted or too large.
    """
    if content.startswith(b"\x89PNG\r\n"):
        yield from _parts(_png_texts(content))
    elif content.startswith(b"%PDF"):
        yield from _parts(_pdf_texts(content))
    elif content.startswith(b"PK\x03\x04"):
        yield from _zip_lines(content, depth)
    elif content.startswith(b"\x1f\x8b"):
        yield from _members([("", _unpacked(content))], depth)
    elif content.startswith(b"\x93NUMPY"):
        yield from _parts(_words(content))
    elif _is_safetensors(content):
        size = int.from_bytes(content[:8], "little")
        yield from _parts([content[8 : 8 + size].decode("utf-8", "replace")])
    elif (text := _decoded(content)) is not None:
        yield from enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    else:
        raise NotScannable("its format is not known to the scan")


def _decoded(content: bytes) -> str | None:
    """Return the text of a file; None if it is not one."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        half = content[1::2].count(0), content[0::2].count(0)
        if max(half) * 4 >= len(content) and len(content) % 2 == 0:  # UTF-16 without a mark
            return content.decode("utf-16-le" if half[0] > half[1] else "utf-16-be", "replace")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        controls = sum(byte < 9 or 13 < byte < 32 for byte in content)
        return content.decode("latin-1") if controls == 0 else None


def _parts(texts: Iterator[str] | list[str]) -> Iterator[tuple[int, str]]:
    return ((0, line) for text in texts for line in text.splitlines())


def _png_texts(content: bytes) -> Iterator[str]:
    """Yield the texts of all chunks except the pixels."""
    position = 8
    while position + 8 <= len(content):
        size, name = int.from_bytes(content[position : position + 4]), content[position + 4 : position + 8]
        data = content[position + 8 : position + 8 + size]
        if name not in _PIXELS:
            yield from _words(data)
            yield from _inflated(data[data.find(b"\0") + 2 :])  # zTXt: keyword, 0, method
            yield from _inflated(data[data.rfind(b"\0") + 1 :])  # iTXt ends with the text
        position += 12 + size


def _pdf_texts(content: bytes) -> Iterator[str]:
    if b"/Encrypt" in content:
        raise NotScannable("the PDF file is encrypted")
    yield from _words(_STREAM.sub(b"", content))
    for stream in _STREAM.finditer(content):
        texts = list(_inflated(stream[1])) or _words(stream[1])  # metadata are often not compressed
        yield from (text for text in texts if _TELLING.search(text))  # most are drawings and fonts


def _zip_lines(content: bytes, depth: int) -> Iterator[tuple[int, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise NotScannable("the archive is too large")
            members = [(entry.filename, archive.read(entry)) for entry in archive.infolist() if not entry.is_dir()]
            yield 0, archive.comment.decode("utf-8", "replace")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        raise NotScannable(f"the archive is damaged or encrypted ({type(error).__name__})") from error
    yield from _members(members, depth)


def _members(members: list[tuple[str, bytes]], depth: int) -> Iterator[tuple[int, str]]:
    if depth == 0:
        raise NotScannable("archives are nested too deeply")
    for name, content in members:
        yield 0, name
        yield from ((0, line) for _, line in numbered_lines(content, depth - 1))


def _unpacked(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise NotScannable(f"the archive is damaged ({type(error).__name__})") from error
    if len(unpacked) > MAX_BYTES:
        raise NotScannable("the archive is too large")
    return unpacked


def _is_safetensors(content: bytes) -> bool:
    size = int.from_bytes(content[:8], "little")
    return len(content) > 8 and content[8:9] == b"{" and 0 < size <= len(content) - 8


def _inflated(data: bytes) -> Iterator[str]:
    """Yield the words of compressed data; nothing if the data are not compressed."""
    try:
        text = zlib.decompressobj().decompress(data, MAX_BYTES)
    except zlib.error:
        return
    yield from _words(text)


def _words(data: bytes) -> Iterator[str]:
    """Yield the readable parts of binary data."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text:
        yield text
        return
    yield from (match[0].decode("ascii") for match in _WORDS.finditer(data))
    yield from (match[0].decode("utf-32-le") for match in _UTF32_WORDS.finditer(data))
    yield from (match[0].decode("utf-16-le") for match in _UTF16_WORDS.finditer(data))
