"""The generator: the same bytes everywhere, and a test split that training has not seen."""

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
EVERY = list(draw_examples())


def split(name: str) -> list[Example]:
    return [one for one in EVERY if one.split == name]


def arguments(example: Example) -> dict[str, object]:
    given = example.call["arguments"]
    assert isinstance(given, dict)
    return given


def open_values(of: Iterable[Example]) -> set[tuple[str, object]]:
    return {(name, value) for one in of for name, value in arguments(one).items() if name not in CLOSED}


def words(sentences: Iterable[str]) -> set[str]:
    return {word for sentence in sentences for word in re.sub(r"\{\w+\}", "", sentence).split()}


def test_the_file_is_the_same_bytes_everywhere(tmp_path: Path) -> None:
    write_examples(tmp_path / "new" / "toolcalls.jsonl")
    content = (tmp_path / "new" / "toolcalls.jsonl").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256


def test_another_seed_gives_other_examples() -> None:
    assert next(draw_examples(1)) != next(draw_examples(2))


@pytest.mark.parametrize("given", ["calls.jsonl", "folder"])
def test_the_command_takes_a_file_or_a_folder(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["prepare_toolcalls", str(tmp_path / given)])
    main()
    written = tmp_path / ("calls.jsonl" if given == "calls.jsonl" else "folder/toolcalls.jsonl")
    assert written.is_file()
    assert capsys.readouterr().out == f"{written}\n"


def test_every_tool_is_equally_frequent_in_every_split() -> None:
    for name, size in SIZES.items():
        counted = Counter(one.call["tool"] for one in split(name))
        assert counted == dict.fromkeys(ARGUMENTS, size // len(ARGUMENTS))


def test_every_call_has_its_tools_arguments_in_order() -> None:
    for one in EVERY:
        assert list(arguments(one)) == ARGUMENTS[str(one.call["tool"])]


def test_no_sentence_of_the_test_split_is_a_training_sentence() -> None:
    held_out = {one.frame for one in split("test")}
    trained = {one.frame for one in split("train")}
    assert held_out == {frame for frames in TEMPLATES.values() for frame in frames.held_out}
    assert trained == {frame for frames in TEMPLATES.values() for frame in frames.training}
    assert not held_out & trained


@pytest.mark.parametrize("others", [("train", "test"), ("train", "validation"), ("validation", "test")], ids="-".join)
def test_no_two_splits_share_an_open_value(others: tuple[str, str]) -> None:
    one, another = (open_values(split(name)) for name in others)
    assert {name for name, _ in one} == {name for name, _ in another} == OPEN
    assert not one & another


def test_a_time_held_out_as_an_alarm_is_held_out_as_a_booking() -> None:
    """Values are held out whichever tool they go to."""
    by_name = ({value for _, value in open_values(split(name))} for name in ("train", "test"))
    trained, tested = ({value for value in values if isinstance(value, str)} for values in by_name)
    assert not trained & tested


def test_held_out_sentences_use_known_words() -> None:
    trained = words(sentence for frames in TEMPLATES.values() for sentence in frames.training)
    for frames in TEMPLATES.values():
        assert words(frames.held_out) <= trained


def test_held_out_values_are_made_of_known_words() -> None:
    trained = words(one.request for one in split("train"))
    assert {word for word in words(one.request for one in split("test")) if word.isalpha()} <= trained


@pytest.mark.parametrize("tool", TEMPLATES)
def test_a_sentence_names_every_argument_once(tool: str) -> None:
    for sentence in TEMPLATES[tool].training + TEMPLATES[tool].held_out:
        assert sorted(re.findall(r"\{(\w+)\}", sentence)) == sorted(ARGUMENTS[tool])


def spoken_times() -> Iterator[tuple[str, str]]:
    for one in EVERY:
        if "time" in arguments(one):
            said = re.search(r"\d+:\d\d( [ap]m)?", one.request)
            assert said is not None
            yield said[0], str(arguments(one)["time"])


def test_times_on_both_clocks_mean_the_same() -> None:
    for said, meant in spoken_times():
        hour, minute = int(meant[:2]), meant[3:]
        clock = f"{hour % 12 or 12}:{minute} {'am' if hour < 12 else 'pm'}"
        assert said in (f"{hour}:{minute}", clock)


def test_closed_values_are_the_interface() -> None:
    assert {arguments(one)["day"] for one in EVERY if "day" in arguments(one)} == set(DAYS)
    assert {arguments(one)["people"] for one in EVERY if "people" in arguments(one)} == set(range(2, 2 + len(PARTIES)))
    exchanges = [arguments(one) for one in EVERY if "source" in arguments(one)]
    assert {one["source"] for one in exchanges} == {code for _, code in CURRENCIES}
    assert all(one["source"] != one["target"] for one in exchanges)


def test_a_request_is_its_sentence_filled_in() -> None:
    openers, closers = (sorted(set(texts), key=len, reverse=True) for texts in (OPENERS, CLOSERS))
    for one in EVERY:
        gaps = re.sub(r"\\{\w+\\}", "(.+)", re.escape(one.frame))
        around = ("|".join(map(re.escape, texts)) for texts in (openers, closers))
        assert re.fullmatch("({}){}({})".format(*(next(around), gaps, next(around))), one.request), one
