"""`tokenizer`: it loads from its own files, and encodes and decodes the recorded strings as it did then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compiler.deliverables.artifact import UnreadableEvidence, read_object
from compiler.deliverables.evidence import Evidence, Finding
from lightning_modules.checks.recorded import altered_file

SAMPLE = "tokenizer_sample.json"


class BadTokenizer(Exception):
    """A tokenizer, or the record of what it did, cannot be used."""


def check(evidence: Evidence, spec: Any) -> Finding:
    """The record lies beside the tokenizer's folder: `{"strings": [...], "ids": [[...]]}`."""
    sample = str(Path(spec.path).with_name(SAMPLE))
    for path in (spec.path, sample):
        if altered := altered_file(evidence.folder, path):
            return Finding(False, f"{altered} is not the file that the training wrote")
    try:
        strings, ids = _recorded(evidence.folder, sample)
        tokenizer = _loaded(evidence.folder / spec.path, spec.path)
        return _round_trip(spec.path, tokenizer, strings, ids)
    except (BadTokenizer, UnreadableEvidence) as error:
        return Finding(False, str(error))


def _recorded(folder: Path, sample: str) -> tuple[list[str], list[list[int]]]:
    content = read_object(folder, sample)
    strings, ids = content.get("strings"), content.get("ids")
    if not isinstance(strings, list) or not isinstance(ids, list) or len(strings) != len(ids) or not strings:
        raise BadTokenizer(f"{sample} has no strings with as many lists of ids")
    if not all(isinstance(text, str) for text in strings):
        raise BadTokenizer(f"{sample} has a string that is no text")
    if not all(isinstance(row, list) and all(type(token) is int and token >= 0 for token in row) for row in ids):
        raise BadTokenizer(f"{sample} has ids that are no numbers from 0")
    return strings, ids


def _loaded(folder: Path, path: str) -> Any:
    from transformers import PreTrainedTokenizerFast

    if not (folder / "tokenizer.json").is_file():  # otherwise transformers would take the path for a name on a hub
        raise BadTokenizer(f"{path}/tokenizer.json is missing")
    try:
        return PreTrainedTokenizerFast.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # the Rust library raises bare Exception for a file that it cannot parse
        raise BadTokenizer(f"{path} does not load: {error}") from error


def _round_trip(path: str, tokenizer: Any, strings: list[str], ids: list[list[int]]) -> Finding:
    for text, recorded in zip(strings, ids, strict=True):
        if (encoded := tokenizer(text)["input_ids"]) != recorded:
            return Finding(False, f"{path} encodes {text!r} as {encoded}, recorded was {recorded}")
        decoded = tokenizer.decode(recorded, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        if decoded != text:
            return Finding(False, f"{path} decodes the ids of {text!r} as {decoded!r}")
    return Finding(True, f"{path} loads and encodes and decodes {len(strings)} recorded strings as before")
