"""Train the members of an ensemble in one process."""

from __future__ import annotations

from collections.abc import Sequence

from lightning_modules.fused.members import Member, NotFusable, TrainedMember


def train_members(members: Sequence[Member]) -> tuple[TrainedMember, ...]:
    """Train and test the members together, and return them in the same order. No file is written.

    The result of a member does not depend on the other members. A member that fails, for example because its loss
    becomes infinite, does not stop the others.

    Raises:
        NotFusable: The members cannot be trained together. Train each alone.
    """
    raise NotFusable(f"{len(members)} members cannot be trained together yet")
