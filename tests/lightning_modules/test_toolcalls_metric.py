from __future__ import annotations

import pytest

from lightning_modules.data.toolcalls_metric import call_text, is_same_call, parse_call

REFERENCE = '{"tool":"book_table","arguments":{"people":2,"time":"07:45"}}'
GENERATED = {
    "the same text": (REFERENCE, True),
    "another order of keys": ('{"arguments":{"time":"07:45","people":2},"tool":"book_table"}', True),
    "white space": ('\n{ "tool": "book_table", "arguments": {"people": 2, "time": "07:45"} } ', True),
    "an escaped letter": (REFERENCE.replace("book", "\\u0062ook"), True),
    "a wrong value": (REFERENCE.replace("07:45", "07:46"), False),
    "a wrong tool": (REFERENCE.replace("book_table", "set_alarm"), False),
    "a missing argument": (REFERENCE.replace('"people":2,', ""), False),
    "one argument too many": (REFERENCE.replace('"people":2,', '"people":2,"day":"today",'), False),
    "a number as text": (REFERENCE.replace(":2,", ':"2",'), False),
    "a fraction": (REFERENCE.replace(":2,", ":2.0,"), False),
    "cut short": (REFERENCE[:-1], False),
    "a brace too many": (REFERENCE + "}", False),
    "words around": (f"Sure: {REFERENCE}", False),
    "two calls": (REFERENCE + REFERENCE, False),
    "a list": (f"[{REFERENCE}]", False),
    "nothing": ("", False),
    "null": ("null", False),
    "endless brackets": ("[" * 100_000, False),
}


@pytest.mark.parametrize(("text", "same"), GENERATED.values(), ids=GENERATED)
def test_is_same_call(text: str, same: bool) -> None:
    assert is_same_call(text, REFERENCE) is same


def test_true_is_not_one() -> None:
    """In Python, {"people": True} == {"people": 1}."""
    assert not is_same_call('{"people":true}', '{"people":1}')


def test_a_call_survives_its_text() -> None:
    call = {"tool": "send_message", "arguments": {"recipient": "anna berg", "text": 'say "hi"'}}
    assert parse_call(call_text(call)) == call


def test_what_does_not_parse_is_never_the_same() -> None:
    assert not is_same_call("", "")
