"""Compiles a whole lab: every spec by itself, then what they share."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, dotted
from compiler.base.paths import Lab
from compiler.composing.check_overrides import check_overrides
from compiler.experiment.experiment import Experiment, compiled
from compiler.plan.genealogy import descents, parent_problems
from compiler.plan.manifest import Compilation
from compiler.plan.reference_data import background
from compiler.plan.step_hashes import step_code
from compiler.runs.toolchain import Run, Toolchain
from compiler.spec.schema import RESERVED_IDS
from compiler.sweep.rounds import round_files


@dataclass(frozen=True)
class Outcome:
    """A compilation, what was wrong with the specs left out of it, and the files that it depends on."""

    compilation: Compilation
    diagnostics: tuple[Diagnostic, ...]
    sources: frozenset[Path]


def compile_lab(lab: Lab, overrides: Sequence[str] = ()) -> Outcome:
    """Compile every experiment of a lab. Broken ones are told of and left out.

    Raises:
        CompileError: an override, or a file that all experiments share, is wrong.
    """
    if str(lab.root.resolve()) not in sys.path:
        sys.path.append(str(lab.root.resolve()))  # for deliverable types of the lab, written as module:attr
    tools = Toolchain(lab, overrides)
    check_overrides(overrides, tools.composer)
    broken: dict[str, tuple[Diagnostic, ...]] = {}
    experiments: dict[str, Experiment] = {}
    runs: dict[str, Run] = {}
    for choice in _choices(tools):
        try:
            experiment, own_runs = compiled(choice, tools)
        except CompileError as error:
            broken[_name(choice, broken)] = error.diagnostics
            continue
        if experiment.id in experiments:
            told = f"'{experiment.id}' is also the id of {experiments[experiment.id].file}"
            broken[_name(choice, experiments)] = (
                _placed(tools, experiment.file, Problem(("experiment", "experiment_id"), told)),
            )
            continue
        experiments[experiment.id] = experiment
        runs |= {run.id: run for run in own_runs.values() if run.id not in runs}
    for name, problem in parent_problems(list(experiments.values()), broken).items():
        broken[name] = (_placed(tools, experiments.pop(name).file, problem),)
    kept = tuple(experiments[name] for name in sorted(experiments))
    used = {point.run for one in kept for point in one.points}
    compilation = Compilation(
        kept,
        {name: run for name, run in runs.items() if name in used},
        descents(kept),
        step_code(kept, tools.fingerprints, tools.modules),
        background(lab),
        {name: [str(one) for one in found] for name, found in broken.items()},
        tuple(overrides),
    )
    diagnostics = tuple(sorted({one for found in broken.values() for one in found}))
    rounds = {file.resolve() for one in kept if one.search for file in round_files(lab, one.id, one.search.id)}
    return Outcome(compilation, diagnostics, frozenset(tools.fingerprints.files) | rounds)


def _choices(tools: Toolchain) -> Iterator[str]:
    """Every spec as Hydra would choose it: `digits_lr`, `vision/digits_lr`. Files named `_…` are shared parts."""
    seen = set()
    for root in tools.composer.roots:
        folder = root / "experiment"
        for file in sorted(folder.rglob("*.yaml")):
            choice = file.relative_to(folder).with_suffix("").as_posix()
            if not file.name.startswith("_") and choice not in seen:
                seen.add(choice)
                yield choice


def _name(choice: str, taken: Collection[str]) -> str:
    """What a broken spec is called: as its experiment would be, or by its file where that is no name of its own."""
    name = Path(choice).name
    return f"{choice}.yaml" if name in taken or name.casefold() in RESERVED_IDS else name


def _placed(tools: Toolchain, file: str, problem: Problem) -> Diagnostic:
    for source in tools.composer.sources():
        placed = source.place(problem) if source.name == file else None
        if placed is not None:
            return placed
    return Diagnostic(file, 1, 1, dotted(problem.path), problem.problem, problem.hint)
