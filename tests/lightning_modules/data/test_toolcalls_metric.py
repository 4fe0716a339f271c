"""Tool calls are compared as JSON objects."""

from __future__ import annotations

import pytest

from lightning_modules.data.toolcalls_metric import call_text, is_same_call, parse_call

REFERENCE = '{"tool":"book_table","arguments":{"people":2,"time":"07:45"}}'
GENERATED = {
    "same text": (REFERENCE, True),
    "other order of keys": ('{"arguments":{"time":"07:45","people":2},"tool":"book_table"}', True),
    "white space": ('\n{ "tool": "book_table", "arguments": {"people": 2, "time": "07:45"} } ', True),
    "escaped letter": (REFERENCE.replace("book", "\\u0062ook"), True),
    "wrong value": (REFERENCE.replace("07:45", "07:46"), False),
    "wrong tool": (REFERENCE.replace("book_table", "set_alarm"), False),
    "missing argument": (REFERENCE.replace('"people":2,', ""), False),
    "additional argument": (REFERENCE.replace('"people":2,', '"people":2,"day":"today",'), False),
    "number as text": (REFERENCE.replace(":2,", ':"2",'), False),
    "float instead of an integer": (REFERENCE.replace(":2,", ":2.0,"), False),
    "truncated": (REFERENCE[:-1], False),
    "additional brace": (REFERENCE + "}", False),
    "text before the call": (f"Sure: {REFERENCE}", False),
    "two calls": (REFERENCE + REFERENCE, False),
    "list": (f"[{REFERENCE}]", False),
    "empty": ("", False),
    "null": ("null", False),
    "deeply nested lists": ("[" * 100_000, False),
}


@pytest.mark.parametrize(("text", "same"), GENERATED.values(), ids=GENERATED)
def test_generated_text_is_compared_with_the_reference_call(text: str, same: bool) -> None:
    assert is_same_call(text, REFERENCE) is same


def test_true_and_1_are_different_arguments() -> None:
    """In Python, {"people": True} == {"people": 1}."""
    assert not is_same_call('{"people":true}', '{"people":1}')


def test_parsing_the_text_of_a_call_returns_the_call() -> None:
    call = {"tool": "send_message", "arguments": {"recipient": "anna berg", "text": 'say "hi"'}}
    assert parse_call(call_text(call)) == call


def test_texts_that_do_not_parse_are_not_the_same_call() -> None:
    assert not is_same_call("", "")
