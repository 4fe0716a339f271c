"""Code that changes, during a build or after it, is never evaluated together with the code before the change."""

from __future__ import annotations

import json
import shutil
import subprocess
import time

import pytest

from tests.end_to_end.support.build import SNAKEMAKE, RealLab, activated_environment
from tests.end_to_end.support.specs import spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("changed_code")]

# The first training waits until the test has changed `helper.py`, which the job server has imported.
MODEL = """
import time
from pathlib import Path
from helper import EXTRA
from lightning_modules.models.mlp import MLP

class Slow(MLP):
    def on_train_start(self):
        Path("started").touch()
        while not Path("go").exists():
            time.sleep(0.05)

    def on_test_epoch_end(self):
        super().on_test_epoch_end()
        self.log("extra", float(EXTRA))
"""
KEYS = "deliverables: [{type: training_metrics, required_keys: [extra]}]"


def extra_values(lab: RealLab) -> dict[str, float]:
    """Return the metric of each run by the fingerprint that it recorded, for runs of one code."""
    values = {}
    for file in (lab.root / "results/runs").glob("*/output/metrics.json"):
        provenance = json.loads((file.parents[1] / "provenance.json").read_text())
        values[f"{provenance['fingerprint']} {file.parents[1].name}"] = json.loads(file.read_text())["extra"]
    return values


def test_code_that_changes_during_a_build_is_recorded_and_counted_by_the_next_build(separate_lab: RealLab) -> None:
    lab = separate_lab
    lab.write("own.py", MODEL)
    lab.write("helper.py", "EXTRA = 1\n")
    body = spec("Code changes.", "sweep: {seed: 'range(2)'}", KEYS, more="model: {_target_: own.Slow}\n")
    lab.write("conf/experiment/probe.yaml", body)
    command = [*SNAKEMAKE, "--cores", "1", "probe"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(command, cwd=lab.root, env=activated_environment(), text=True, **pipes)  # type: ignore[call-overload]
    while not (lab.root / "started").exists() and process.poll() is None:
        time.sleep(0.05)
    lab.write("helper.py", "EXTRA = 11\n")
    lab.write("go", "")
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 1, output
    assert "1 of 2 runs were trained with other code than this build was compiled for" in output
    values = extra_values(lab)
    assert sorted(values.values()) == [1.0, 11.0]
    assert len({name.split()[0] for name in values}) == 2, "each run has the fingerprint of the code it executed"

    shutil.rmtree(lab.root / ".snakemake")  # without its records, Snakemake takes the old run for current
    again = lab.snakemake("probe", "--rerun-triggers", "mtime")
    assert again.exit_code == 0, again.output
    assert len(again.trained) == 1, "the run of the new code is reused"
    assert set(extra_values(lab).values()) == {11.0}
