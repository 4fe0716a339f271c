"""Writes the plan, and knows when it is out of date. Everything it writes can be deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from compiler.data_versions import lock_files
from compiler.identity import digest
from compiler.json_files import read_json, write_json, write_text
from compiler.lab import Outcome, compile_lab
from compiler.paths import ENGINE, Lab
from compiler.plan import digests, manifest, run_job


def plan_file(lab: Lab, overrides: Sequence[str]) -> Path:
    """One plan for each set of overrides, so that one build never reads another's."""
    return lab.state / (f"plan-{digest(list(overrides))}.json" if overrides else "plan.json")


def digest_folder(plan: Path) -> Path:
    """Beside a plan: one small file for each step, with the hash of what the step is made from.

    They are inputs of the steps. Snakemake would also notice a changed param, but only while it has its own records.
    """
    return plan.with_suffix("") / "digests"


def current_plan(lab: Lab, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """The plan of a lab, compiled again only when something it depends on has changed.

    Raises:
        CompileError: a file that all experiments share is wrong. A broken spec is in the plan's `broken` instead.
    """
    file = plan_file(lab, overrides)
    with FileLock(_made(lab.state) / "compile.lock"):
        known = _read(_inputs_file(file))
        if known is not None and file.is_file() and known.get("digest") == _inputs(lab, known.get("sources", [])):
            plan: dict[str, Any] | None = _read(file)
            if plan is not None:
                return plan
        outcome = compile_lab(lab, overrides)
        return emit(lab, outcome, file)


def emit(lab: Lab, outcome: Outcome, file: Path) -> dict[str, Any]:
    """Write the plan, the config of every run, and what they were made from."""
    plan = manifest(outcome.compilation)
    for run in outcome.compilation.runs.values():
        write_json(lab.run_job(run.id), run_job(run, plan["runs"][run.id]["experiments"]))
    for name, text in digests(plan).items():
        write_text(digest_folder(file) / f"{name}.txt", text + "\n")
    write_json(file, plan)
    sources = sorted(map(str, outcome.sources))
    write_json(_inputs_file(file), {"schema_version": 1, "sources": sources, "digest": _inputs(lab, sources)})
    return plan


def _inputs_file(plan: Path) -> Path:
    return plan.with_suffix(".inputs.json")


def _inputs(lab: Lab, sources: Iterable[str]) -> str:
    """A hash over every file that can change the plan: specs, data locks, the compiler, and the code of the runs."""
    roots = dict.fromkeys((lab.root.resolve(), ENGINE))
    files = [file for root in roots for file in sorted((root / "conf").rglob("*.yaml"))]
    files += [file for root in roots for file in lock_files(root)]
    files += sorted((ENGINE / "compiler").rglob("*.py"))
    files += [Path(source) for source in sources]
    return digest([[str(file), _content(file)] for file in files])


def _content(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "gone"


def _read(file: Path) -> Any:
    """What a file of ours says, or None where it is missing or damaged: it can always be made again."""
    try:
        return read_json(file)
    except (FileNotFoundError, ValueError):
        return None


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
