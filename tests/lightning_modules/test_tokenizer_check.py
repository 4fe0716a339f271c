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
    """A tokenizer of two words, and the record of what it did."""
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "Ġa": 1, "b": 2, "Ġb": 3, "?": 4}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="?")
    fast.save_pretrained(tmp_path / SPEC.path)
    record(tmp_path / "output", STRINGS, [fast(text)["input_ids"] for text in STRINGS])
    return tmp_path / "output"


def record(output: Path, strings: Any, ids: Any) -> None:
    (output / "tokenizer_sample.json").write_text(json.dumps({"strings": strings, "ids": ids}), encoding="utf-8")


def finding(output: Path) -> CheckResult:
    return check(FinishedRun("run", output.parent, {}, {}), SPEC)


def test_a_good_tokenizer_repeats_what_it_did(output: Path) -> None:
    assert finding(output) == CheckResult(
        True, "output/tokenizer loads, and encodes and decodes 3 recorded strings as recorded"
    )


def _rewrite(output: Path, change: Callable[[str], str]) -> None:
    path = output / "tokenizer" / "tokenizer.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no tokenizer": (lambda output: (output / "tokenizer" / "tokenizer.json").unlink(), "tokenizer.json is missing"),
    "no record": (lambda output: (output / "tokenizer_sample.json").unlink(), "tokenizer_sample.json is missing"),
    "truncated": (lambda output: _rewrite(output, lambda text: text[:-50]), "does not load"),
    "a pickle": (
        lambda output: (output / "tokenizer" / "tokenizer.json").write_bytes(pickle.dumps({})),
        "does not load",
    ),
    "other words": (lambda output: _rewrite(output, lambda text: text.replace('"b": 2', '"c": 2')), "recorded was"),
    "other ids": (lambda output: record(output, ["a b"], [[0, 0]]), "recorded was [0, 0]"),
    "a lossy string": (lambda output: record(output, ["x"], [[4]]), "decodes the ids of 'x' as ''"),
    "too large an id": (lambda output: record(output, ["a"], [[10**30]]), "recorded was"),
    "no strings": (lambda output: record(output, [], []), "non-empty lists of the same length"),
    "too few ids": (lambda output: record(output, ["a", "b"], [[0]]), "non-empty lists of the same length"),
    "a number for a string": (lambda output: record(output, [1], [[0]]), "only strings"),
    "words for ids": (lambda output: record(output, ["a"], [["0"]]), "lists of non-negative integers"),
    "no object": (lambda output: (output / "tokenizer_sample.json").write_text("[]"), "not a JSON object"),
}


@pytest.mark.parametrize(("damage", "detail"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_evidence_does_not_hold(damage: Callable[[Path], Any], detail: str, output: Path) -> None:
    damage(output)
    found = finding(output)
    assert not found.passed
    assert detail in found.detail


def test_an_altered_file_is_noticed_by_its_hash(output: Path) -> None:
    status = {"artifacts": {"output/tokenizer/tokenizer_config.json": {"sha256": "0" * 64}}}
    (output.parent / "status.json").write_text(json.dumps(status), encoding="utf-8")
    assert (
        finding(output).detail == "output/tokenizer/tokenizer_config.json is missing or was changed after the training"
    )
