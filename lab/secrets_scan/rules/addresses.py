"""Find IP addresses. Versions with four parts, masks, and the addresses of documentation are none."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from lab.secrets_scan.rules.match import Identity, Match, group_match

_V4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w\-]|\.\d)")
_V6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:.])")
# `pkg==1.2.3.4`, `v1.2.3.4`, `version: 1.2.3.4`, `name 1.2.3.4` of `pip list`, and versions in file names
_VERSION = re.compile(
    r"(?:[=<>~!^]=? ?[\"']?|\bv|\bversions?\\?[\"']? ?[:=]? ?\\?[\"']?|\brelease |\bbuild |[\w)]-)$", re.IGNORECASE
)
_LISTED = re.compile(r"^\s*[\"'|]?\s*[A-Za-z][\w.\-]*[\"']?\s*[ ,|:=]\s*[\"']?$")
_ADDRESS_NAME = re.compile(
    r"ip|addr|host|server|gateway|dns|client|peer|remote|node|bind|listen|master|url|inet|from|to"
)
_NO_MACHINE = [
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def find_addresses(text: str, _: Identity) -> Iterator[Match]:
    """Yield IP addresses that can belong to a machine."""
    for match in _V4.finditer(text):
        if _is_machine(match[0]) and not _is_version(text[: match.start()], match[0]):
            yield group_match("ip_address", match)
    for match in _V6.finditer(text):
        if sum(char.isdigit() for char in match[0]) >= 2 and match[0].count(":") >= 3 and _is_machine(match[0]):
            yield group_match("ip_address", match)


def _is_machine(value: str) -> bool:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    is_special = address.is_loopback or address.is_unspecified or address.is_multicast
    is_mask = value.startswith(("255.", "0."))
    in_documentation = any(address in net for net in _NO_MACHINE if net.version == address.version)
    return not (is_special or is_mask or in_documentation)


def _is_version(before: str, value: str) -> bool:
    """Return whether the text before a number with four parts makes it a version."""
    if _VERSION.search(before):
        return True
    line = before.rpartition("\n")[2]
    is_listed = _LISTED.match(line) is not None and _ADDRESS_NAME.search(line.lower()) is None
    return is_listed and not ipaddress.ip_address(value).is_private
