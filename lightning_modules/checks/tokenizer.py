"""Check a `tokenizer`: it loads from its files, and encodes and decodes the recorded strings as recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from lightning_modules.checks.file_hashes import altered_file

SAMPLE = "tokenizer_sample.json"


class BadTokenizer(Exception):
    """The tokenizer or its recorded strings cannot be used."""


def check(run: FinishedRun, spec: Any) -> CheckResult:
    """Check the tokenizer against the sample file beside its folder: `{"strings": [...], "ids": [[...]]}`."""
    sample = str(Path(spec.path).with_name(SAMPLE))
    for path in (spec.path, sample):
        if altered := altered_file(run.folder, path):
            return CheckResult(False, f"{altered} is missing or was changed after the training")
    try:
        strings, ids = _read_sample(run.folder, sample)
        tokenizer = _load_tokenizer(run.folder / spec.path, spec.path)
        return _compare_round_trips(spec.path, tokenizer, strings, ids)
    except (BadTokenizer, UnreadableArtifact) as error:
        return CheckResult(False, str(error))


def _read_sample(folder: Path, sample: str) -> tuple[list[str], list[list[int]]]:
    content = read_object(folder, sample)
    strings, ids = content.get("strings"), content.get("ids")
    if not isinstance(strings, list) or not isinstance(ids, list) or len(strings) != len(ids) or not strings:
        raise BadTokenizer(f"{sample}: `strings` and `ids` must be non-empty lists of the same length")
    if not all(isinstance(text, str) for text in strings):
        raise BadTokenizer(f"{sample}: `strings` must contain only strings")
    if not all(isinstance(row, list) and all(type(token) is int and token >= 0 for token in row) for row in ids):
        raise BadTokenizer(f"{sample}: `ids` must contain only lists of non-negative integers")
    return strings, ids


def _load_tokenizer(folder: Path, path: str) -> Any:
    from transformers import PreTrainedTokenizerFast

    if not (folder / "tokenizer.json").is_file():  # transformers would interpret the path as a name on the model hub
        raise BadTokenizer(f"{path}/tokenizer.json is missing")
    try:
        return PreTrainedTokenizerFast.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # the Rust library raises a bare Exception for a file that it cannot parse
        raise BadTokenizer(f"{path} does not load: {error}") from error


def _compare_round_trips(path: str, tokenizer: Any, strings: list[str], ids: list[list[int]]) -> CheckResult:
    for text, recorded in zip(strings, ids, strict=True):
        if (encoded := tokenizer(text)["input_ids"]) != recorded:
            return CheckResult(False, f"{path} encodes {text!r} as {encoded}, recorded was {recorded}")
        decoded = tokenizer.decode(recorded, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        if decoded != text:
            return CheckResult(False, f"{path} decodes the ids of {text!r} as {decoded!r}")
    return CheckResult(True, f"{path} loads, and encodes and decodes {len(strings)} recorded strings as recorded")
