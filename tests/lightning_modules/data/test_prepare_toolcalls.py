"""The tool-calling data have the same bytes everywhere, and the test split has only held-out sentences and values."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from lightning_modules.data.prepare_toolcalls import SIZES, Example, draw_examples, main, write_examples
from lightning_modules.data.toolcalls_templates import CLOSERS, OPENERS, TEMPLATES
from lightning_modules.data.toolcalls_words import CURRENCIES, DAYS, PARTIES

SHA256 = "74058094ee692474e3ca13a295fb2953e9c6f4baf5f0c2403168b896d35091cc"
ARGUMENTS = {
    "set_alarm": ["time", "day"],
    "get_weather": ["city", "day"],
    "send_message": ["recipient", "text"],
    "play_song": ["title", "artist"],
    "convert_currency": ["amount", "source", "target"],
    "book_table": ["restaurant", "people", "time"],
    "start_timer": ["minutes"],
}
CLOSED = {"day", "source", "target", "people"}
OPEN = {name for names in ARGUMENTS.values() for name in names} - CLOSED
EXAMPLES = list(draw_examples())


def split(name: str) -> list[Example]:
    return [example for example in EXAMPLES if example.split == name]


def arguments(example: Example) -> dict[str, object]:
    values = example.call["arguments"]
    assert isinstance(values, dict)
    return values


def open_values(examples: Iterable[Example]) -> set[tuple[str, object]]:
    return {(name, value) for example in examples for name, value in arguments(example).items() if name not in CLOSED}


def words(sentences: Iterable[str]) -> set[str]:
    return {word for sentence in sentences for word in re.sub(r"\{\w+\}", "", sentence).split()}


def test_file_has_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    write_examples(tmp_path / "new" / "toolcalls.jsonl")
    content = (tmp_path / "new" / "toolcalls.jsonl").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256


def test_another_seed_gives_other_examples() -> None:
    assert next(draw_examples(1)) != next(draw_examples(2))


@pytest.mark.parametrize("output", ["calls.jsonl", "folder"])
def test_command_takes_a_file_or_a_folder(
    output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["prepare_toolcalls", str(tmp_path / output)])
    main()
    file = tmp_path / ("calls.jsonl" if output == "calls.jsonl" else "folder/toolcalls.jsonl")
    assert file.is_file()
    assert capsys.readouterr().out == f"{file}\n"


def test_all_tools_are_equally_frequent_in_every_split() -> None:
    for name, size in SIZES.items():
        counts = Counter(example.call["tool"] for example in split(name))
        assert counts == dict.fromkeys(ARGUMENTS, size // len(ARGUMENTS))


def test_every_call_has_the_arguments_of_its_tool_in_order() -> None:
    for example in EXAMPLES:
        assert list(arguments(example)) == ARGUMENTS[str(example.call["tool"])]


def test_test_split_and_training_split_share_no_template() -> None:
    held_out = {example.frame for example in split("test")}
    training = {example.frame for example in split("train")}
    assert held_out == {template for templates in TEMPLATES.values() for template in templates.held_out}
    assert training == {template for templates in TEMPLATES.values() for template in templates.training}
    assert not held_out & training


@pytest.mark.parametrize("names", [("train", "test"), ("train", "validation"), ("validation", "test")], ids="-".join)
def test_no_two_splits_share_an_open_value(names: tuple[str, str]) -> None:
    first, second = (open_values(split(name)) for name in names)
    assert {name for name, _ in first} == {name for name, _ in second} == OPEN
    assert not first & second


def test_value_is_held_out_for_all_tools() -> None:
    """For example, a time that is held out for alarms is held out for bookings."""
    values_by_split = ({value for _, value in open_values(split(name))} for name in ("train", "test"))
    training, test = ({value for value in values if isinstance(value, str)} for values in values_by_split)
    assert not training & test


def test_held_out_templates_use_only_words_of_training_templates() -> None:
    training = words(template for templates in TEMPLATES.values() for template in templates.training)
    for templates in TEMPLATES.values():
        assert words(templates.held_out) <= training


def test_requests_of_the_test_split_use_only_words_of_the_training_split() -> None:
    training = words(example.request for example in split("train"))
    assert {word for word in words(example.request for example in split("test")) if word.isalpha()} <= training


@pytest.mark.parametrize("tool", TEMPLATES)
def test_template_contains_every_argument_once(tool: str) -> None:
    for template in TEMPLATES[tool].training + TEMPLATES[tool].held_out:
        assert sorted(re.findall(r"\{(\w+)\}", template)) == sorted(ARGUMENTS[tool])


def times() -> Iterator[tuple[str, str]]:
    """Yield each time as it appears in the request and in the call."""
    for example in EXAMPLES:
        if "time" in arguments(example):
            match = re.search(r"\d+:\d\d( [ap]m)?", example.request)
            assert match is not None
            yield match[0], str(arguments(example)["time"])


def test_time_in_the_request_is_the_time_in_the_call() -> None:
    for spoken, value in times():
        hour, minute = int(value[:2]), value[3:]
        twelve_hour = f"{hour % 12 or 12}:{minute} {'am' if hour < 12 else 'pm'}"
        assert spoken in (f"{hour}:{minute}", twelve_hour)


def test_every_closed_value_occurs_and_currencies_differ() -> None:
    values = [arguments(example) for example in EXAMPLES]
    assert {value["day"] for value in values if "day" in value} == set(DAYS)
    assert {value["people"] for value in values if "people" in value} == set(range(2, 2 + len(PARTIES)))
    conversions = [value for value in values if "source" in value]
    assert {value["source"] for value in conversions} == {code for _, code in CURRENCIES}
    assert all(value["source"] != value["target"] for value in conversions)


def test_request_is_its_template_with_values_between_an_opener_and_a_closer() -> None:
    openers, closers = (
        "|".join(map(re.escape, sorted(set(texts), key=len, reverse=True))) for texts in (OPENERS, CLOSERS)
    )
    for example in EXAMPLES:
        sentence = re.sub(r"\\{\w+\\}", "(.+)", re.escape(example.frame))
        assert re.fullmatch(f"({openers}){sentence}({closers})", example.request), example
