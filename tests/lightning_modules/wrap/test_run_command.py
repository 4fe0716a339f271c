"""A command line as a training: its arguments, its metrics file, and how it may end."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from lightning_modules.failures.classify import CommandFailed, failure_kind
from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.wrap.metrics_file import read_metrics
from lightning_modules.wrap.recorder import RunRecorder
from lightning_modules.wrap.returned_metrics import WrongMetrics
from lightning_modules.wrap.run_command import run_command

WRITES = "import json, os, sys\njson.dump({'acc': 0.5, 'args': sys.argv[1:]}, open(sys.argv[1], 'w'))\n"


@pytest.fixture(autouse=True)
def lab_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "output").mkdir()


def run(source: str, *words: Any, **config: Any) -> tuple[dict[str, float], RunRecorder]:
    """Run a Python script as the command of a run."""
    Path("train.py").write_text(source, encoding="utf-8")
    recorder = RunRecorder(Path("output").absolute(), 0)
    return run_command({"cmd": ["python", "train.py", *words], "seed": 7, **config}, recorder), recorder


def test_metrics_are_read_from_the_folder_of_the_run() -> None:
    metrics, _ = run(WRITES, "{folder}/metrics.json")
    assert metrics == {"acc": 0.5}
    assert Path("output/command/metrics.json").is_file()


@pytest.mark.parametrize("value", ["x; touch PWNED", "$(touch PWNED)", "`touch PWNED`", "a\nb", "'", "-1", 1e-05, True])
def test_each_value_is_one_argument_and_no_shell_reads_it(value: Any) -> None:
    source = (
        "import json, sys\njson.dump({'count': len(sys.argv), 'acc': 1}, open(sys.argv[1], 'w'))\nprint(sys.argv[2])\n"
    )
    metrics, _ = run(source, "{folder}/metrics.json", value)
    assert metrics["count"] == 3
    assert not Path("PWNED").exists()


def test_file_outside_the_run_is_moved_into_it() -> None:
    run(WRITES, "metrics.json", metrics_file="metrics.json")
    assert (Path("metrics.json").exists(), Path("output/command/metrics.json").exists()) == (False, True)


def test_file_of_an_earlier_command_is_never_taken() -> None:
    Path("metrics.json").write_text('{"acc": 0.99}', encoding="utf-8")
    with pytest.raises(WrongMetrics, match=r"metrics\.json is from an earlier command"):
        run("pass\n", metrics_file="metrics.json")


def test_file_that_is_written_again_with_the_same_content_is_taken() -> None:
    Path("metrics.json").write_text('{"acc": 0.5}', encoding="utf-8")
    os.utime("metrics.json", (0, 0))
    assert run("open('metrics.json', 'w').write('{\"acc\": 0.5}')\n", metrics_file="metrics.json")[0] == {"acc": 0.5}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, r"wrote no metrics\.json", id="not written"),
        pytest.param("", "is not JSON", id="empty"),
        pytest.param('{"acc": 0.9', "is not JSON", id="incomplete"),
        pytest.param("acc: 0.9", "is not JSON", id="YAML"),
        pytest.param("[0.9]", "is not a JSON object", id="list"),
        pytest.param('{"acc": 0.1, "acc": 0.9}', "the key 'acc' occurs twice", id="key twice"),
        pytest.param('{"name": "forest"}', "no metrics", id="no number"),
        pytest.param("[" * 100_000, "is not JSON", id="nested too deeply"),
    ],
)
def test_file_without_metrics_fails_with_the_reason(content: str | None, words: str) -> None:
    Path("content").write_text(content or "", encoding="utf-8")
    source = "import shutil, sys\nshutil.copy('content', sys.argv[1])\n" if content is not None else "pass\n"
    with pytest.raises(WrongMetrics, match=words):
        run(source, "{folder}/metrics.json")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "null", "1e999"])
def test_value_that_is_not_finite_fails(value: str) -> None:
    source = f"import sys\nopen(sys.argv[1], 'w').write('{{\"acc\": 1, \"rmse\": {value}}}')\n"
    with pytest.raises(NonFiniteLoss, match="rmse"):
        run(source, "{folder}/metrics.json")


@pytest.mark.parametrize("make", ["os.mkfifo", "os.mkdir", "lambda path: os.symlink('/dev/zero', path)"])
def test_something_else_than_a_file_fails(make: str) -> None:
    with pytest.raises(WrongMetrics, match="is not a file"):
        run(f"import os, sys\n({make})(sys.argv[1])\n", "{folder}/metrics.json")


def test_nested_names_are_joined_and_other_values_ignored(capsys: pytest.CaptureFixture[str]) -> None:
    Path("metrics.json").write_text('{"val": {"acc": 0.9, "note": "x"}, "folds": [1], "ok": true}', encoding="utf-8")
    assert read_metrics(Path("metrics.json")) == {"val/acc": 0.9}
    assert "metrics.json: 'folds' is a list, so it is no metric" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("import sys; sys.exit(3)", "error", "exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "killed", "SIGKILL"),
        ("raise ValueError", "error", "exit code 1"),
    ],
    ids=["exit code", "signal", "exception"],
)
def test_ending_of_the_command_is_that_of_the_run(source: str, kind: str, words: str) -> None:
    with pytest.raises(CommandFailed, match=words) as raised:
        run(WRITES + source + "\n", "{folder}/metrics.json")
    assert failure_kind(raised.value) == kind


def test_missing_program_is_a_fault_of_the_environment() -> None:
    with pytest.raises(CommandFailed, match="cannot start no-such-program: No such file") as raised:
        run_command({"cmd": ["no-such-program"], "seed": 0}, RunRecorder(Path("output").absolute(), 0))
    assert failure_kind(raised.value) == "environment"


def test_background_process_ends_with_the_command() -> None:
    source = WRITES + "import subprocess\nprint(subprocess.Popen(['sleep', '60']).pid, file=open('pid', 'w'))\n"
    run(source, "{folder}/metrics.json")
    child = int(Path("pid").read_text(encoding="utf-8"))
    deadline = time.monotonic() + 10
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("history.csv", "epoch,loss,note\n0,1.0,\n1,0.5,\n"),
        ("history.jsonl", '{"epoch": 0, "loss": 1.0}\n\n{"epoch": 1, "loss": 0.5, "flag": true}\n'),
    ],
)
def test_history_of_the_command_is_that_of_the_run(name: str, text: str) -> None:
    source = WRITES + f"open(sys.argv[2], 'w').write({text!r})\n"
    _, recorder = run(source, "{folder}/metrics.json", f"{{folder}}/{name}", history_file=f"{{folder}}/{name}")
    assert recorder._rows == [(0, {"epoch": 0, "loss": 1.0}), (1, {"epoch": 1, "loss": 0.5})]


def test_seed_folder_and_no_ranks_are_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "0")
    source = (
        "import json, os\n"
        "metrics = {'seed': int(os.environ['PROBAND_SEED']), 'ranks': int('LOCAL_RANK' in os.environ)}\n"
        "json.dump(metrics, open(os.environ['PROBAND_FOLDER'] + '/metrics.json', 'w'))\n"
    )
    assert run(source)[0] == {"seed": 7, "ranks": 0}
