"""Turn a submitted job into a spec that compiles, or into all diagnostics at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from compiler.base.diagnostics import CompileError, Diagnostic, Problem
from compiler.base.paths import Lab
from compiler.base.redaction import secret_problems
from compiler.runs.toolchain import Toolchain
from compiler.secrets.config_secrets import literal_secret_problems
from lab.intake.job_form import JobForm, bare_config, is_bare_config, is_spec, job_form, missing_from_bare_config
from lab.intake.mapping.import_table import ImportTable, read_import_table
from lab.intake.mapping.map_config import MappedConfig, map_config
from lab.intake.metric_names import unwritten_names, with_metric_names
from lab.intake.reading.document import Document, read_document
from lab.intake.spec_check import checked_spec, is_id, node_problems
from lab.intake.spec_places import FormPlaces, SpecPlaces
from lab.intake.spec_text import source_comment, spec_text
from lab.intake.submitted import SubmittedJob

MISSING = "???"


class BareConfig(CompileError):
    """A job is a training config without an experiment. `template` is the spec that it could be part of."""

    def __init__(self, diagnostics: Iterable[Diagnostic], template: str) -> None:
        super().__init__(diagnostics)
        self.template = template


def read_job(lab: Lab, content: bytes, name: str, default_id: str | None = None) -> SubmittedJob:
    """Return the experiment in a job. The same content gives the same spec, whatever the name of its file.

    Args:
        content: the bytes of the submitted file.
        name: its name in diagnostics. Its suffix selects JSON or YAML.
        default_id: the id of a spec that does not name one (default: the stem of `name`).

    Raises:
        BareConfig: The job is a training config.
        CompileError: The job is wrong. The error holds all problems, located in the job.
    """
    document = read_document(content, name)
    if secrets := [*secret_problems(document.values), *literal_secret_problems(document.values)]:
        raise CompileError(map(document.diagnostic, secrets))  # other diagnostics might quote them
    if is_spec(document.values):
        return _native(lab, document, default_id or PurePath(name).stem)
    tools = Toolchain(lab)
    table = read_import_table(lab, _config_roots(tools))
    if is_bare_config(document.values):
        raise _bare_config(document, table, tools)
    form = job_form(document.values)
    mapped = map_config(form.config, table, tools.composer.options, lab.root, ("config",))
    problems = [*form.problems, *mapped.problems, *node_problems(form.experiment, tools)]
    if problems:
        raise CompileError(map(document.diagnostic, _without_consequences(problems)))
    return _compiled(lab, form, mapped, document, table, source_comment(content))


def _compiled(
    lab: Lab, form: JobForm, mapped: MappedConfig, document: Document, table: ImportTable, comment: str
) -> SubmittedJob:
    """Return the job in JSON form. Metrics that the training does not write are looked up in the table."""
    places, experiment_id = FormPlaces(document, mapped), str(form.experiment["experiment_id"])
    try:
        return checked_spec(lab, experiment_id, spec_text(form.experiment, mapped, comment), places)
    except CompileError as error:
        names = unwritten_names(error.diagnostics, table.metrics)
        if not names:
            raise
        renamed = ", ".join(f"{name} is {other}" for name, other in names.items())
        text = spec_text(with_metric_names(form.experiment, names), mapped, f"{comment} {renamed}.")
        return checked_spec(lab, experiment_id, text, places)


def _native(lab: Lab, document: Document, default_id: str) -> SubmittedJob:
    node = document.values["experiment"]
    experiment_id = node.get("experiment_id", default_id)
    if "experiment_id" not in node and not is_id(default_id):
        problem = "is missing, and the name of the file is not an id"
        hint = "an id has letters, digits, '.', '_' and '-'"
        raise CompileError([document.diagnostic(Problem(("experiment", "experiment_id"), problem, hint))])
    return checked_spec(lab, experiment_id, document.text, SpecPlaces(document))


def _config_roots(tools: Toolchain) -> frozenset[str]:
    """Return the groups of a lab's configs, and the keys of its config.yaml."""
    source = tools.composer.source("config")
    keys = (key.value for key, _ in getattr(source.root, "value", ())) if source else ()
    groups = (folder.name for root in tools.composer.roots for folder in root.iterdir() if folder.is_dir())
    return frozenset({*keys, *groups})


def _bare_config(document: Document, table: ImportTable, tools: Toolchain) -> BareConfig:
    config, path = bare_config(document.values)
    mapped = map_config(config, table, tools.composer.options, tools.lab.root, path)
    experiment = {"hypothesis": MISSING, "research_question": MISSING, "deliverables": [{"type": "config"}]}
    template = spec_text(experiment, mapped, "Replace each ??? and save it as conf/experiment/NAME.yaml.")
    return BareConfig(map(document.diagnostic, [missing_from_bare_config(), *mapped.problems]), template)


def _without_consequences(problems: list[Problem]) -> list[Problem]:
    """Leave out missing keys for which a mistyped key is reported."""
    mistyped = {
        (*problem.path[:-1], problem.hint.split("'")[1]) for problem in problems if "did you mean '" in problem.hint
    }
    unique = {(problem.path, problem.problem): problem for problem in reversed(problems)}
    return [
        problem for problem in unique.values() if not (problem.problem == "is missing" and problem.path in mistyped)
    ]
