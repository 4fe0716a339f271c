"""Compile a proposal as if it were a spec of the lab, and list every value that differs from its parent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.identity import canonical, differing_keys, identifying_config, is_excluded
from compiler.base.nested import flat, value_at
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from lab.collaboration.proposal_files import Proposal
from rules.reporting.proposed_specs import lab_with_proposals

if TYPE_CHECKING:
    from compiler.experiment.experiment import Experiment
    from compiler.runs.toolchain import Run

Touched = Mapping[str, tuple[Any, ...]]  # values by dotted key


class Removed:
    """Stands for a key of the parent that the proposal does not have."""

    def __repr__(self) -> str:
        return "no value"


REMOVED = Removed()


@dataclass(frozen=True)
class CompiledProposal:
    """A compiled proposal: its experiment, and its runs by id. `touched` has every value that it sets.

    That is each value of its sweep, and each value of a run that differs from the config of the parent.
    """

    experiment: Experiment
    runs: Mapping[str, Run]
    touched: Touched


def compile_proposal(lab: Lab, parent: PlannedExperiment, proposal: Proposal) -> CompiledProposal:
    """Return the compiled proposal. Nothing is written to the lab, and no code of it is imported.

    Raises:
        CompileError: The proposal or its parent does not compile.
    """
    from compiler.experiment.compile_experiment import compile_experiment  # imports Hydra
    from compiler.python_source.import_path import not_importable
    from compiler.runs.toolchain import Toolchain

    text = proposal.text
    with lab_with_proposals(lab, {proposal.id: text}) as overlaid, not_importable(lab.root):
        tools = Toolchain(overlaid)
        try:
            experiment, runs = compile_experiment(proposal.id, tools)
        except CompileError as error:
            raise CompileError(_in_file(proposal, diagnostic) for diagnostic in error.diagnostics) from error
        base, base_runs = compile_experiment(choice_of(parent), tools)
    example = next(iter(base_runs.values())).config if base_runs else {}
    settings = [setting for point in experiment.points for setting in point.overrides.items()]
    changes = [change for run in runs.values() for change in _changes(run.config, base.base, example)]
    return CompiledProposal(experiment, runs, _by_key([*settings, *changes]))


def _in_file(proposal: Proposal, diagnostic: Diagnostic) -> Diagnostic:
    """Return a diagnostic with the file of the proposal instead of its temporary copy."""
    is_copy = Path(diagnostic.file).name == proposal.file.name
    name = f"{proposal.parent}/proposals/{proposal.file.name}"
    return replace(diagnostic, file=name) if is_copy else diagnostic


def choice_of(experiment: PlannedExperiment) -> str:
    """Return the name of an experiment in `defaults`: its file below `conf/experiment/`, without suffix."""
    return experiment.file.rpartition("experiment/")[2].removesuffix(".yaml")


def _changes(
    config: Mapping[str, Any], base: Mapping[str, Any], example: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield the values of a run that differ from its parent.

    Args:
        base: the keys of the parent that identify runs, before its sweep.
        example: the config of a run of the parent. Its other keys, such as `agents`, are those of all its runs.
    """
    keys = differing_keys(identifying_config(config), base)
    keys += [key for key in differing_keys(config, example) if is_excluded(key)]
    for key in keys:
        value = value_at(config, key, REMOVED)
        if isinstance(value, Mapping) and value:
            yield from ((f"{key}.{inner}", leaf) for inner, leaf in flat(value).items())
        else:
            yield key, value


def _by_key(settings: list[tuple[str, Any]]) -> Touched:
    """Return the distinct values by key. 1, 1.0 and true are distinct."""
    values: dict[str, dict[bytes, Any]] = {}
    for key, value in settings:
        values.setdefault(key, {})[b"" if value is REMOVED else canonical(value)] = value
    return {key: tuple(by_content.values()) for key, by_content in sorted(values.items())}
