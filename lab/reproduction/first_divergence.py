"""Name the first divergence between a record and its repetition."""

from __future__ import annotations

from compiler.reproduction.reproduction import CATEGORIES, Difference
from lab.reproduction.provenance_differences import Differences
from lab.reproduction.recorded_run import RecordedRun


def first_divergence(run: RecordedRun, differences: Differences, is_repeatable: bool | None) -> Difference:
    """Return the most probable reason why a repeated training gives another result than the record.

    A difference of the environment is a reason only if two trainings in the present environment agree.

    Args:
        is_repeatable: whether two trainings here agree with each other, None if only one was made.
    """
    if is_repeatable is False:
        return Difference("nondeterminism", "two trainings in this environment give different results as well")
    listed = sorted(differences.listed, key=lambda difference: CATEGORIES.index(difference.category))
    if listed or differences.weak:
        return [*listed, *differences.weak][0]
    if is_repeatable is None:
        reason = "nothing that is recorded differs, and a second training was not made (leave out --once)"
        return Difference("nondeterminism", f"cause unknown: {reason}")
    if run.provenance.resumed and not run.provenance.resumed.exact:
        reason = (
            "it was resumed from a checkpoint in the middle of an epoch, which an uninterrupted training cannot repeat"
        )
        return Difference("record", reason)
    reason = "two trainings here agree, and nothing that is recorded differs"
    return Difference("record", f"the recorded result does not follow from the record: {reason}")
