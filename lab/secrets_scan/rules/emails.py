"""Find e-mail addresses. Reserved domains and other texts with an at sign are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.secrets_scan.rules.match import Identity, Match, group_match

_ADDRESS = re.compile(
    r"(?<![\w.+\-/@])(?:mailto:)?(?P<address>(?P<local>[A-Za-z0-9][\w.+\-']{0,63})@(?P<domain>(?:[\w\-]{1,63}\.){1,8}(?P<top>[^\W\d_]{2,24})))"
    r"(?![\w@]|\.\w|-\w)"
)
_SPELLED = re.compile(
    r"(?<![\w.+\-])(?P<local>[A-Za-z0-9][\w.+\-]{0,63})\s?[\[({<]\s?at\s?[\])}>]\s?"
    r"(?P<domain>[\w\-]{1,63}(?:\s?(?:[\[({<]\s?dot\s?[\])}>]|\.)\s?[\w\-]{1,63}){0,6}\s?(?:[\[({<]\s?dot\s?[\])}>]|\.)\s?(?P<top>[^\W\d_]{2,24}))",
    re.IGNORECASE,
)
# RFC 2606 and 6761
_RESERVED = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost)", re.IGNORECASE)
_NO_PERSON = frozenset({"git", "noreply", "no-reply", "donotreply", "do-not-reply"})
# Endings of files, metrics and machines, which follow an at sign in `icon@2x.png`, `recall@k.mean` and `ada@gpu.lan`.
_NO_DOMAINS = frozenset(
    {"py", "js", "jsx", "tsx", "json", "yaml", "yml", "toml", "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "html"}
    | {"txt", "csv", "pdf", "gz", "zip", "whl", "mean", "std", "min", "max", "sum", "median", "value", "step", "epoch"}
    | {"local", "internal", "lan", "corp", "intranet", "localdomain"}  # a login at a machine, which is another rule
)


def find_emails(text: str, _: Identity) -> Iterator[Match]:
    """Yield e-mail addresses, also those with [at] in place of the sign."""
    for pattern, group in ((_ADDRESS, "address"), (_SPELLED, 0)):
        if pattern is _ADDRESS and "@" not in text:  # saves most of the time
            continue
        for match in pattern.finditer(text):
            if _is_address(match["local"], match["domain"], match["top"]):
                yield group_match("email", match, group)


def _is_address(local: str, domain: str, top: str) -> bool:
    return not (
        _RESERVED.fullmatch(domain) or local.lower() in _NO_PERSON or top.lower() in _NO_DOMAINS or ".." in local
    )
