"""Read from the name of a metric on which split it was measured, and which quantity it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Split = Literal["train", "validation", "test"]

SPLIT_WORDS: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "fit": "train",
    "eval": "validation",
    "evaluation": "validation",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
_SEPARATORS = re.compile(r"[/_.:\-\s]")
_LOADER = re.compile(r"/dataloader_idx_\d+$")  # Lightning adds it if a split has several loaders
_LOSSES = frozenset({"loss", "losses", "nll", "mse", "rmse", "mae"})
_NOT_LOSSES = frozenset({"scale", "weight", "ratio", "count"})  # `loss_scale` is a setting
_AVERAGED = re.compile(r"[_/](?:step|epoch|mean|avg)$")


@dataclass(frozen=True)
class MetricName:
    """The parts of the name `val/acc`: the split `validation` and the quantity `acc`. `acc` alone has no split."""

    split: Split | None
    quantity: str

    @property
    def is_loss(self) -> bool:
        """Whether the quantity is a loss or an error that a training minimises: `loss`, `loss_epoch`, `ce_loss`."""
        words = _SEPARATORS.split(_AVERAGED.sub("", self.quantity).casefold())
        return words[-1] in _LOSSES or (words[0] in _LOSSES and words[-1] not in _NOT_LOSSES)


def parse_metric(name: str) -> MetricName:
    """Return the parts of the name of a metric. The word of the split is the first or the last word of the name."""
    stem = base_name(name)
    head, _, rest = _partition(stem)
    if rest and head.casefold() in SPLIT_WORDS:
        return MetricName(SPLIT_WORDS[head.casefold()], rest)
    tail, _, start = _partition(stem[::-1])
    word = tail[::-1].casefold()
    if start and word in SPLIT_WORDS:
        return MetricName(SPLIT_WORDS[word], start[::-1])
    return MetricName(None, stem)


def base_name(name: str) -> str:
    """Return the name that the model logged, without the number of the data loader that Lightning adds."""
    return _LOADER.sub("", name)


def _partition(text: str) -> tuple[str, str, str]:
    match = _SEPARATORS.search(text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")
