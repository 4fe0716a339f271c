"""Compile a lab: each spec separately, then genealogy, step hashes and other parts that the experiments share."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from compiler.base.config_files import config_files
from compiler.base.diagnostics import CompileError, Diagnostic, Problem, dotted
from compiler.base.paths import Lab
from compiler.collaboration.lab_settings import check_collaboration
from compiler.composing.check_overrides import check_overrides
from compiler.composing.config_sources import yml_diagnostic
from compiler.experiment.compile_experiment import is_own
from compiler.experiment.experiment import Experiment
from compiler.fusion.groups import fusion_groups
from compiler.fusion.setting import with_fusion
from compiler.plan.genealogy import genealogy, parent_problems
from compiler.plan.manifest import Compilation
from compiler.plan.plan_inputs import environment_values
from compiler.python_source.import_path import not_importable
from compiler.registration.recorded_choices import recorded_choices
from compiler.runs.toolchain import Run, Toolchain
from compiler.runs.tracking import with_most_tracking, with_project
from compiler.secrets.environment import restricted_environment
from compiler.steps.reference_data import reference_hashes
from compiler.steps.step_hashes import step_code
from compiler.stored_specs.store import StoredSpecs
from compiler.sweep.rounds import round_files


@dataclass(frozen=True)
class Outcome:
    """A compilation, the diagnostics of the specs that it excludes, and the source files that it depends on."""

    compilation: Compilation
    diagnostics: tuple[Diagnostic, ...]
    sources: frozenset[Path]
    stored: Mapping[str, Any] = field(default_factory=dict)  # the compiled specs as JSON, for the next compilation
    uses_stored: bool = False  # whether it contains a stored spec or fingerprint, which anyone can have edited


def compile_lab(
    lab: Lab,
    overrides: Sequence[str] = (),
    stored: Mapping[str, Any] | None = None,
    hashes: dict[Path, str] | None = None,
) -> Outcome:
    """Compile every experiment of a lab, except those whose specs are wrong.

    Args:
        stored: the compiled specs of the last outcome. Those whose inputs are unchanged are not compiled again.
        hashes: of files that were read before.

    Raises:
        CompileError: An override, or a file that all experiments share, is wrong.
    """
    with not_importable(lab.root):  # code of the lab is read, and never imported by the compiler
        tools = Toolchain(lab, overrides)
        with restricted_environment(tools.environment):
            check_overrides(overrides, tools.composer)
            check_collaboration(tools.composer, overrides)
        stored_specs = StoredSpecs(stored, tools, environment_values(lab), hashes)
        specs = _compile_specs(tools, stored_specs)
        experiments = tuple(specs.experiments[name] for name in sorted(specs.experiments))
        used_runs = {point.run for experiment in experiments for point in experiment.points}
        runs = {run_id: run for run_id, run in specs.runs.items() if run_id in used_runs}
        compilation = Compilation(
            experiments=experiments,
            runs=runs,
            genealogy=genealogy(experiments, recorded_choices(lab.registrations).parents),
            code=step_code(experiments, tools),
            background=reference_hashes(lab),
            broken={name: list(map(str, diagnostics)) for name, diagnostics in specs.broken.items()},
            overrides=tuple(overrides),
            fusion=fusion_groups(runs, tools.signatures.definitions),
        )
    diagnostics = {diagnostic for spec_diagnostics in specs.broken.values() for diagnostic in spec_diagnostics}
    sources = stored_specs.sources | _round_files(lab, experiments) | tools.composer.files.files
    return Outcome(compilation, tuple(sorted(diagnostics)), sources, stored_specs.to_json(), stored_specs.were_used)


@dataclass
class _Specs:
    experiments: dict[str, Experiment] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    broken: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)  # by the id of an experiment


def _compile_specs(tools: Toolchain, stored_specs: StoredSpecs) -> _Specs:
    specs = _Specs()
    choices = list(_choices(tools))
    has_own = any(is_own(choice, tools) for choice in choices)
    for choice in choices:
        try:
            experiment, runs = stored_specs.compile(choice)
        except CompileError as error:
            if has_own and not is_own(choice, tools):
                continue  # a study that ships with the engine needs configs that this lab replaces
            specs.broken[_name(choice, specs.broken)] = error.diagnostics
            continue
        if experiment.id in specs.experiments:
            message = f"'{experiment.id}' is also the id of {specs.experiments[experiment.id].file}"
            diagnostic = _locate(tools, choice, Problem(("experiment", "experiment_id"), message))
            specs.broken[_name(choice, specs.experiments)] = (diagnostic,)
            continue
        specs.experiments[experiment.id], specs.choices[experiment.id] = experiment, choice
        specs.runs |= {run.id: _shared(specs.runs.get(run.id, run), run) for run in runs.values()}
    for file in config_files(tools.lab.conf / "experiment", ".yml"):
        diagnostic = yml_diagnostic(file.relative_to(tools.lab.root).as_posix())
        specs.broken[_name(file.stem, {*specs.experiments, *specs.broken})] = (diagnostic,)
    for name, problem in parent_problems(list(specs.experiments.values()), specs.broken).items():
        del specs.experiments[name]
        specs.broken[name] = (_locate(tools, specs.choices[name], problem),)
    _set_projects(specs)
    return specs


def _shared(run: Run, other: Run) -> Run:
    """Return a run of two experiments, with what either of them asks for: more tracking, and fused training."""
    tracked = with_most_tracking(run, other)
    return replace(tracked, config=with_fusion(tracked.config, other.config))


def _set_projects(specs: _Specs) -> None:
    """Track the runs of an experiment in the project that its `wandb_run` names. The first experiment decides."""
    for experiment in reversed([specs.experiments[name] for name in sorted(specs.experiments)]):
        project = next(filter(None, (getattr(item, "project", None) for item in experiment.deliverables)), None)
        for run_id in {point.run for point in experiment.points} if project else ():
            specs.runs[run_id] = with_project(specs.runs[run_id], str(project))


def _choices(tools: Toolchain) -> Iterator[str]:
    """Yield each spec as Hydra selects it, such as `vision/digits_lr`. Files named `_…` are parts of other specs."""
    seen = set()
    for root in tools.composer.roots:
        folder = root / "experiment"
        for file in config_files(folder):
            choice = file.relative_to(folder).with_suffix("").as_posix()
            if not file.name.startswith("_") and choice not in seen:
                seen.add(choice)
                yield choice


def _name(choice: str, taken: Collection[str]) -> str:
    """Return the name of a broken spec: that of its experiment, or its file if that name is taken."""
    name = Path(choice).name
    return f"{choice}.yaml" if name in taken else name


def _locate(tools: Toolchain, choice: str, problem: Problem) -> Diagnostic:
    source = tools.composer.source(f"experiment/{choice}")
    assert source is not None
    fallback = Diagnostic(source.name, 1, 1, dotted(problem.path), problem.problem, problem.hint)
    return source.diagnostic(problem) or fallback


def _round_files(lab: Lab, experiments: Collection[Experiment]) -> frozenset[Path]:
    """Return the files of all rounds of all searches, including the next ones, because a new round changes the plan."""
    return frozenset(
        file.resolve()
        for experiment in experiments
        if experiment.search
        for file in round_files(lab, experiment.id, experiment.search.id)
    )
