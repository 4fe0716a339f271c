"""Read the data block of a message to the model."""

from __future__ import annotations

import json
from typing import Any

from agents.rewording.prompting.data_block import CLOSING, OPENING


def read_data_block(text: str) -> Any:
    """Return the data of the first block in a message. Raises ValueError if there is none."""
    _, opening, rest = text.partition(f"{OPENING}\n")
    content, closing, _ = rest.partition(f"\n{CLOSING}")
    if not (opening and closing):
        raise ValueError(f"no data between '{OPENING}' and '{CLOSING}'")
    return json.loads(content)
