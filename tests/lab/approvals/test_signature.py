"""Decisions are signed and verified with the real ssh-keygen. A signature that is not valid voids its decision."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.approvals.decision_files import read_decisions, record
from lab.approvals.signature import CannotSign, signer
from tests.lab.approvals.made_decisions import OTHER_SHA, PERSON, SHA, decision

ROSA = str(PERSON.email)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the keys of two people, `rosa` and `eva`."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("rosa", "eva"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    return folder


@pytest.fixture
def lab(tmp_path: Path, keys: Path) -> Lab:
    lab = Lab(tmp_path)
    lab.approvals.mkdir()
    _allow(lab, keys, f"{ROSA} {{rosa}}", "eva@example.org {eva}")
    return lab


def _allow(lab: Lab, keys: Path, *lines: str) -> None:
    public = {name: (keys / f"{name}.pub").read_text(encoding="utf-8").strip() for name in ("rosa", "eva")}
    lab.allowed_signers.write_text("".join(line.format(**public) + "\n" for line in lines), encoding="utf-8")


def test_signed_decision_counts_and_names_its_signer(lab: Lab, keys: Path) -> None:
    made = decision()
    file = record(lab, made, signer(keys / "rosa"))
    decisions = read_decisions(lab)
    assert decisions.recorded == (made,)
    assert decisions.signer(made) == ROSA
    assert file.with_name(f"{file.name}.sig").read_bytes().startswith(b"-----BEGIN SSH SIGNATURE-----")
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))  # as git on Windows does
    assert read_decisions(lab).signer(made) == ROSA


def test_name_is_used_without_an_address(lab: Lab, keys: Path) -> None:
    _allow(lab, keys, f'"{PERSON.name}" {{rosa}}')
    record(lab, decision(), signer(keys / "rosa"))
    assert read_decisions(lab).signer(decision()) == PERSON.name


def _replace_content(lab: Lab, file: Path, _: Path) -> None:
    """Put another valid decision in the place of the signed one, as a program that computes the digest can."""
    file.unlink()
    other = record(lab, decision(sha256=OTHER_SHA))
    assert other == file
    assert SHA.encode() not in file.read_bytes()


def _sign_again(who: str, namespace: str) -> Callable[[Lab, Path, Path], None]:
    def sign(_: Lab, file: Path, keys: Path) -> None:
        command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(keys / who), "-n", namespace]
        signature = subprocess.run(command, input=file.read_bytes(), capture_output=True, check=True).stdout
        file.with_name(f"{file.name}.sig").write_bytes(signature)

    return sign


def _signature(content: bytes) -> Callable[[Lab, Path, Path], None]:
    return lambda _, file, __: file.with_name(f"{file.name}.sig").write_bytes(content) and None


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        pytest.param(_replace_content, "not valid for Rosa", id="other content"),
        pytest.param(_sign_again("eva", "proband"), "not valid for Rosa", id="key of another person"),
        pytest.param(_sign_again("rosa", "git"), "not valid for Rosa", id="other namespace"),
        pytest.param(_signature(b""), "not valid for Rosa", id="empty signature"),
        pytest.param(_signature(b"x" * 1_000_001), "is larger", id="large signature"),
        pytest.param(lambda lab, *_: lab.allowed_signers.unlink(), "is signed, but", id="no allowed signers"),
        pytest.param(lambda lab, *_: lab.allowed_signers.write_text(""), "not valid for Rosa", id="no signer"),
        pytest.param(
            lambda lab, _, keys: _allow(lab, keys, f'{ROSA} valid-before="20200101" {{rosa}}'), "expired", id="expired"
        ),
        pytest.param(lambda lab, _, keys: _allow(lab, keys, "ida@example.org {rosa}"), "not valid", id="other address"),
    ],
)
def test_signature_that_is_not_valid_voids_the_decision(
    lab: Lab, keys: Path, tamper: Callable[[Lab, Path, Path], None], problem: str
) -> None:
    file = record(lab, decision(), signer(keys / "rosa"))
    tamper(lab, file, keys)
    decisions = read_decisions(lab)
    assert decisions.recorded == ()
    assert problem in decisions.damaged[0].problem


def test_signature_that_would_not_count_is_not_recorded(lab: Lab, keys: Path) -> None:
    with pytest.raises(CannotSign, match=f"add the line .* for {ROSA}"):
        record(lab, decision(), signer(keys / "eva"))
    with pytest.raises(CannotSign, match="nokey: cannot sign"):
        record(lab, decision(), signer(keys / "nokey"))
    assert [file.name for file in lab.approvals.iterdir()] == ["allowed_signers"]


def test_without_ssh_keygen_nothing_is_verified(lab: Lab, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(lab, decision(), signer(keys / "rosa"))
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "cannot be verified: ssh-keygen is not installed" in read_decisions(lab).damaged[0].problem


def test_required_signatures_leave_out_unsigned_approvals_only(lab: Lab, keys: Path) -> None:
    record(lab, decision(name="unsigned"))
    record(lab, decision("rejected", why="No.", name="rejected"))
    record(lab, decision(name="signed"), signer(keys / "rosa"))
    names = [made.subjects[0].name for made in read_decisions(lab).with_signature.recorded]
    assert names == ["rejected", "signed"]
