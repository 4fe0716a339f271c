"""Find keys and tokens by their format. The formats of providers are those of detect-secrets and of redactions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

from compiler.base.redaction import key_spans
from lab.secrets_scan.rules.match import Identity, Match, group_match, is_placeholder

# Found by other rules here, or by entropy, which hashes have as well.
_UNUSED = frozenset(
    {"Base64HighEntropyString", "HexHighEntropyString", "KeywordDetector", "IPPublicDetector", "BasicAuthDetector"}
)
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_FORMATS = re.compile(
    r"""\bya29\.[\w\-]{20,} | \bGOCSPX-[\w\-]{20,} | \bdapi[0-9a-f]{32}\b | \bdop_v1_[0-9a-f]{40,}
    | \bsk-ant-[\w\-]{20,} | \br8_[A-Za-z0-9]{30,} | \bAGE-SECRET-KEY-1[0-9A-Z]{50,} | \bshpat_[0-9a-f]{32}
    | \bxapp-\d-[A-Z0-9]{8,}-\d{8,}-[0-9a-f]{20,} | \bEAAC[A-Za-z0-9]{40,} | \bPMAK-[0-9a-f]{24}-[0-9a-f]{30,}
    | https://hooks\.slack\.com/services/[A-Z0-9/]+/\w{16,}
    | https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d+/[\w\-]{30,}""",
    re.VERBOSE,
)
_LONG_WORD = re.compile(r"[\w\-+/=.:]{16}")  # every other format has one
_REST = re.compile(r"[\w\-+/=.]*")
_WANDB = re.compile(r"wandb[ ]login[ ]+(?:--\S+[ ]+)*([0-9a-f]{40})\b|api\.wandb\.ai\b.{0,60}?\b([0-9a-f]{40})\b")


def find_keys(text: str, _: Identity) -> Iterator[Match]:
    """Yield keys, tokens and private keys."""
    for match in _PRIVATE_KEY.finditer(text):
        yield group_match("private_key", match)
    if _LONG_WORD.search(text) is None:  # saves most of the time
        return
    for start, end in key_spans(text):
        yield Match("key", start, end)
    for match in _FORMATS.finditer(text):
        yield group_match("key", match)
    for match in _WANDB.finditer(text):
        yield group_match("key", match, 1 if match[1] else 2)
    for plugin in _plugins():
        for value in plugin.analyze_string(text):
            start = text.find(value)
            if start >= 0 and not is_placeholder(value):
                rest = _REST.match(text, start + len(value))  # some detectors return the prefix of a token only
                yield Match("key", start, rest.end() if rest else start + len(value))


@cache
def _plugins() -> tuple[Any, ...]:
    """Return the detectors of detect-secrets that know the format of a provider."""
    classes: Iterable[Any] = get_mapping_from_secret_type_to_class().values()
    return tuple(detector() for detector in classes if detector.__name__ not in _UNUSED)
