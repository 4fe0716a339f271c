"""Load the tool-calling data as batches of token ids. The data are described in `docs/toolcalls.md`."""

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
from lightning_modules.data.toolcalls_tokenizer import load_tokenizer, train_tokenizer, write_sample

SCHEMA_VERSION = 1


class ToolCallDataError(Exception):
    """The data file does not exist, or it was not written by `prepare_toolcalls`."""


@dataclass(frozen=True)
class Pair:
    """The text that the model reads, and the text that it learns to write."""

    split: str
    prompt: str
    answer: str


def read_pairs(path: Path) -> list[Pair]:
    """Read all pairs of the file.

    Raises:
        ToolCallDataError: The file does not exist, or a line is invalid. The message gives the line.
    """
    if not path.is_file():
        command = f"python -m lightning_modules.data.prepare_toolcalls {path}"
        raise ToolCallDataError(f"{path}: no such file (write it with: {command})")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_pair(line, f"{path}:{number}") for number, line in enumerate(lines, start=1)]


def _pair(line: str, location: str) -> Pair:
    try:
        row: dict[str, Any] = json.loads(line)
        if row["schema_version"] != SCHEMA_VERSION:
            raise ToolCallDataError(
                f"{location}: schema_version is {row['schema_version']}, expected {SCHEMA_VERSION} (write it again)"
            )
        # The leading space makes the first word the same token as elsewhere. The line end marks the end of the prompt.
        return Pair(row["split"], f" {row['request']}\n", call_text(row["call"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ToolCallDataError(f"{location}: not a tool-calling example: {error!r}") from error


EncodedPair = tuple[Tensor, Tensor]


def encode_pairs(tokenizer: PreTrainedTokenizerBase, rows: list[Pair]) -> list[EncodedPair]:
    """Return the prompt ids and the answer ids of each row. The answer ends with the end token.

    Prompt and answer are encoded separately, so that no token spans the boundary between them.
    """
    prompts = tokenizer([row.prompt for row in rows], add_special_tokens=False)["input_ids"]
    answers = tokenizer([row.answer for row in rows], add_special_tokens=False)["input_ids"]
    end = tokenizer.eos_token_id
    return [
        (torch.tensor(prompt), torch.tensor([*answer, end])) for prompt, answer in zip(prompts, answers, strict=True)
    ]


def collate_batch(rows: list[EncodedPair], pad: int) -> dict[str, Tensor]:
    """Pad prompts on the left and answers on the right, so that each answer follows its prompt directly.

    All tensors are int64 of shape (rows, longest). The masks are 1 for tokens and 0 for padding.
    """
    prompts, answers = [prompt for prompt, _ in rows], [answer for _, answer in rows]
    pad_left = partial(pad_sequence, batch_first=True, padding_side="left")
    pad_right = partial(pad_sequence, batch_first=True, padding_side="right")
    return {
        "prompt_ids": pad_left(prompts, padding_value=pad),
        "prompt_mask": pad_left([torch.ones_like(prompt) for prompt in prompts]),
        "answer_ids": pad_right(answers, padding_value=pad),
        "answer_mask": pad_right([torch.ones_like(answer) for answer in answers]),
    }


class ToolCallData(LightningDataModule):
    """Requests and calls from `path` as token ids.

    The tokenizer is trained on the training split with a vocabulary of `vocab_size` tokens. If `tokenizer` is given (a
    name or a folder), this pretrained tokenizer is used and `vocab_size` is ignored.
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
        self._encoded: dict[str, list[EncodedPair]] = {}

    def setup(self, stage: str) -> None:
        """Read and encode all splits once, for any stage. The tokenizer needs the training split."""
        if self._encoded:
            return
        self._pairs = read_pairs(self.path)
        self.tokenizer = self._make_tokenizer()
        for split in ("train", "validation", "test"):
            self._encoded[split] = encode_pairs(self.tokenizer, [row for row in self._pairs if row.split == split])

    def _make_tokenizer(self) -> PreTrainedTokenizerBase:
        if self.pretrained is not None:
            return load_tokenizer(self.pretrained)
        training = (row for row in self._pairs if row.split == "train")
        return train_tokenizer((text for row in training for text in (row.prompt, row.answer)), self.vocab_size)

    def train_dataloader(self) -> DataLoader[EncodedPair]:
        return self._loader("train", self.batch_size, shuffle=True)

    def val_dataloader(self) -> DataLoader[EncodedPair]:
        return self._loader("validation", self.eval_batch_size)

    def test_dataloader(self) -> DataLoader[EncodedPair]:
        return self._loader("test", self.eval_batch_size)

    def _loader(self, split: str, batch_size: int, shuffle: bool = False) -> DataLoader[EncodedPair]:
        collate = partial(collate_batch, pad=self.tokenizer.pad_token_id)
        return DataLoader(self._encoded[split], batch_size, shuffle=shuffle, collate_fn=collate)  # type: ignore[arg-type]

    def export(self, output: Path) -> None:
        """Save the tokenizer, and a sample of held-out strings with which it can be checked."""
        self.tokenizer.save_pretrained(output / "tokenizer")
        held_out = [row for row in self._pairs if row.split == "test"][:8]
        strings = [text for row in held_out for text in (row.prompt, row.answer)]
        write_sample(self.tokenizer, strings, output / "tokenizer_sample.json")
