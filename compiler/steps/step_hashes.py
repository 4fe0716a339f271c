"""Hash the code of each step after training, because a change of the code makes the step's outputs stale.

Module names of job scripts and agents are strings here, because the compiler must not import what jobs need. A test
compares those of the job scripts with the commands of the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import digest
from compiler.deliverables.deliverable import Deliverable, DeliverableType
from compiler.experiment.experiment import Experiment
from compiler.python_source.modules import Modules
from compiler.runs.fingerprint import Fingerprints
from compiler.runs.toolchain import Toolchain
from compiler.spec.agent_entry_points import AGENT_FIELDS
from compiler.steps.prompt_files import DEFAULTS, agent_style, prompt_files

# The job scripts of steps that are the same for every experiment.
STEP_JOBS = {step: f"rules.jobs.{step}" for step in ("facts", "agenda", "integration", "quality_review")}
# The job scripts that run the agents which a field of the spec names.
AGENT_JOBS = {"analysis_pipeline": "rules.jobs.analysis", "reports": "rules.jobs.report"}


@dataclass(frozen=True)
class StepCode:
    """The hashes of the code of all steps after training, of 12 hex digits each."""

    checks: Mapping[str, str]  # by type and validation of a deliverable
    steps: Mapping[str, str]
    documents: Mapping[tuple[str, str], str]  # by field of the spec and name of the agent
    scopes: Mapping[str, str]  # no hash: what a deliverable is checked on, by type
    lab_files: Mapping[tuple[str, str], str]  # files that a check reads, by experiment and title of the deliverable

    def of_check(self, experiment: str, deliverable: Deliverable) -> str:
        """Return the hash of the code of a check, and of the files of the lab that it reads."""
        code, files = self.checks[check_name(deliverable)], self.lab_files.get((experiment, deliverable.title))
        return digest([code, files]) if files else code


def step_code(experiments: Iterable[Experiment], tools: Toolchain) -> StepCode:
    """Return the hashes of the code of all steps. Raises CompileError if a module is not valid Python."""
    all_experiments, fingerprints = list(experiments), tools.fingerprints
    types = {
        item.type: tools.types.find(item.type) for experiment in all_experiments for item in experiment.deliverables
    }
    try:
        return StepCode(
            _checks(all_experiments, fingerprints, types),
            {step: fingerprints.of_modules(frozenset({job})) for step, job in STEP_JOBS.items()},
            _documents(all_experiments, fingerprints, tools.modules),
            {name: kind.scope for name, kind in types.items()},
            _lab_files(all_experiments, tools),
        )
    except SyntaxError as error:
        position = (str(error.filename), error.lineno or 1, error.offset or 1)
        raise CompileError([Diagnostic(*position, "", f"is not Python: {error.msg}")]) from error


def check_name(deliverable: Deliverable) -> str:
    return f"{deliverable.type}.{deliverable.validation}"


def _checks(
    experiments: Iterable[Experiment], fingerprints: Fingerprints, types: Mapping[str, DeliverableType]
) -> dict[str, str]:
    deliverables = (deliverable for experiment in experiments for deliverable in experiment.deliverables)
    by_check = {check_name(deliverable): deliverable for deliverable in deliverables}
    return {
        name: fingerprints.of_modules(frozenset({_check_module(deliverable, types)}))
        for name, deliverable in sorted(by_check.items())
    }


def _lab_files(experiments: Iterable[Experiment], tools: Toolchain) -> dict[tuple[str, str], str]:
    """Return the hashes of the files that checks read. The plan depends on these files, also if they are missing."""
    hashes: dict[tuple[str, str], str] = {}
    for experiment in experiments:
        for deliverable in experiment.deliverables:
            if paths := deliverable.lab_files(tools.lab.root):
                files = [tools.lab.root / path for path in paths]
                tools.fingerprints.files.update(file.resolve() for file in files)
                content = [sha256_of_file(file) if file.is_file() else "" for file in files]
                hashes[experiment.id, deliverable.title] = digest([list(paths), content])
    return hashes


def _check_module(deliverable: Deliverable, types: Mapping[str, DeliverableType]) -> str:
    check = types[deliverable.type].checks[deliverable.validation]
    return check.partition(":")[0] if isinstance(check, str) else check.__module__


def _documents(
    experiments: Iterable[Experiment], fingerprints: Fingerprints, modules: Modules
) -> dict[tuple[str, str], str]:
    agents = {
        (field, name)
        for experiment in experiments
        for field in AGENT_FIELDS
        for name in getattr(experiment.spec, field)
    }
    return {(field, name): _document(field, name, fingerprints, modules) for field, name in sorted(agents)}


def _document(field: str, name: str, fingerprints: Fingerprints, modules: Modules) -> str:
    """Return the hash of an agent's code and prompts."""
    module_name = (AGENT_FIELDS[field].target(name) or "").partition(":")[0]
    module = modules.find(module_name)
    assert module is not None, "a spec that names a missing module does not compile"
    prompts = prompt_files(module.file, DEFAULTS[field])
    fingerprints.files.update({agent_style(module.file), *prompts})  # a missing style counts, as it may be added
    code = fingerprints.of_modules(frozenset({AGENT_JOBS[field], module_name}))
    return digest([code, [sha256_of_file(file) for file in prompts]])
