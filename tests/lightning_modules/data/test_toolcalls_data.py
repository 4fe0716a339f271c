"""The tool-calling data module: invalid files, tokenizer, batches and exported files."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from compiler.deliverables.check import FinishedRun
from lightning_modules.checks.tokenizer import check
from lightning_modules.data.prepare_toolcalls import SIZES, write_examples
from lightning_modules.data.toolcalls import (
    Pair,
    ToolCallData,
    ToolCallDataError,
    collate_batch,
    encode_pairs,
    read_pairs,
)
from lightning_modules.data.toolcalls_metric import parse_call
from lightning_modules.data.toolcalls_tokenizer import END_ID, load_tokenizer, train_tokenizer

pytestmark = pytest.mark.xdist_group("toolcalls_data")  # a fixture of the module takes seconds

LINE = {"schema_version": 1, "split": "train", "request": "hi", "call": {"tool": "greet", "arguments": {}}}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ToolCallData:
    path = tmp_path_factory.mktemp("data") / "toolcalls.jsonl"
    write_examples(path)
    module = ToolCallData(str(path))
    module.setup("fit")
    return module


def test_error_for_a_missing_file_of_calls_contains_the_command_that_writes_it(tmp_path: Path) -> None:
    with pytest.raises(ToolCallDataError, match=r"python -m lightning_modules\.data\.prepare_toolcalls"):
        read_pairs(tmp_path / "none.jsonl")


INVALID_LINES = {
    "no JSON": "wake me",
    "no JSON object": "[]",
    "missing version": json.dumps({"split": "train"}),
    "other version": json.dumps(LINE | {"schema_version": 2}),
    "missing request": json.dumps({name: value for name, value in LINE.items() if name != "request"}),
}


@pytest.mark.parametrize("line", INVALID_LINES.values(), ids=INVALID_LINES)
def test_error_for_an_invalid_line_contains_its_number(line: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(f"{json.dumps(LINE)}\n{line}\n", encoding="utf-8")
    with pytest.raises(ToolCallDataError, match=r"calls\.jsonl:2: "):
        read_pairs(path)


def test_pair_consists_of_a_terminated_request_and_compact_json(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(json.dumps(LINE), encoding="utf-8")
    assert read_pairs(path) == [Pair("train", " hi\n", '{"tool":"greet","arguments":{}}')]


def test_splits_are_loaded_completely(data: ToolCallData) -> None:
    loaders = (data.train_dataloader(), data.val_dataloader(), data.test_dataloader())
    assert [len(loader.dataset) for loader in loaders] == list(SIZES.values())


def test_tokenizer_preserves_every_string(data: ToolCallData) -> None:
    assert len(data.tokenizer) == data.vocab_size
    held_out = [text for row in read_pairs(data.path) if row.split == "test" for text in (row.prompt, row.answer)]
    for text in [*held_out, "Straße, 東京 🚆", "  two  spaces\t", ""]:
        ids = data.tokenizer(text)["input_ids"]
        assert data.tokenizer.decode(ids, clean_up_tokenization_spaces=False) == text


def test_every_digit_is_a_token(data: ToolCallData) -> None:
    assert data.tokenizer.convert_ids_to_tokens(data.tokenizer("17:45")["input_ids"]) == ["1", "7", ":", "4", "5"]


def test_training_the_tokenizer_is_deterministic(data: ToolCallData) -> None:
    training = [row for row in read_pairs(data.path) if row.split == "train"]
    second = train_tokenizer((text for row in training for text in (row.prompt, row.answer)), data.vocab_size)
    assert second.backend_tokenizer.to_str() == data.tokenizer.backend_tokenizer.to_str()


def test_tokenizer_depends_only_on_the_training_split(data: ToolCallData, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    lines = [json.loads(line) for line in data.path.read_text(encoding="utf-8").splitlines()]
    lines = [line | {"request": "qqqqqqqq" * 50} if line["split"] != "train" else line for line in lines]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    other = ToolCallData(str(path))
    other.setup("fit")
    assert other.tokenizer.backend_tokenizer.to_str() == data.tokenizer.backend_tokenizer.to_str()


def test_only_answers_end_with_the_end_token() -> None:
    tokenizer = train_tokenizer(["a b"], 300)
    ((prompt, answer),) = encode_pairs(tokenizer, [Pair("train", "a", "b")])
    assert prompt.tolist() == tokenizer("a")["input_ids"]
    assert answer.tolist() == [*tokenizer("b")["input_ids"], END_ID]


def test_prompts_are_padded_on_the_left_and_answers_on_the_right() -> None:
    rows = [(torch.tensor([1, 2, 3]), torch.tensor([4])), (torch.tensor([5]), torch.tensor([6, 7]))]
    batch = {name: tensor.tolist() for name, tensor in collate_batch(rows, pad=9).items()}
    assert batch == {
        "prompt_ids": [[1, 2, 3], [9, 9, 5]],
        "prompt_mask": [[1, 1, 1], [0, 0, 1]],
        "answer_ids": [[4, 9], [6, 7]],
        "answer_mask": [[1, 0], [1, 1]],
    }


def test_unmasked_answer_tokens_are_the_calls(data: ToolCallData) -> None:
    batch = next(iter(data.test_dataloader()))
    expected = [parse_call(row.answer) for row in read_pairs(data.path) if row.split == "test"]
    for ids, mask, call in zip(batch["answer_ids"], batch["answer_mask"], expected, strict=False):
        *text, end = ids[mask == 1].tolist()
        assert parse_call(data.tokenizer.decode(text)) == call
        assert end == END_ID


def test_exported_tokenizer_passes_the_deliverable_check(data: ToolCallData, tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    data.export(tmp_path / "output")
    result = check(FinishedRun("run", tmp_path, {}, {}), SimpleNamespace(path="output/tokenizer"))
    assert result.passed, result
    sample = json.loads((tmp_path / "output/tokenizer_sample.json").read_text(encoding="utf-8"))
    assert sample["schema_version"] == 1
    assert sample["strings"]


def test_pretrained_tokenizer_is_used_unchanged(data: ToolCallData, tmp_path: Path) -> None:
    train_tokenizer(["wake me"], 300).save_pretrained(tmp_path / "own")
    other = ToolCallData(str(data.path), tokenizer=str(tmp_path / "own"))
    other.setup("fit")
    assert len(other.tokenizer) < 300


def test_pretrained_tokenizer_without_padding_token_pads_with_the_end_token(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(["wake me"], 300)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(tmp_path)
    assert load_tokenizer(str(tmp_path)).pad_token_id == END_ID
