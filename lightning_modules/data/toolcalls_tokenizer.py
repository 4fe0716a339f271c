"""Train or load the tokenizer of the tool-calling study."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerBase, PreTrainedTokenizerFast

END = "<|endoftext|>"
END_ID = 0  # special tokens come first in a trained vocabulary


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> PreTrainedTokenizerFast:
    """Train a byte-level BPE tokenizer like that of GPT-2, which can encode and decode any string.

    Every digit is a token, so that a number that is not in `texts` consists of tokens that are.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END)


def load_tokenizer(name: str) -> PreTrainedTokenizerBase:
    """Load a pretrained tokenizer, given by a name or a folder.

    GPT-2 has no padding token. Padding is masked, so the end token is used.
    """
    tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def write_sample(tokenizer: PreTrainedTokenizerBase, strings: list[str], path: Path) -> None:
    """Record strings and their ids, without special tokens, so that the saved tokenizer can be checked later."""
    ids = tokenizer(strings, add_special_tokens=False)["input_ids"]
    sample = {"schema_version": 1, "strings": strings, "ids": ids}
    path.write_text(json.dumps(sample, indent=2, sort_keys=True) + "\n", encoding="utf-8")
