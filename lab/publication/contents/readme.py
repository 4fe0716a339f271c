"""Write the README of a package: what it shows, what it contains, and how to check and reproduce it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lab.publication.contents.authors import author_names
from lab.publication.contents.data_licences import data_licence_lines
from lab.publication.contents.material import Material
from lab.publication.contents.plain_text import one_line
from lab.publication.contents.statements import hypothesis_statement, outcome_statements

# The folders and files of a package, in the order of the README.
_CONTENTS = {
    "reports/": "the reports, as Markdown, HTML, PDF, LaTeX and JSON, with their figures",
    "analysis/": "the analyses, with their figures",
    "tables/": "tables as CSV, with complete values",
    "payload.json": "the results of all runs and the registered test",
    "facts.jsonl": "each number of the reports, with its source",
    "verdicts.jsonl": "the verdicts",
    "series.jsonl": "the metric series of the runs",
    "experiment.json": "the spec as it was compiled",
    "registration/": "the registration, its revisions, and its part of the registration chain",
    "genealogy.json": "the ancestors of the experiment and what it changes",
    "datasets.json": "what the data groups declare: groups, licence, and whether people are affected",
    "deliverables/": "the check of each deliverable",
    "gates/": "the decision of each stage",
    "runs/": "config, provenance, status and final metrics of each run",
    "environment/": "the software of the runs: packages with hashes, and recipes of container images",
    "reproductions.json": "the recorded reproductions of the runs: when, on which hardware, with which result",
    "workflow/": "the rules of Snakemake with which Proband builds an experiment",
    "reproduce/": "the configs and specs that a build needs",
    "model_card/": "the model card of the selected checkpoint, and the list of its weights",
    "CHECKLIST.md": "the review checklist, with what code has checked (also as JSON)",
    "ro-crate-metadata.json": "describes files, runs and software for programs, as a Provenance Run Crate",
    "CITATION.cff": "how to cite the package",
    ".zenodo.json": "metadata for an upload to Zenodo; nothing was uploaded",
    "LICENSE": "the licence",
    "redactions.json": "the private values that were replaced by markers such as `<path>`",
    "CHECKSUMS": "the checksum of every other file",
    "verify.sh": "compares the files with their checksums",
}


def readme(material: Material, paths: Collection[str]) -> bytes:
    """Return the README for a package with these files."""
    return "\n".join(_lines(material, paths)).encode() + b"\n"


def _lines(material: Material, paths: Collection[str]) -> Iterator[str]:
    yield f"# {one_line(material.spec['name'])}"
    yield f"\nExperiment `{material.name}`. Authors: {', '.join(map(one_line, author_names(material)))}.\n"
    yield from (f"- {sentence}" for sentence in [hypothesis_statement(material), *outcome_statements(material)])
    yield "\n## Contents\n"
    for name, meaning in _CONTENTS.items():
        is_contained = any(path == name or path.startswith(name) for path in (*paths, "CHECKSUMS"))
        if is_contained:
            yield f"- `{name}`: {meaning}"
    yield "\n## What is missing\n"
    yield from (f"- {line}" for line in _missing(paths))
    yield "\n## Licence of the data\n"
    yield from data_licence_lines(material)
    yield "\n## Check the files\n"
    yield "```sh\nsh verify.sh\n```"
    yield (
        "\n`CHECKSUMS` lists neither itself nor `APPROVAL.json`, which is added to the archive when a person approves "
        "exactly these checksums, and which names the checksum of `CHECKSUMS`."
    )
    yield "\n## Reproduce the results\n"
    yield (
        "Install Proband and the versions in `environment/requirements.lock`. Then build the experiment in a new "
        "lab, with the code and the data of the authors, if the configs name any:\n"
    )
    yield (
        "```sh\nproband init reproduction\ncp -r reproduce/conf reproduction/\ncd reproduction\n"
        f"snakemake --cores 2 {material.name}\n```"
    )
    yield (
        "\nCompare `results/` with `payload.json`. `runs/*/config.json` has every setting and the version of the data. "
        "`runs/*/provenance.json` has the commit and the versions of the software. Other hardware and other versions "
        "can give other numbers, and durations always differ."
    )


def _missing(paths: Collection[str]) -> Iterator[str]:
    if "LICENSE" not in paths:
        yield "A licence: the lab has no file `LICENSE`, so no right to use the files is granted."
    if not any(path.startswith("model_card/") for path in paths):
        yield "A model card: no completed run stores weights and has the metric of the experiment."
    yield "The weights of the models. `runs/*/status.json` has the size and checksum of each file."
    yield "The data, the code of the lab, and the complete logs of the runs."
