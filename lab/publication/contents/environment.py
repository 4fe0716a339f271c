"""List the distributions that are installed where the package is prepared."""

from __future__ import annotations

import platform
from importlib.metadata import distributions


def installed_distributions() -> bytes:
    """Return a line `name==version` for each installed distribution, sorted by name.

    The runs record the versions that they used in their `provenance.json`.
    """
    versions = {item.metadata["Name"]: item.version for item in distributions() if item.metadata["Name"]}
    lines = sorted((f"{name}=={version}\n" for name, version in versions.items()), key=str.lower)
    return f"# Python {platform.python_version()}\n{''.join(lines)}".encode()
