"""Write the model card of the best checkpoint, with `model-index` metadata as Hugging Face defines it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from agents.facts.number_format import format_number
from compiler.run_table.csv_text import csv_of_rows
from lab.publication.contents.best_checkpoint import BestCheckpoint
from lab.publication.contents.data_licences import data_licence_lines
from lab.publication.contents.material import Material
from lab.publication.contents.plain_text import one_line, plain
from lab.publication.contents.statements import hypothesis_statement, outcome_statements


def model_card(material: Material, best: BestCheckpoint, has_licence: bool) -> bytes:
    """Return the card. It shows the value of the checkpoint, and the mean over the runs with its setting."""
    licence: dict[str, Any] = {}
    if has_licence:
        licence = {"license": "other", "license_name": "see-license-file", "license_link": "../LICENSE"}
    data = ModelCardData(
        model_name=material.name,
        eval_results=list(_evaluations(best)),
        tags=list(map(plain, material.metadata.get("tags") or ())) or None,
        **licence,
    )
    header = data.to_yaml(line_break="\n")
    text = "\n".join(_lines(material, best, has_licence))
    return f"---\n{header}\n---\n\n{text}\n".encode()


def _evaluations(best: BestCheckpoint) -> Iterator[EvalResult]:
    common: dict[str, Any] = {
        "task_type": "other",
        "dataset_type": best.data,
        "dataset_name": best.data,
        "dataset_split": best.split,
        "metric_type": best.metric,
    }
    yield EvalResult(
        **common,
        metric_name=f"{best.metric} of this checkpoint",
        metric_value=best.value,
        metric_args={"selected_among_runs": best.candidates},
    )
    if best.arm is not None:
        yield EvalResult(
            **common,
            metric_name=f"mean {best.metric} over the runs with this setting",
            metric_value=best.arm.mean,
            metric_args={"n": best.arm.n, "sd": best.arm.sd},
        )


def _lines(material: Material, best: BestCheckpoint, has_licence: bool) -> Iterator[str]:
    yield f"# Model card of {material.name}"
    yield f"\nA model of the class `{best.target}`, trained on data of the class `{best.data}` with {_setting(best)}."
    yield "\n## Outcome of the experiment\n"
    yield from (f"- {sentence}" for sentence in [hypothesis_statement(material), *outcome_statements(material)])
    yield "\n## Evaluation\n"
    yield from _evaluation(best)
    yield (
        "\n## Weights\n\nThe package does not contain the weights. `weights.csv` lists the files that the run has "
        "stored, with their sizes and checksums."
    )
    yield "\n## Intended use and limits\n"
    yield "- The checkpoint is a result of an experiment. Use it to examine or repeat that experiment."
    yield "- It was evaluated only on the data, split and settings in `runs/`. Other data and uses were not tested."
    yield "- Nobody has assessed whether it is fit for decisions about people, or safe in use."
    licence = "the file `LICENSE`" if has_licence else "missing. The lab states no licence, so none is granted here"
    yield f"- Licence: {licence}."
    yield "\n## Licence of the data\n"
    yield from data_licence_lines(material)


def _evaluation(best: BestCheckpoint) -> Iterator[str]:
    yield f"- The {best.metric} of this checkpoint is {format_number(best.value)}."
    if best.arm is not None:
        runs = f"{best.arm.n} runs" if best.arm.n > 1 else "a single run"
        sd = f"SD {format_number(best.arm.sd)}" if best.arm.sd is not None else "a single run has no SD"
        yield f"- With this setting, mean {best.metric} over {runs} was {format_number(best.arm.mean)} ({sd})."
    if best.candidates > 1:
        yield (
            f"- *Exploratory:* the checkpoint was selected among {best.candidates} runs by its {best.metric}, after "
            "the runs had finished. Its own value is therefore subject to selection bias. The mean describes the "
            "setting."
        )


def _setting(best: BestCheckpoint) -> str:
    return (
        ", ".join(f"{one_line(key)} = {one_line(value)}" for key, value in best.setting.items())
        or "the settings of the spec"
    )


def weights_csv(best: BestCheckpoint) -> bytes:
    """Return the files with the weights, which the package does not contain."""
    rows = [[best.run_id, path, state["size"], state["sha256"]] for path, state in best.files.items()]
    return csv_of_rows(["run_id", "file", "bytes", "sha256"], rows).encode()
