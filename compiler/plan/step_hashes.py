"""The code behind each step after training, as hashes: what it wrote does not outlive the code that wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import digest
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.registry import deliverable_type
from compiler.experiment.experiment import Experiment
from compiler.plan.prompt_files import DEFAULTS, own_style, prompt_files
from compiler.python_source.modules import Modules
from compiler.runs.fingerprint import Fingerprints
from compiler.spec.agent_entry_points import AGENT_FIELDS

# Steps that are the same for every experiment. What analyses and reports run besides is named in the spec.
STEPS = ("facts", "agenda", "integration", "quality_review")
_JOBS = {"analysis_pipeline": "rules.jobs.analysis", "reports": "rules.jobs.report"}


@dataclass(frozen=True)
class StepCode:
    """12 hex digits each: of checks by type and validation, of steps by name, of writings by field and name."""

    checks: Mapping[str, str]
    steps: Mapping[str, str]
    writings: Mapping[tuple[str, str], str]


def step_code(experiments: Iterable[Experiment], fingerprints: Fingerprints, modules: Modules) -> StepCode:
    """Raises CompileError where a module is not Python."""
    known = list(experiments)
    try:
        return StepCode(
            _checks(known, fingerprints),
            {step: fingerprints.of_modules(frozenset({f"rules.jobs.{step}"})) for step in STEPS},
            _writings(known, fingerprints, modules),
        )
    except SyntaxError as error:
        where = (str(error.filename), error.lineno or 1, error.offset or 1)
        raise CompileError([Diagnostic(*where, "", f"is not Python: {error.msg}")]) from error


def check_name(one: Deliverable) -> str:
    return f"{one.type}.{one.validation}"


def _checks(experiments: Iterable[Experiment], fingerprints: Fingerprints) -> dict[str, str]:
    promised = {check_name(one): one for experiment in experiments for one in experiment.deliverables}
    return {name: fingerprints.of_modules(frozenset({_module_of(one)})) for name, one in sorted(promised.items())}


def _module_of(one: Deliverable) -> str:
    check = deliverable_type(one.type).checks[one.validation]
    return check.partition(":")[0] if isinstance(check, str) else check.__module__


def _writings(
    experiments: Iterable[Experiment], fingerprints: Fingerprints, modules: Modules
) -> dict[tuple[str, str], str]:
    named = {(field, name) for one in experiments for field in AGENT_FIELDS for name in getattr(one.spec, field)}
    return {key: _writing(*key, fingerprints, modules) for key in sorted(named)}


def _writing(field: str, name: str, fingerprints: Fingerprints, modules: Modules) -> str:
    module = (AGENT_FIELDS[field].target(name) or "").partition(":")[0]
    found = modules.find(module)
    assert found is not None, "a spec that names a missing module does not compile"
    words = prompt_files(found.file, DEFAULTS[field])
    fingerprints.files.update({own_style(found.file), *words})  # the first also where there is none: one may be written
    told = [sha256_of_file(file) for file in words]
    return digest([fingerprints.of_modules(frozenset({_JOBS[field], module})), told])
