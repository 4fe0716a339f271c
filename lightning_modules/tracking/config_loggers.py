"""Build the loggers of a config: those of its group `logger`, and those of `trainer.logger`.

Both may be a list, a mapping of names to loggers, or one logger. Proband's own history is written in any case, so
`trainer.logger: true` adds nothing. An entry without a `_target_` changes a logger that is not selected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hydra.utils import instantiate
from lightning.pytorch.loggers import Logger


def config_loggers(config: Mapping[str, Any]) -> list[Logger]:
    """Return the loggers of a config. The first of them is `self.logger` in the model."""
    entries = [*_entries(config.get("logger")), *_entries(config["trainer"].get("logger"))]
    return [instantiate(dict(node), _convert_="all") for node in entries]


def _entries(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping) and "_target_" in node:
        yield node
    elif isinstance(node, Mapping | list):
        items = node.values() if isinstance(node, Mapping) else node
        yield from (item for item in items if isinstance(item, Mapping) and "_target_" in item)
