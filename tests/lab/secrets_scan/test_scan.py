"""The scan finds secrets and personal data by file and line, never shows them, and leaves look-alikes alone.

Values are put together here, so that no file of the repository contains a text in the format of a key.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lab.secrets_scan.finding import value_hash
from lab.secrets_scan.rules.match import Identity
from lab.secrets_scan.scan import scan

NOBODY = Identity()
AWS = "AKIA" + "Q3EGRWZ7N2PLX4TB"
HUGGING_FACE = "hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"
MAIL = "ada.lovelace" + "@" + "analytical-engine.org"


def kinds(folder: Path, text: str, identity: Identity = NOBODY, name: str = "file.txt") -> list[tuple[int, str]]:
    (folder / name).write_text(text, encoding="utf-8")
    return [(finding.line, finding.kind) for finding in scan(folder, identity)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f"aws_access_key_id = {AWS}", "key"),
        (f"login(token='{HUGGING_FACE}')", "key"),
        ("WANDB_API_KEY=" + "0123456789abcdef" * 2 + "01234567", "key"),
        ("-----BEGIN OPENSSH " + "PRIVATE KEY-----", "private_key"),
        ("password: 'correct horse'".replace(" horse", "-horse"), "password"),
        ("machine api.wandb.ai login user password " + "a1b2c3d4e5" * 4, "key"),
        ("postgres" + "://ada:Pa55w0rd@db.analytical-engine.org/x", "password_in_url"),
        (f"contact {MAIL}.", "email"),
        ("ada [at] analytical-engine [dot] org", "email"),
        ("cwd: /home/ada/study", "home_path"),
        ("cache: /Users/ada", "home_path"),
        (r'"path": "C:\\Users\\ada\\study"', "home_path"),
        ("saved to /root/.cache/torch", "home_path"),
        ("at /gpfs/users/ada/run", "home_path"),
        ("file:///home/ada/x.html", "home_path"),
        ('"host": "gpu07"', "host_name"),
        ("HOSTNAME=login-1", "host_name"),
        ("ada@gpu07:~$ ls", "host_name"),
        ("on node-3.cluster.internal", "host_name"),
        ("gpu07:123:456 [0] NCCL INFO Init", "host_name"),
        ("master 10.12.0.7:29500", "ip_address"),
        ("peer fe80::1ff:fe23:4567:890a", "ip_address"),
        ('"user": "alovelace"', "user_name"),
    ],
)
def test_value_is_found_and_not_shown(tmp_path: Path, line: str, kind: str) -> None:
    assert (2, kind) in kinds(tmp_path, f"first\n{line}\n")
    for finding in scan(tmp_path, NOBODY):
        assert f"<{finding.kind}>" in finding.excerpt
        for secret in (AWS, HUGGING_FACE, MAIL, "Pa55w0rd", "/home/ada", "gpu07", "10.12.0.7", "-horse"):
            assert secret not in str(finding)


@pytest.mark.parametrize(
    "line",
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  results.json",
        '"run_id": "0123456789ab", "fingerprint": "d41d8cd98f00b204"',
        "https://doi.org/10.5281/zenodo.1234567",
        "write to ada@example.com or user@lab.example",
        "git clone git@github.com:lab/study.git",
        "@article{lovelace1843, note = {recall@k.mean}}",
        "icon@2x.png and actions/checkout@v4.2.0",
        "nvidia-cublas-cu12==12.4.5.8",
        "nvidia-cudnn-cu12    9.1.0.70",
        "driver version 535.104.05.01, v1.2.3.4",
        "listens on 127.0.0.1:8080, 0.0.0.0 and 192.0.2.17",
        "started at 12:30:45",
        "data:image/png;base64," + base64.b64encode(bytes(range(256))).decode(),
        '"pad_token": "<pad>", "eos_token": "</s>", "max_tokens": 1024, "tokens_per_second": 51.25',
        "password: ${DB_PASSWORD}  api_key: <your key>  token: null",
        "api_key=os.environ['OPENAI_API_KEY']",
        "https://user:password@host/path",
        "/home/USER/study, ~/.cache, https://lab.org/users/ada, conf/home/x",
        '"host_cores": 8, "host": "localhost", "server": "x"',
        "threading.local() and sklearn.cluster",
        "Copyright 2026 The authors <https://orcid.org/0000-0002-1825-0097>",
    ],
)
def test_lookalike_gives_no_finding(tmp_path: Path, line: str) -> None:
    assert kinds(tmp_path, line) == []


@pytest.mark.parametrize(
    "text",
    [
        MAIL.replace("@", "&#64;"),
        MAIL.replace("@", "%40"),
        MAIL.replace("@", "\\u0040"),
        MAIL.replace("@", "\u200b@"),
        base64.b64encode(f"contact: {MAIL}".encode()).decode(),
        base64.b64encode(base64.b64encode(f"contact: {MAIL}".encode())).decode(),
    ],
    ids=["HTML", "percent", "JSON", "invisible", "base64", "base64 twice"],
)
def test_encoded_value_is_found(tmp_path: Path, text: str) -> None:
    assert kinds(tmp_path, f"<p>\n{text}") == [(2, "email")]


def test_value_over_two_lines_is_found_at_the_first(tmp_path: Path) -> None:
    text = f'x = 1\nkey = ("{HUGGING_FACE[:12]}"\n       "{HUGGING_FACE[12:]}")\n'
    assert kinds(tmp_path, text) == [(2, "key")]


def test_value_in_a_long_line_is_found_once(tmp_path: Path) -> None:
    assert kinds(tmp_path, json.dumps({"a": "x y " * 500_000, "b": MAIL, "c": "x y " * 500_000})) == [(1, "email")]


@pytest.mark.parametrize("kind", ["png", "compressed png", "pdf", "npz", "safetensors", "gz", "zip", "utf-16"])
def test_value_in_a_binary_file_is_found(tmp_path: Path, kind: str) -> None:
    content = binary(kind)
    (tmp_path / "file.bin").write_bytes(content)
    assert {finding.kind for finding in scan(tmp_path, NOBODY)} == {"email"}


def binary(kind: str) -> bytes:
    buffer = io.BytesIO()
    if "png" in kind:
        texts = PngInfo()
        texts.add_text("Author", MAIL, zip=kind == "compressed png")
        Image.new("RGB", (9, 9)).save(buffer, "PNG", pnginfo=texts)
    elif kind == "pdf":
        stream = zlib.compress(f"<< /Author ({MAIL}) >>".encode())
        buffer.write(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\nstream\n" + stream + b"\nendstream\nendobj\n")
    elif kind == "npz":
        np.savez_compressed(buffer, names=np.array([MAIL, "x"]))
    elif kind == "safetensors":
        header = json.dumps({"__metadata__": {"author": MAIL}}).encode()
        buffer.write(len(header).to_bytes(8, "little") + header + bytes(range(256)))
    elif kind == "gz":
        buffer.write(gzip.compress(MAIL.encode()))
    elif kind == "zip":
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("inner.gz", gzip.compress(MAIL.encode()))
    else:
        buffer.write(MAIL.encode("utf-16"))
    return buffer.getvalue()


@pytest.mark.parametrize("content", [b"PK\x03\x04\0damaged", b"\x80\x04\0\xff pickle", b"\x1f\x8b\0"])
def test_file_that_cannot_be_scanned_is_a_finding(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    assert [(finding.file, finding.kind) for finding in scan(tmp_path, NOBODY)] == [("model.bin", "not_scanned")]


def test_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "private.txt").write_text(MAIL)
    (tmp_path / "package/link").symlink_to(tmp_path / "private.txt")
    assert [finding.kind for finding in scan(tmp_path / "package", NOBODY)] == ["not_scanned"]


def test_file_name_is_scanned(tmp_path: Path) -> None:
    assert kinds(tmp_path, "text", name=f"notes of {MAIL}") == [(0, "email")]


def test_names_of_this_machine_are_found_as_words(tmp_path: Path) -> None:
    identity = Identity(frozenset({"data", "blade-17"}), frozenset({"root", "lovelace"}), frozenset({"/srv/lab"}))
    text = "data of Blade-17\nlovelace ran it as root\nin /srv/lab/results\nmyblade-170\n"
    assert kinds(tmp_path, text, identity) == [(1, "host_name"), (2, "user_name"), (3, "home_path")]


def test_pragma_in_a_text_allows_nothing(tmp_path: Path) -> None:
    assert kinds(tmp_path, f"{HUGGING_FACE}  # pragma: allowlist secret") == [(1, "key")]


def test_contact_of_a_citation_is_allowed_only_there(tmp_path: Path) -> None:
    assert kinds(tmp_path, f"authors:\n  - email: {MAIL}\nnotes: {MAIL}\n", name="CITATION.cff") == [(3, "email")]


def test_finding_shows_no_part_of_a_token_after_an_escape_or_in_a_name(tmp_path: Path) -> None:
    token = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a"
    (tmp_path / f"{token}.md").write_text(f"log\\n{token}\n", encoding="utf-8")
    findings = scan(tmp_path, NOBODY)
    assert {finding.line for finding in findings} == {0, 1}
    assert token[4:20] not in str([str(finding) for finding in findings])
    assert value_hash(token[:3]) not in {finding.sha256 for finding in findings}


def test_stream_of_a_pdf_file_that_is_not_compressed_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\nstream\n(" + MAIL.encode() + b") Tj\nendstream\n")
    assert [finding.kind for finding in scan(tmp_path, NOBODY)] == ["email"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("my_password", []), ("my-secret-key", []), ("mysecr" + "3tPa55", [(1, "password")])],
)
def test_value_with_digits_that_begins_with_my_is_no_placeholder(
    tmp_path: Path, value: str, expected: list[tuple[int, str]]
) -> None:
    assert kinds(tmp_path, f"password = {value}") == expected


def test_allowance_of_a_file_that_cannot_be_scanned_binds_to_its_content(tmp_path: Path) -> None:
    hashes = set()
    for content in (b"\x80\x04\0 weights", b"\x80\x04\0 others"):
        (tmp_path / "model.bin").write_bytes(content)
        hashes |= {finding.sha256 for finding in scan(tmp_path, NOBODY)}
    assert len(hashes) == 2
