"""Writes the plan, and knows when it is out of date. Everything it writes can be deleted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import digest
from compiler.base.json_files import read_json, write_json, write_text
from compiler.base.paths import ENGINE, Lab
from compiler.plan.model import Plan
from compiler.plan.reference_data import background_files
from compiler.runs.data_versions import lock_files

if TYPE_CHECKING:
    from compiler.plan.compile_lab import Outcome

_VARIABLE = re.compile(rb"oc\.env:\s*([A-Za-z_][A-Za-z0-9_]*)")


def plan_file(lab: Lab, overrides: Sequence[str]) -> Path:
    """One plan for each set of overrides, so that one build never reads another's."""
    return lab.state / (f"plan-{digest(list(overrides))}.json" if overrides else "plan.json")


def digest_folder(plan: Path) -> Path:
    """Beside a plan: one small file for each step, with the hash of what the step is made from.

    They are inputs of the steps. Snakemake would also notice a changed param, but only while it has its own records.
    """
    return plan.with_suffix("") / "digests"


def current_plan(lab: Lab, overrides: Sequence[str] = ()) -> Plan:
    """The plan of a lab, compiled again only when something it depends on has changed.

    Raises:
        CompileError: a file that all experiments share is wrong. A broken spec is in the plan's `broken` instead.
    """
    file = plan_file(lab, overrides)
    with compiling(lab):
        plan = _known_plan(lab, file)
        if plan is not None:
            return plan
        from compiler.plan.compile_lab import compile_lab  # and with it Hydra, which takes longer than reading a plan

        return emit(lab, compile_lab(lab, overrides), file)


def compiling(lab: Lab) -> FileLock:
    """Held while a plan is made. What is written meanwhile would be in the plan's inputs, and not in the plan."""
    return FileLock(_made(lab.state) / "compile.lock")


def emit(lab: Lab, outcome: Outcome, file: Path) -> Plan:
    """Write the plan, the config of every run, and what they were made from."""
    from compiler.plan.digests import digests
    from compiler.plan.manifest import build_plan, run_job

    plan = build_plan(outcome.compilation)
    runs = {lab.run_job(run.id): run for run in outcome.compilation.runs.values()}
    for place, run in runs.items():
        write_json(place, run_job(run, plan.runs[run.id].experiments).to_json())
    steps = {digest_folder(file) / f"{name}.txt": text + "\n" for name, text in digests(plan).items()}
    for place, text in steps.items():
        write_text(place, text)
    write_json(file, plan.to_json())
    sources = sorted(map(str, outcome.sources))
    about = {"sources": sources, "digest": _inputs(lab, sources), "plan": _content(file)}
    written = sorted(str(place.relative_to(lab.state)) for place in (*runs, *steps))
    write_json(_inputs_file(file), {"schema_version": 1, **about, "written": written})
    return plan


def _known_plan(lab: Lab, file: Path) -> Plan | None:
    """The plan that is there, if all of it is, and if it was made from what is there today.

    A plan with broken specs is always made again: what would mend them may be code that no file of it names yet.
    """
    known = _read(_inputs_file(file))
    if not isinstance(known, dict) or known.get("plan") != _content(file):
        return None
    if known["digest"] != _inputs(lab, known["sources"]):
        return None
    plan = Plan.from_json(read_json(file))
    is_whole = all((lab.state / name).is_file() for name in known["written"])
    return plan if is_whole and not plan.broken else None


def _inputs_file(plan: Path) -> Path:
    return plan.with_suffix(".inputs.json")


def _inputs(lab: Lab, sources: Iterable[str]) -> str:
    """A hash over all that can change the plan: specs and the environment they name, data locks, and the code."""
    files = [file for root in lab.conf_roots(ENGINE) for file in sorted(root.rglob("*.yaml"))]
    files += background_files(lab, "library")
    named = {name.decode() for file in files for name in _VARIABLE.findall(file.read_bytes())}
    files += [file for root in dict.fromkeys((lab.root.resolve(), ENGINE)) for file in lock_files(root)]
    files += sorted((ENGINE / "compiler").rglob("*.py"))
    files += [Path(source) for source in sources]
    return digest(
        [[str(file), _content(file)] for file in files] + [[name, repr(os.environ.get(name))] for name in sorted(named)]
    )


def _content(file: Path) -> str:
    return sha256_of_file(file) if file.is_file() else "gone"


def _read(file: Path) -> Any:
    """What a file of ours says, or None where it is missing or damaged: it can always be made again."""
    try:
        return read_json(file)
    except (FileNotFoundError, ValueError):
        return None


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
