"""State which runs one build will train together, in a folder that its jobs read. Imports only the standard library.

The folder of a build has a file with the groups. A group is switched off if its fused training failed, so that the
other jobs of the build train their runs alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from compiler.base.json_files import parse_json, write_json, write_text

FOLDER = "PROBAND_FUSION"  # environment variable of the jobs: the folder of their build
SCHEMA_VERSION = 1
_GROUPS = "groups.json"


@dataclass(frozen=True)
class BuildGroup:
    """The runs of a group that a build will train. One ensemble has at most `size` of them."""

    name: str
    members: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class FusedBuild:
    """The folder of a build."""

    folder: Path

    def write(self, groups: Sequence[BuildGroup]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        content = {group.name: {"members": list(group.members), "size": group.size} for group in groups}
        write_json(self.folder / _GROUPS, {"schema_version": SCHEMA_VERSION, "groups": content})

    def group_of(self, run: str) -> BuildGroup | None:
        """Return the group of a run, None if the build trains the run alone or the file cannot be read."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            content: Mapping[str, Mapping[str, object]] = parse_json(
                (self.folder / _GROUPS).read_text(encoding="utf-8")
            )["groups"]
            for name, group in content.items():
                members, size = group["members"], group["size"]
                if isinstance(members, list) and run in members and isinstance(size, int):
                    return BuildGroup(name, tuple(map(str, members)), size)
        return None

    def switch_off(self, group: BuildGroup, reason: str) -> None:
        """Make the other jobs of the build train the runs of a group alone."""
        with suppress(OSError):  # the build has ended, or the disk is full: then the next ensemble fails as well
            write_text(self._off(group), reason)

    def is_off(self, group: BuildGroup) -> bool:
        return self._off(group).is_file()

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _off(self, group: BuildGroup) -> Path:
        return self.folder / f"{group.name}.off"


def ensemble_size(runs: int, parallel_jobs: int, largest: int) -> int:
    """Return the size of the ensembles of a group, so that all parallel jobs have about the same number of runs."""
    rounds = -(-runs // (largest * parallel_jobs))
    return max(2, -(-runs // (rounds * parallel_jobs)))
