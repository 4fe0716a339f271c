"""JSON with comments keeps texts and positions, and refuses what a reader could misread."""

from __future__ import annotations

import pytest

from compiler.base.diagnostics import CompileError
from lab.intake.reading.document import read_document

ACCEPTED = {
    "comment at the end of a line": ('{"a": 1 // 2\n}', {"a": 1}),
    "comment at the end of the file": ('{"a": 1} // no newline', {"a": 1}),
    "comment with braces and quotes": ('{ // {"a": 99}\n"a": 1}', {"a": 1}),
    "slashes in a text": ('{"a": "https://x//y \\" // z"}', {"a": 'https://x//y " // z'}),
    "comma after the last item": ('{"a": [1, 2,],}', {"a": [1, 2]}),
    "tabs": ('{\n\t"a":\t1\n}', {"a": 1}),
    "types": ('{"a": [true, false, null, -1, 1.5, 1e-3, ""]}', {"a": [True, False, None, -1, 1.5, 0.001, ""]}),
    "surrogate pair": ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
    "byte order mark and CRLF": ('\ufeff{\r\n"a": 1\r\n}', {"a": 1}),
    "empty containers": ('{"a": {}, "b": []}', {"a": {}, "b": []}),
}


@pytest.mark.parametrize(("text", "values"), ACCEPTED.values(), ids=ACCEPTED)
def test_values_are_those_of_the_text(text: str, values: dict[str, object]) -> None:
    assert read_document(text.encode(), "job.json").values == values


REFUSED = {
    "repeated key": ('{"a": 1,\n "a": 2}', "job.json:2:2: a: repeated key, first written on line 1"),
    "NaN": ('{"a":\nNaN}', "job.json:2:1: NaN is not a finite number"),
    "Infinity": ('{"a": -Infinity}', "job.json:1:7: -Infinity is not a finite number"),
    "number that overflows": ('{"a": 1e999}', "job.json:1:7: 1e999 is not a finite number"),
    "number of ten thousand digits": ('{"a": %s}' % ("1" * 10_000), "job.json:1:7: has 10000 digits"),
    "single quotes": ("{'a': 1}", "job.json:1:2: invalid JSON: expected a key in double quotes"),
    "word": ('{"a": yes}', "job.json:1:7: invalid JSON: expected a value, got yes"),
    "leading zero": ('{"a": 01}', "job.json:1:7: invalid JSON: expected a value, got 01"),
    "comment of another kind": ('{"a": /* */ 1}', "comments begin with //"),
    "end inside an object": (
        '{"a": 1,\n',
        "job.json:2:1: invalid JSON: the file ends inside the object that begins on l",
    ),
    "end inside a text": (
        '{"a": "b',
        "job.json:1:9: invalid JSON: the file ends inside the text that begins on line 1",
    ),
    "two objects": ("{}\n{}", "job.json:2:1: invalid JSON: expected the end of the file"),
    "missing comma": ('{"a": 1 "b": 2}', "job.json:1:9: invalid JSON: expected ',' or '}'"),
    "missing colon": ('{"a" 1}', "job.json:1:6: invalid JSON: expected ':' after the key"),
    "only a comma": ("{,}", "job.json:1:2: invalid JSON: expected a key in double quotes"),
    "line break in a text": (
        '{"a": "b\nc"}',
        "job.json:1:9: invalid JSON: a text contains the control character U+000A",
    ),
    "unknown escape": ('{"a": "\\x41"}', "job.json:1:7: invalid JSON: a text contains an escape"),
    "half of a surrogate pair": ('{"a": "\\ud83d"}', "job.json:1:2: a: contains an incomplete character"),
    "control character as an escape": ('{"a": "\\u001b[2J"}', "job.json:1:2: a: contains the control character U+001B"),
    "control character in a key": ('{"a\\u0007": 1}', "job.json:1:1: has a key with the control character U+0007"),
    "deep nesting": ('{"a": %s}' % ("[" * 100_000), "is nested deeper than 32 levels"),
    "list": ("[]", "job.json:1:1: must be a mapping"),
    "null": ("null", "job.json:1:1: must be a mapping"),
    "nothing": ("", "job.json:1:1: invalid JSON: expected a value"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_diagnostic_has_line_and_column(text: str, message: str) -> None:
    with pytest.raises(CompileError) as error:
        read_document(text.encode(), "job.json")
    assert message in str(error.value)


def test_all_values_that_are_not_finite_are_reported() -> None:
    with pytest.raises(CompileError) as error:
        read_document(b'{"a": NaN, "b": Infinity}', "job.json")
    assert len(error.value.diagnostics) == 2


@pytest.mark.parametrize("content", [b"\xff\xfe{\x00}\x00", b'{"a": "\xe9"}'], ids=["UTF-16", "Latin-1"])
def test_other_encodings_are_refused(content: bytes) -> None:
    with pytest.raises(CompileError, match="is not UTF-8 text"):
        read_document(content, "job.json")


def test_yaml_keeps_words_and_reads_numbers_with_an_exponent() -> None:
    document = read_document(b"tags: [no, on, true]\nrate: 1e-3\nday: 2025-01-01\n", "job.yaml")
    assert document.values == {"tags": ["no", "on", True], "rate": 0.001, "day": "2025-01-01"}
