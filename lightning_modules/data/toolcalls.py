"""The tool-calling data as batches: what was asked, and the call to write. `docs/toolcalls.md` describes the data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from lightning import LightningDataModule
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader
from transformers import PreTrainedTokenizerBase

from lightning_modules.data.toolcalls_metric import call_text
from lightning_modules.data.toolcalls_tokenizer import pretrained_tokenizer, trained_tokenizer, write_sample

SCHEMA_VERSION = 1


class ToolCallDataError(Exception):
    """The data file is absent or is not what this data module reads."""


@dataclass(frozen=True)
class Pair:
    """What the model reads and what it should write."""

    split: str
    prompt: str
    answer: str


def pairs(path: Path) -> list[Pair]:
    """Every pair in the file. Raises `ToolCallDataError` with the line that cannot be read."""
    if not path.is_file():
        raise ToolCallDataError(
            f"{path}: no such file. Write it: python -m lightning_modules.data.prepare_toolcalls {path}"
        )
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_pair(line, f"{path}:{number}") for number, line in enumerate(lines, start=1)]


def _pair(line: str, where: str) -> Pair:
    try:
        row: dict[str, Any] = json.loads(line)
        if row["schema_version"] != SCHEMA_VERSION:
            raise ToolCallDataError(f"{where}: schema_version {row['schema_version']}, this reads {SCHEMA_VERSION}")
        # The leading space makes the first word the same token as that word elsewhere; the line end says "now answer".
        return Pair(row["split"], f" {row['request']}\n", call_text(row["call"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ToolCallDataError(f"{where}: not a tool-calling example: {error!r}") from error


Encoded = tuple[Tensor, Tensor]


def encoded(tokenizer: PreTrainedTokenizerBase, rows: list[Pair]) -> list[Encoded]:
    """Prompt ids and answer ids of each row, the answer closed by the end token.

    Encoded apart, so that no token straddles the border between what is read and what is written.
    """
    prompts = tokenizer([row.prompt for row in rows], add_special_tokens=False)["input_ids"]
    answers = tokenizer([row.answer for row in rows], add_special_tokens=False)["input_ids"]
    end = tokenizer.eos_token_id
    return [(torch.tensor(p), torch.tensor([*a, end])) for p, a in zip(prompts, answers, strict=True)]


def batch_of(rows: list[Encoded], pad: int) -> dict[str, Tensor]:
    """Prompts padded on the left and answers on the right, so that they meet: each int64 of shape (rows, longest).

    The masks are 1 on tokens and 0 on padding.
    """
    prompts, answers = [prompt for prompt, _ in rows], [answer for _, answer in rows]
    left = partial(pad_sequence, batch_first=True, padding_side="left")
    right = partial(pad_sequence, batch_first=True, padding_side="right")
    return {
        "prompt_ids": left(prompts, padding_value=pad),
        "prompt_mask": left([torch.ones_like(prompt) for prompt in prompts]),
        "answer_ids": right(answers, padding_value=pad),
        "answer_mask": right([torch.ones_like(answer) for answer in answers]),
    }


class ToolCallData(LightningDataModule):
    """Requests and calls from `path`, as tokens of a tokenizer trained on them or of a pretrained one.

    `vocab_size` is the size of the trained tokenizer and unused with a pretrained `tokenizer` (a name or a folder).
    """

    def __init__(
        self,
        path: str,
        batch_size: int = 16,
        eval_batch_size: int = 256,
        vocab_size: int = 1024,
        tokenizer: str | None = None,
    ) -> None:
        super().__init__()
        self.path = Path(path)
        self.batch_size = batch_size
        self.eval_batch_size = eval_batch_size
        self.vocab_size = vocab_size
        self.pretrained = tokenizer
        self.tokenizer: PreTrainedTokenizerBase
        self._pairs: list[Pair] = []
        self._encoded: dict[str, list[Encoded]] = {}

    def setup(self, stage: str) -> None:
        """Read and encode once, whatever the stage: tokens are few, and the tokenizer needs the training split."""
        if self._encoded:
            return
        self._pairs = pairs(self.path)
        self.tokenizer = self._tokenizer()
        for split in ("train", "validation", "test"):
            self._encoded[split] = encoded(self.tokenizer, [row for row in self._pairs if row.split == split])

    def _tokenizer(self) -> PreTrainedTokenizerBase:
        if self.pretrained is not None:
            return pretrained_tokenizer(self.pretrained)
        training = (row for row in self._pairs if row.split == "train")
        return trained_tokenizer((text for row in training for text in (row.prompt, row.answer)), self.vocab_size)

    def train_dataloader(self) -> DataLoader[Encoded]:
        return self._loader("train", self.batch_size, shuffle=True)

    def val_dataloader(self) -> DataLoader[Encoded]:
        return self._loader("validation", self.eval_batch_size)

    def test_dataloader(self) -> DataLoader[Encoded]:
        return self._loader("test", self.eval_batch_size)

    def _loader(self, split: str, batch_size: int, shuffle: bool = False) -> DataLoader[Encoded]:
        collate = partial(batch_of, pad=self.tokenizer.pad_token_id)
        return DataLoader(self._encoded[split], batch_size, shuffle=shuffle, collate_fn=collate)  # type: ignore[arg-type]

    def export(self, output: Path) -> None:
        """Leave the tokenizer with the run, and a sample of held-out strings that a reader can check it by."""
        self.tokenizer.save_pretrained(output / "tokenizer")
        held_out = [row for row in self._pairs if row.split == "test"][:8]
        strings = [text for row in held_out for text in (row.prompt, row.answer)]
        write_sample(self.tokenizer, strings, output / "tokenizer_sample.json")
