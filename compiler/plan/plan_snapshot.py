"""Keep the plan of a build for its jobs, so that all of them read what the main process of the build compiled.

Another command can compile the lab again while a build runs, and anyone can edit the plan. The environment of the main
process, which its jobs inherit, therefore names a copy of the plan by its hash.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import write_bytes
from compiler.base.paths import Lab

KEPT_PLAN = "PROBAND_PLAN"  # PLAN@SHA256: the path of the plan in the commands of jobs, and the hash of its content


class ChangedPlan(InputError):
    """The plan of a build was changed after the build had compiled it."""


def keep_plan(lab: Lab, plan: Path, environ: MutableMapping[str, str], remove_others: bool) -> None:
    """Copy the plan for the jobs of this build, and name the copy in the environment.

    Args:
        plan: the path of the plan, relative to the working folder, as in the commands of the jobs.
        remove_others: whether no other build can be using the copies of earlier builds.
    """
    sha256 = sha256_of_file(plan)
    copy = _copy(lab, sha256)
    others = set(copy.parent.glob("*.json")) - {copy} if remove_others else set()
    for other in others:
        other.unlink(missing_ok=True)
    write_bytes(copy, plan.read_bytes())
    environ[KEPT_PLAN] = f"{plan}@{sha256}"


def kept_plan(lab: Lab, plan: str, environ: Mapping[str, str]) -> str:
    """Return the path of the copy that the build of this process keeps, or `plan` if the build keeps no copy of it.

    Raises:
        ChangedPlan: The copy was changed or deleted.
    """
    name, _, sha256 = environ.get(KEPT_PLAN, "").rpartition("@")
    if not name or plan != name:
        return plan
    copy = _copy(lab, sha256)
    if not copy.is_file() or sha256_of_file(copy) != sha256:
        problem = f"{copy}: is not the plan that this build compiled, because it was changed or deleted meanwhile"
        raise ChangedPlan(f"{problem} (run the same command again)")
    return str(copy)


def _copy(lab: Lab, sha256: str) -> Path:
    return lab.state / "builds" / f"{sha256}.json"
