"""The check of `tokenizer` repeats the recorded round trips and detects damaged files."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from compiler.deliverables.check import CheckResult, FinishedRun
from lightning_modules.checks.tokenizer import check

SPEC = SimpleNamespace(path="output/tokenizer")
STRINGS = ["a b", "b", "b a b"]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """The outputs of a run: a tokenizer of two words, and the ids of some strings."""
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "Ġa": 1, "b": 2, "Ġb": 3, "?": 4}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="?")
    fast.save_pretrained(tmp_path / SPEC.path)
    write_sample(tmp_path / "output", STRINGS, [fast(text)["input_ids"] for text in STRINGS])
    return tmp_path / "output"


def write_sample(output: Path, strings: Any, ids: Any) -> None:
    (output / "tokenizer_sample.json").write_text(json.dumps({"strings": strings, "ids": ids}), encoding="utf-8")


def check_result(output: Path) -> CheckResult:
    return check(FinishedRun("run", output.parent, {}, {}), SPEC)


def test_undamaged_tokenizer_repeats_the_recorded_ids(output: Path) -> None:
    assert check_result(output) == CheckResult(
        True, "output/tokenizer loads, and encodes and decodes 3 recorded strings as recorded"
    )


def edit_tokenizer(output: Path, change: Callable[[str], str]) -> None:
    path = output / "tokenizer" / "tokenizer.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "missing tokenizer": (
        lambda output: (output / "tokenizer" / "tokenizer.json").unlink(),
        "tokenizer.json is missing",
    ),
    "missing sample": (lambda output: (output / "tokenizer_sample.json").unlink(), "tokenizer_sample.json is missing"),
    "truncated": (lambda output: edit_tokenizer(output, lambda text: text[:-50]), "does not load"),
    "pickle": (
        lambda output: (output / "tokenizer" / "tokenizer.json").write_bytes(pickle.dumps({})),
        "does not load",
    ),
    "other words": (
        lambda output: edit_tokenizer(output, lambda text: text.replace('"b": 2', '"c": 2')),
        "recorded was",
    ),
    "other ids": (lambda output: write_sample(output, ["a b"], [[0, 0]]), "recorded was [0, 0]"),
    "string that is not preserved": (lambda output: write_sample(output, ["x"], [[4]]), "decodes the ids of 'x' as ''"),
    "id outside the vocabulary": (lambda output: write_sample(output, ["a"], [[10**30]]), "recorded was"),
    "empty sample": (lambda output: write_sample(output, [], []), "non-empty lists of the same length"),
    "too few ids": (lambda output: write_sample(output, ["a", "b"], [[0]]), "non-empty lists of the same length"),
    "number instead of a string": (lambda output: write_sample(output, [1], [[0]]), "only strings"),
    "text instead of an id": (lambda output: write_sample(output, ["a"], [["0"]]), "lists of non-negative integers"),
    "no JSON object": (lambda output: (output / "tokenizer_sample.json").write_text("[]"), "not a JSON object"),
}


@pytest.mark.parametrize(("damage", "detail"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_tokenizer_fails_the_check(damage: Callable[[Path], Any], detail: str, output: Path) -> None:
    damage(output)
    result = check_result(output)
    assert not result.passed
    assert detail in result.detail


def test_changed_file_is_detected_by_the_hash(output: Path) -> None:
    status = {"artifacts": {"output/tokenizer/tokenizer_config.json": {"sha256": "0" * 64}}}
    (output.parent / "status.json").write_text(json.dumps(status), encoding="utf-8")
    assert (
        check_result(output).detail
        == "output/tokenizer/tokenizer_config.json is missing or was changed after the training"
    )
