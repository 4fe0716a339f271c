"""An S3 bucket as remote, with the server of moto on loopback: round trip, keys and an absent server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.archive.archive import archive_experiments
from lab.archive.restore import restore_experiments
from tests.lab.archive.small_archive import STUDY, clone, contents, dvc, finished_study, repository

boto3 = pytest.importorskip("boto3", reason="the extra s3 is not installed")
moto_server = pytest.importorskip("moto.server", reason="the S3 server of the tests, moto, is not installed")
pytest.importorskip("dvc_s3", reason="the extra s3 is not installed")
pytestmark = pytest.mark.slow
SECRET = "not-a-real-key-0123456789"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an S3 server with an empty bucket. Keys are in the environment, as DVC and boto3 read them."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    running = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    try:
        host, port = running.get_host_and_port()
        address = f"http://{host}:{port}"
        boto3.client("s3", endpoint_url=address).create_bucket(Bucket="store")
        yield address
    finally:
        running.stop()


def archived(folder: Path, server: str) -> Lab:
    lab = repository(folder / "lab")
    plan = finished_study(lab)
    dvc(lab, "remote", "add", "--quiet", "--default", "--force", "store", "s3://store/proband")
    dvc(lab, "remote", "modify", "--quiet", "store", "endpointurl", server)
    assert archive_experiments(lab, plan, [STUDY]).experiments == (STUDY,)
    return lab


def test_experiment_is_restored_from_a_bucket(tmp_path: Path, server: str) -> None:
    lab = archived(tmp_path, server)
    other = clone(lab, tmp_path / "clone")
    assert restore_experiments(other, [STUDY]).problems == []
    assert contents(other.results) == contents(lab.results)
    files = contents(tmp_path)
    assert not [path for path, content in files.items() if SECRET.encode() in content], "a key was written to a file"
    _unreachable_server_is_named(other)


def _unreachable_server_is_named(other: Lab) -> None:
    dvc(other, "remote", "modify", "--quiet", "store", "endpointurl", "http://127.0.0.1:9")  # nobody listens there
    _forget(other)
    restored = restore_experiments(other, [STUDY])
    assert "dvc fetch failed" in restored.problems[0]
    assert "127.0.0.1:9" in restored.problems[0]
    assert SECRET not in " ".join(restored.problems)
    assert restored.runs == []


def _forget(lab: Lab) -> None:
    """Remove what a lab has restored and downloaded."""
    for folder in (lab.results, lab.root / ".dvc/cache"):
        shutil.rmtree(folder)
