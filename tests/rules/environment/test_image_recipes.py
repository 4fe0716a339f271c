"""The recipes of images are valid: hadolint has no remarks, and engines build them where they are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.runs.provenance_parts import Distribution, Python
from compiler.runs.provenance_record import ProvenanceRecord
from tests.rules.environment.recorded import HASH, record, texts

OWN = Distribution("0.1.0", editable=True, commit="c0ffee", local_changes=True)
RECORDS = [
    pytest.param(record(six=Distribution("1.17.0", wheel_sha256=HASH)), id="all hashes"),
    pytest.param(record(six="1.17.0"), id="no hash"),
    pytest.param(record(torch=Distribution("2.13.0+cpu", wheel_sha256=HASH), proband=OWN), id="label and working copy"),
    pytest.param(record(six="1.17.0", python=Python("3.14.0rc1", "CPython")), id="release candidate"),
    pytest.param(record(six="1.17.0", python=Python("3.10.14", "PyPy")), id="PyPy"),
]


@pytest.mark.parametrize("run", RECORDS)
def test_hadolint_has_no_remarks(run: ProvenanceRecord, tmp_path: Path) -> None:
    assert hadolint(texts(run)["Dockerfile"], tmp_path) == (0, "")


def test_hadolint_would_have_remarks_on_a_careless_file(tmp_path: Path) -> None:
    code, remarks = hadolint("FROM python\nRUN pip install six\n", tmp_path)
    assert code == 1
    assert {"DL3006", "DL3013", "DL3042"} <= set(re.findall(r"DL\d+", remarks))


def hadolint(dockerfile: str, folder: Path) -> tuple[int, str]:
    """Return exit code and output of hadolint, which also warns about style."""
    (folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("hadolint")), "--no-color", "Dockerfile"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize("run", RECORDS)
def test_definition_of_apptainer_has_the_steps_of_the_dockerfile(run: ProvenanceRecord) -> None:
    """No tool checks these files without an engine, so the test compares their parts with the Dockerfile."""
    files = texts(run)
    docker = dict(re.findall(r"^([A-Z]+) (.*)$", files["Dockerfile"], re.MULTILINE))
    head, *sections = re.split(r"^%(\w+)\n", files["apptainer.def"], flags=re.MULTILINE)
    header = [line for line in head.splitlines() if line and not line.startswith("#")]
    bodies = {name: body.splitlines() for name, body in zip(sections[::2], sections[1::2], strict=True)}
    assert header == ["Bootstrap: docker", f"From: {docker['FROM']}"]
    assert set(bodies) - {"arguments"} == {"files", "post", "environment", "runscript", "labels"}
    assert bodies["files"][0].split() == ["requirements.lock", "/opt/environment/requirements.lock"]
    commands = [line.strip() for line in bodies["post"] if line.strip() and "export" not in line]
    assert commands == ["cd /opt/environment", *docker["RUN"].split(" && ")]


@pytest.mark.parametrize(
    ("python", "base"),
    [
        pytest.param(Python("3.11.7", "CPython"), "FROM python:3.11.7", id="cpython"),
        pytest.param(Python("3.11.7"), "FROM python:3.11.7", id="implementation not recorded"),
        pytest.param(Python("3.10.14", "PyPy"), "FROM pypy:3.10", id="pypy"),
        pytest.param(Python("3.11.7+", "CPython"), None, id="built from a repository"),
        pytest.param(Python("3.11.7", "GraalVM"), None, id="no official image"),
        pytest.param(None, None, id="not recorded"),
    ],
)
def test_base_image_is_that_of_the_recorded_interpreter(python: Python | None, base: str | None) -> None:
    lines = texts(record(python=python, six="1.17.0"))["Dockerfile"].splitlines()
    assert [line for line in lines if not line.startswith("#")][:1] == ([base] if base else [])


def docker_runs() -> bool:
    return (
        shutil.which("docker") is not None and subprocess.run(["docker", "info"], capture_output=True).returncode == 0
    )


SMALL = record(
    six=Distribution("1.17.0", wheel_sha256="4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274")
)


@pytest.mark.skipif(not docker_runs(), reason="no Docker daemon runs here, so the Dockerfile is linted, not built")
def test_docker_builds_the_image(tmp_path: Path) -> None:
    write(texts(SMALL), tmp_path)
    image = subprocess.run(
        ["docker", "build", "--quiet", "."], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    command = ["docker", "run", "--rm", image.stdout.strip(), "python", "-c", "import six; print(six.__version__)"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1.17.0\n"


@pytest.mark.skipif(shutil.which("apptainer") is None, reason="Apptainer is not installed, so no image is built")
def test_apptainer_builds_the_image(tmp_path: Path) -> None:
    write(texts(SMALL), tmp_path)
    subprocess.run(["apptainer", "build", "environment.sif", "apptainer.def"], cwd=tmp_path, check=True)
    command = ["apptainer", "exec", "environment.sif", "python", "-c", "import six; print(six.__version__)"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout == "1.17.0\n"


def write(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
