"""Decide whether the address of a run on a server may be written into results, where it is shown as a link."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

_MAX_LENGTH = 2000


def safe_url(url: str | None, configured: Iterable[str]) -> str | None:
    """Return the address of a run if it is a page of a configured server, else None.

    Args:
        url: the address that W&B states.
        configured: the addresses of the server and of its user interface, from the settings of this machine.
    """
    own = {_server(address) for address in configured} - {None}
    is_printable = url is not None and url.isprintable() and len(url) <= _MAX_LENGTH
    return url if url is not None and is_printable and _server(url) in own else None


def _server(address: str) -> tuple[str, str] | None:
    """Return scheme and host of an http address without a user and a password, which would be published."""
    try:
        parts = urlsplit(address)
        host = f"{parts.hostname}:{parts.port}" if parts.hostname else None
    except ValueError:
        return None
    has_user = parts.username is not None or parts.password is not None
    return (parts.scheme, host) if host and parts.scheme in ("http", "https") and not has_user else None
