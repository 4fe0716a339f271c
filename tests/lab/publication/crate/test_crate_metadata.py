"""A crate describes runs, inputs, software and results; it invents nothing and shows nothing private."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.reproduction.summary import Summary
from lab.publication.contents.citation import citation_cff
from lab.publication.contents.material import Material
from lab.publication.contents.redacted_json import redacted_json
from lab.publication.contents.reproductions import reproductions_json
from lab.publication.crate.crate_metadata import METADATA, crate_metadata
from lab.publication.crate.stored_runs import iso_time
from lab.publication.crate.workflow import workflow_files
from lab.publication.package_error import CannotPackage
from tests.compiler.reproduction.made_reproductions import reproduction_of
from tests.lab.publication.crate.roc_validator import crate_issues
from tests.lab.publication.made_material import material
from tests.plans import planned_experiment
from tests.stored_runs import MODEL, flip_byte, store_run, write_status

SPEC, ERROR = "reproduce/conf/experiment/study.yaml", {"kind": "non_finite", "message": "loss is nan in /home/ada/x.py"}
AUTHORS = {"metadata": {"researcher": "Ada Lovelace <ada@example.org>; Charles Babbage", "tags": ["digits"]}}
PROVENANCE: dict[str, Any] = {
    "schema_version": 2,
    "fingerprint": "c0de",
    "seed": 7,
    "data": {"data/rows.csv": "aa11"},
    "git": {"commit": "f00d", "dirty": True},
    "python": {"version": "3.11.7"},
    "packages": {"torch": "2.13.0"},
    "distributions": {"proband": {"version": "0.1.0"}, "torch": {"version": "2.13.0"}},
    "hardware": {"cpu": "AMD EPYC 7763", "cores": 4, "gpus": [{"name": "NVIDIA H100"}]},
    "host": "my-machine",
    "argv": ["/home/ada/bin/python"],
    "snakemake": {"version": "9.27.1"},
}


def stored(lab: Lab, seed: int = 0, **status: Any) -> str:
    """Store a run with provenance, and return its id."""
    run = store_run(lab, seed)
    write_json(lab.run(run) / "provenance.json", PROVENANCE | {"run_id": run})
    write_status(lab, run, status)
    return run


def study(root: Path, runs: list[str], **spec: Any) -> tuple[Material, dict[str, bytes]]:
    """Return the material of an experiment with these runs, and the files of its package without the crate."""
    lab = Lab(root)
    about = replace(material(root, **spec), experiment=planned_experiment("study", {run: {} for run in runs}))
    files = {
        "README.md": b"# Study\n",
        "payload.json": b"{}\n",
        "reports/technical_report.html": b"<p>",
        "CITATION.cff": citation_cff(about),
        SPEC: b"a: 1\n",
        **dict(workflow_files()),
    }
    for run in runs:
        for name in ("config.json", "provenance.json", "status.json"):
            files[f"runs/{run}/{name}"] = redacted_json(json.loads((lab.run(run) / name).read_text())).content
    return about, files


def entities(content: bytes) -> dict[str, Any]:
    return {entity["@id"]: entity for entity in json.loads(content)["@graph"]}


def written(folder: Path, about: Material, files: Mapping[str, bytes]) -> Path:
    """Write a package with its crate, and return its folder."""
    for path, content in {**files, METADATA: crate_metadata(about, files)}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "has_licence"),
    [pytest.param(AUTHORS, True, id="complete"), pytest.param({}, False, id="without authors and licence")],
)
def test_crate_passes_the_validator(tmp_path: Path, spec: dict[str, Any], has_licence: bool) -> None:
    lab = Lab(tmp_path / "lab")
    runs = [stored(lab), stored(lab, seed=1, status="failed", error=ERROR)]
    about, files = study(lab.root, runs, **spec)
    counted = (reproduction_of(lab, runs[0]),)
    about = replace(about, reproductions=Summary((runs[0],), counted))
    files |= {"reproductions.json": redacted_json(reproductions_json(about.reproductions)).content}
    files |= {"LICENSE": b"All rights reserved.\n"} if has_licence else {}
    package = written(tmp_path / "package", about, files)
    assert crate_issues(package) == []
    content = json.loads((package / METADATA).read_text())
    content["@graph"] = [entity for entity in content["@graph"] if "ComputationalWorkflow" not in entity["@type"]]
    (package / METADATA).write_text(json.dumps(content))
    assert crate_issues(package), "the validator accepts a crate without its workflow"


def test_each_run_is_an_action_with_times_agent_program_inputs_and_results(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = stored(lab)
    about, files = study(tmp_path, [run], **AUTHORS)
    graph = entities(crate_metadata(about, files))
    action = graph[f"#run/{run}"]
    assert (action["startTime"], action["endTime"]) == (
        "2030-01-01T12:00:00.000+00:00",
        "2030-01-01T12:01:00.000+00:00",
    )
    assert [graph[agent["@id"]]["name"] for agent in action["agent"]] == ["Ada Lovelace", "Charles Babbage"]
    program = graph[action["instrument"]["@id"]]
    software = {graph[item["@id"]]["name"]: graph[item["@id"]] for item in program["softwareRequirements"]}
    assert program["softwareVersion"] == "0.1.0"
    assert {name: item["softwareVersion"] for name, item in software.items() if "softwareVersion" in item} == {
        "torch": "2.13.0",
        "python": "3.11.7",
        "snakemake": "9.27.1",
    }
    assert software["Code of the lab with uncommitted changes"]["version"] == "f00d"
    assert {item["@id"] for item in action["object"]} == {
        f"runs/{run}/config.json",
        SPEC,
        "#data/data/rows.csv/aa11",
    }
    assert graph["#hash/data/rows.csv/aa11"]["value"] == "aa11"
    weights = graph[f"#run/{run}/{MODEL}"]
    assert weights["sha256"] == sha256(bytes(1000)).hexdigest()
    assert {"@id": weights["@id"]} in action["result"]
    assert "AMD EPYC 7763, NVIDIA H100" in action["description"]


def test_each_file_has_its_sha256(tmp_path: Path) -> None:
    about, files = study(tmp_path, [stored(Lab(tmp_path))])
    graph = entities(crate_metadata(about, files))
    assert {path: graph[path]["sha256"] for path in files} == {
        path: sha256(content).hexdigest() for path, content in files.items()
    }
    assert {part["@id"] for part in graph["./"]["hasPart"]} == set(files)


def test_failed_run_and_closed_gate_are_failed_actions_with_their_reasons(tmp_path: Path) -> None:
    run = stored(Lab(tmp_path), status="failed", error=ERROR)
    about, files = study(tmp_path, [run], closed="no plot")
    graph = entities(crate_metadata(about, files))
    failed = "http://schema.org/FailedActionStatus"
    assert (graph[f"#run/{run}"]["actionStatus"], graph["#workflow-run"]["actionStatus"]) == (failed, failed)
    assert graph[f"#run/{run}"]["error"] == "non_finite: loss is nan in <path>"
    assert "no plot" in graph["#workflow-run"]["error"]


def test_authors_and_licence_are_not_invented(tmp_path: Path) -> None:
    run = stored(Lab(tmp_path))
    graph = entities(crate_metadata(*study(tmp_path, [run])))
    assert "author" not in graph["./"]
    assert "agent" not in graph[f"#run/{run}"]
    assert graph["./"]["license"].startswith("No licence")
    assert graph["./"]["datePublished"] == "2030-01-01"  # the day on which the last run ended


def test_equal_files_give_equal_bytes_in_any_folder_and_order(tmp_path: Path) -> None:
    texts = []
    for name in ("first", "second"):
        lab = Lab(tmp_path / name)
        about, files = study(lab.root, [stored(lab), stored(lab, seed=1)], **AUTHORS)
        texts.append(crate_metadata(about, files))
    assert texts[0] == texts[1] == crate_metadata(about, dict(reversed(files.items())))


def test_nothing_private_is_in_the_crate(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    text = crate_metadata(*study(tmp_path, [stored(lab, status="failed", error=ERROR)], **AUTHORS)).decode()
    for private in (str(tmp_path), "/home/ada", "my-machine", "ada@example.org"):
        assert private not in text


def test_changed_provenance_gives_no_versions(tmp_path: Path) -> None:
    run = stored(Lab(tmp_path))
    about, files = study(tmp_path, [run])
    file = Lab(tmp_path).run(run) / "provenance.json"
    file.write_text(file.read_text().replace("2.13.0", "9.99.9"))
    graph = entities(crate_metadata(about, files))
    assert not [item for item in graph.values() if "9.99.9" in str(item.get("softwareVersion"))]
    assert "no readable provenance" in graph[graph[f"#run/{run}"]["instrument"]["@id"]]["description"]
    flip_byte(file)
    assert entities(crate_metadata(about, files)) == graph


def test_only_counted_reproductions_are_actions(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = stored(lab)
    about, files = study(tmp_path, [run])
    assert "eproduction" not in crate_metadata(about, files).decode()
    made = reproduction_of(lab, run)
    graph = entities(crate_metadata(replace(about, reproductions=Summary((run,), (made,))), files))
    action = graph[f"#reproduction/20300301T091500.000000Z/{run}"]
    assert "NVIDIA H100" in action["description"]
    assert "Result: identical." in action["description"]
    assert {"@id": action["@id"]} in graph["./"]["mentions"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        pytest.param("2030-01-01T01:30:00.123456+02:00", "2029-12-31T23:30:00.123+00:00", id="another time zone"),
        pytest.param("2030-01-01T01:30:00", None, id="no time zone"),
        pytest.param("yesterday", None, id="no time"),
        pytest.param(None, None, id="missing"),
    ],
)
def test_times_are_in_utc_or_left_out(text: str | None, time: str | None) -> None:
    assert iso_time(text) == time


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    name = 'Study {"@id": "javascript:1"} \u202e </script>'
    spec = {"name": name, "metadata": {"researcher": 'Ada "x"\u202e; @id', "tags": ["@id", {"@id": "x"}]}}
    graph = entities(crate_metadata(*study(tmp_path, [stored(Lab(tmp_path))], **spec)))
    root = graph["./"]
    assert isinstance(root["name"], str)
    assert isinstance(root["keywords"], str)
    assert [graph[author["@id"]]["@type"] for author in root["author"]] == ["Person", "Person"]
    assert "\u202e" not in str(graph)


def test_missing_library_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about, files = study(tmp_path, [stored(Lab(tmp_path))])
    monkeypatch.setitem(sys.modules, "rocrate.rocrate", None)
    with pytest.raises(CannotPackage, match="pip install rocrate"):
        crate_metadata(about, files)
