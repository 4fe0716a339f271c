"""A job becomes a spec that compiles, or all of its mistakes are reported at their lines."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf

from compiler.base.diagnostics import CompileError
from compiler.base.paths import ENGINE, Lab
from lab.intake.job_form import REPORTS
from lab.intake.read_job import BareConfig, read_job
from tests.lab.intake.job_texts import JOB, job_text

NATIVE = b"""# @package _global_
defaults: [override /data: digits, override /model: mlp]
experiment:
  hypothesis: It works.
  research_question: Does it?
  deliverables: [{type: config}]
  metadata: {priority: low}
model: {lr: 1e-3}
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def read(lab: Lab, content: bytes, name: str = "job.json") -> dict[str, Any]:
    spec = OmegaConf.to_container(OmegaConf.create(read_job(lab, content, name).spec))
    assert isinstance(spec, dict)
    return {str(key): value for key, value in spec.items()}


def problems(lab: Lab, content: bytes, name: str = "job.json") -> list[str]:
    with pytest.raises(CompileError) as error:
        read_job(lab, content, name)
    return str(error.value).splitlines()


def test_every_field_is_taken_and_the_config_is_mapped(lab: Lab) -> None:
    job = read_job(lab, job_text(), "job.json")
    assert (job.experiment_id, job.priority) == ("probe", "high")
    assert job.spec.startswith("# @package _global_\n# From a submitted job (sha256 ")
    spec = read(lab, job_text())
    assert spec["defaults"] == [{"override /data": "toolcalls"}, {"override /model": "gpt2_pretrained"}]
    assert spec["model"] == {"lr": 0.001, "pretrained": "gpt2-medium"}
    assert spec["data"] == {"batch_size": 8, "tokenizer": "gpt2-medium"}
    assert spec["trainer"] == {"max_epochs": 3}
    expected = deepcopy({key: value for key, value in JOB.items() if key != "config"})
    expected["deliverables"][2]["required_keys"][1] = "eval_loss"  # the only name that is changed
    assert spec["experiment"] == expected | {"reports": list(REPORTS)}


def test_job_may_ask_for_other_reports(lab: Lab) -> None:
    assert read(lab, job_text(reports=[]))["experiment"]["reports"] == []


def test_comment_names_a_metric_with_another_name(lab: Lab) -> None:
    assert "val_loss is eval_loss" in read_job(lab, job_text(), "job.json").spec.splitlines()[1]


def test_spec_does_not_depend_on_the_name_of_the_file(lab: Lab) -> None:
    first, second = (read_job(lab, job_text(), name) for name in ("a.json", "job_1.json"))
    assert (first.spec, first.subject) == (second.spec, second.subject)


def test_config_of_the_group_is_preferred_to_pretrained_weights(lab: Lab) -> None:
    spec = read(lab, job_text(config={"model_name": "mlp", "learning_rate": 0.01}, deliverables=[{"type": "config"}]))
    assert spec["defaults"] == [{"override /model": "mlp"}]
    assert spec["model"] == {"lr": 0.01}


def test_folder_is_taken_as_pretrained_weights(lab: Lab) -> None:
    (lab.root / "weights").mkdir()
    spec = read(lab, job_text(config={"model_name": "weights"}))
    assert spec["model"] == {"pretrained": "weights"}


def test_chosen_data_replace_those_of_the_model(lab: Lab) -> None:
    spec = read(lab, job_text(config={"model_name": "gpt2-medium", "dataset": "digits"}))
    assert spec["defaults"][0] == {"override /data": "digits"}
    assert "data" not in spec, "the tokenizer belongs to the text data"


def test_native_spec_is_taken_as_it_is(lab: Lab) -> None:
    job = read_job(lab, NATIVE, "probe.yaml")
    assert (job.experiment_id, job.priority, job.spec) == ("probe", "low", NATIVE.decode())
    assert read_job(lab, NATIVE, "job_1.yaml", "probe").subject == job.subject


@pytest.mark.parametrize("field", [b"research_question", b"deliverables"])
def test_native_spec_without_question_or_deliverables_must_be_exploratory(field: bytes, lab: Lab) -> None:
    incomplete = b"\n".join(line for line in NATIVE.splitlines() if field not in line) + b"\n"
    (line,) = problems(lab, incomplete, "p.yaml")
    assert line.startswith(f"p.yaml:3:1: experiment.{field.decode()}: ")
    exploratory = incomplete.replace(b"experiment:\n", b"experiment:\n  exploratory: true\n")
    assert read_job(lab, exploratory, "p.yaml").experiment_id == "p"


def test_native_spec_needs_an_id(lab: Lab) -> None:
    assert "the name of the file is not an id" in problems(lab, NATIVE, "my job.yaml")[0]


def test_mistake_in_a_native_spec_has_its_own_line(lab: Lab) -> None:
    lines = problems(lab, NATIVE.replace(b"hypothesis", b"hypotesis"), "p.yaml")
    assert any(line.startswith("p.yaml:4:3: experiment.hypotesis: unknown key") for line in lines), lines


MISTAKES: dict[str, tuple[bytes, list[str]]] = {
    "two keys without a row": (
        job_text(config={"learnin_rate": 1, "depht": 2}),
        [
            "job.json:8:3: config.learnin_rate: conf/import.yaml has no row for this key (did you mean 'learning_rate'",
            "job.json:9:3: config.depht: conf/import.yaml has no row for this key (no row is near; add one to conf/imp",
        ],
    ),
    "wrong values": (
        job_text(config={"model_name": ["a"], "learning_rate": "fast", "epochs": 0, "batch_size": True}),
        [
            "config.model_name: must be text, got a list",
            "config.learning_rate: must be a number above 0, got 'fast'",
            "config.epochs: must be a whole number, 1 or more, got 0",
            "config.batch_size: must be a whole number, 1 or more, got True",
        ],
    ),
    "code": (
        job_text(config={"_target_": "os.system", "command": "ls", "model": {"_target_": "x"}}),
        [
            "config._target_: conf/import.yaml has no row for this key (a job cannot set it",
            "config.command",
            "a mapping",
        ],
    ),
    "unknown model": (job_text(config={"model_name": "mpl"}), ["'mpl' is no config of the group 'model'", "mlp"]),
    "two names of one key": (job_text(config={"lr": 1, "learning_rate": 1}), ["sets model.lr, as does 'lr'"]),
    "interpolation": (
        job_text(name="${oc.env:HOME}", config={"seed": "${oc.env:HOME}"}),
        [
            "job.json:3:2: name: a job cannot contain an interpolation, got '${oc.env:HOME}'",
            "config.seed: a job cannot",
        ],
    ),
    "interpolation in a key": (
        job_text(deliverables=[{"type": "config", "${a}": 1}]),
        ["unknown key", "cannot contain an interpolation"],
    ),
    "mistyped hypothesis": (
        job_text(without="hypothesis", hypotesis="x"),
        ["hypotesis: unknown key 'hypotesis' (did y"],
    ),
    "no question and no deliverables": (
        job_text(without="research_question", deliverables=[]),
        ["research_question: is missing (or write exploratory: true)", "deliverables: is missing (or"],
    ),
    "id with a path": (job_text(experiment_id="../x"), ["job.json:2:2: experiment_id: must be letters, digits,"]),
    "id that is a number": (job_text(experiment_id=1), ["experiment_id: must be text, got 1"]),
    "config that is a list": (job_text(config=[1]), ["config: must be a mapping, got [1]"]),  # type: ignore[arg-type]
    "priority": (
        job_text(metadata={"priority": "asap"}),
        ["metadata.priority: unknown value 'asap' (known: critical, hig"],
    ),
    "approval": (job_text(approved=True), ["approved: unknown key 'approved'"]),
    "run id": (
        job_text(deliverables=[{"type": "wandb_run", "run_id": "mine"}]),
        ["deliverables[0].run_id: unknown va"],
    ),
    "path in the home folder": (
        job_text(deliverables=[{"type": "plot", "path": "~/x"}]),
        ["deliverables[0].path: must"],
    ),
    "setting that the model refuses": (
        job_text(config={"model_name": "mlp", "warmup_ratio": 0.1}, deliverables=[{"type": "config"}]),
        ["job.json:9:3: config.warmup_ratio: model.warmup: "],
    ),
    "secret": (job_text(description="hf_" + "aB3" * 12), ["description: "]),
}


@pytest.mark.parametrize(("content", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_all_mistakes_are_reported_at_once(content: bytes, expected: list[str], lab: Lab) -> None:
    lines = problems(lab, content)
    assert len(lines) == len(expected) or expected[1:] == ["mlp"], lines
    assert all(any(text in line for line in lines) for text in expected), lines


def test_interpolation_is_not_resolved(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "canary-value")
    assert "canary-value" not in "\n".join(problems(lab, job_text(config={"seed": "${oc.env:CANARY}"})))


def test_bare_config_gets_a_template_with_its_values(lab: Lab) -> None:
    with pytest.raises(BareConfig, match="hypothesis, research_question, deliverables are missing") as error:
        read_job(lab, b'{"model_name": "mlp", "learning_rate": 0.5}', "bare.json")
    assert "proband new experiment" in str(error.value)
    assert "- override /model: mlp\n" in error.value.template
    assert "  lr: 0.5\n" in error.value.template


def test_job_of_the_documentation_is_accepted(lab: Lab) -> None:
    page = (ENGINE / "docs/queue.md").read_text(encoding="utf-8")
    job = page.partition("```jsonc\n")[2].partition("```")[0]
    assert read_job(lab, job.encode(), "job.json").experiment_id == "gpt2_probe"


def test_rows_of_the_documentation_are_accepted(lab: Lab) -> None:
    page = (ENGINE / "docs/queue.md").read_text(encoding="utf-8")
    lab.conf.mkdir()
    (lab.conf / "import.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    spec = read(lab, job_text(config={"model_name": "gpt2-medium", "eta": 0.5}))
    assert spec["model"] == {"lr": 0.5, "pretrained": "/weights/gpt2-medium"}


def test_every_row_is_in_the_documentation() -> None:
    page = (ENGINE / "docs/queue.md").read_text(encoding="utf-8")
    rows = OmegaConf.to_container(OmegaConf.load(ENGINE / "conf/import.yaml"))["rows"]  # type: ignore[index,call-overload]
    names = {name for key, row in rows.items() for name in (key, *row.get("also", ()))}
    assert {name for name in names if f"`{name}`" not in page} == set()
