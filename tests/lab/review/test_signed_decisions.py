"""`--sign KEY` with a real key, and a lab in which only signed approvals count."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.approvals.decision_files import read_decisions
from lab.worker.lab_tools import admission_problem
from tests.compiler.small_lab import FILES
from tests.lab.review.written_reports import REPORT, REPORT_FILES, write_report
from tests.labs import write_lab
from tests.proband.run_command import Proband

CONFIG = f"{FILES['conf/config.yaml']}collaboration: {{level: assisted, require_signatures: true}}\n"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("ada", "eva"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    return folder


@pytest.fixture
def proband(keys: Path, tmp_path: Path, _ada: None, capsys: pytest.CaptureFixture[str]) -> Proband:
    """The command in a lab that requires signatures. Ada's key is allowed."""
    lab = write_lab(tmp_path / "lab", REPORT_FILES | {"conf/config.yaml": CONFIG})
    write_report(lab)
    lab.approvals.mkdir()
    public = (keys / "ada.pub").read_text(encoding="utf-8")
    lab.allowed_signers.write_text(f"Ada {public}", encoding="utf-8")
    return Proband(lab, capsys)


def state(proband: Proband, name: str) -> str:
    return str(proband.json("review", name)["item"]["state"])


def is_admitted(lab: Lab) -> bool:
    """Return whether a worker may build the experiment."""
    return admission_problem(lab, "lr") is None


def test_only_a_signed_approval_counts(proband: Proband, keys: Path) -> None:
    assert proband("approve", "lr").code == 0
    assert len(read_decisions(proband.lab).recorded) == 1
    assert state(proband, "lr") == "undecided"
    assert not is_admitted(proband.lab)
    assert "lr: the approval by Ada" in proband("status").err
    assert "has no signature" in proband("status").err
    assert proband("approve", "lr", "--sign", str(keys / "ada")).code == 0
    assert state(proband, "lr") == "approved"
    assert is_admitted(proband.lab)
    assert "has no signature" not in proband("status").err


def test_an_unsigned_acceptance_of_a_report_does_not_count(proband: Proband, keys: Path) -> None:
    assert proband("review", REPORT, "--accept").code == 0
    assert state(proband, REPORT) == "undecided"
    assert proband("review", REPORT, "--accept", "--score", "4", "--sign", str(keys / "ada")).code == 0
    assert state(proband, REPORT) == "approved"


@pytest.mark.parametrize(
    ("key", "message"), [("eva", "allowed_signers"), ("none", "cannot sign"), ("ada.pub", "cannot sign")]
)
def test_a_key_that_does_not_count_records_nothing(key: str, message: str, proband: Proband, keys: Path) -> None:
    alone = proband.lab.root / key
    if (keys / key).exists():
        shutil.copy(keys / key, alone)
        alone.chmod(0o600)
    answer = proband("approve", "lr", "--sign", str(alone))
    assert answer.code == 2
    assert message in answer.err
    assert [file.name for file in proband.lab.approvals.iterdir()] == ["allowed_signers"]


def test_an_edited_signature_voids_its_approval(proband: Proband, keys: Path) -> None:
    proband("approve", "lr", "--sign", str(keys / "ada"))
    (signature,) = proband.lab.approvals.glob("*.sig")
    signature.write_bytes(signature.read_bytes().replace(b"A", b"B", 1))
    assert state(proband, "lr") == "undecided"
    assert not is_admitted(proband.lab)
    assert "it counts for nothing" in proband("status").err
