"""A lab that was built offline is uploaded later: `proband sync` turns the verdict of its runs."""

from __future__ import annotations

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import HEADER
from tests.end_to_end.support.wandb_server import WandbServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wandb_server")]

SPEC = f"""{HEADER}experiment:
  hypothesis: It can be uploaded later.
  research_question: Does the verdict turn?
  deliverables: [{{type: wandb_run, project: later, run_id: auto-generated}}]
trainer: {{max_epochs: 1}}
"""


def test_sync_turns_the_verdict(lab: RealLab, wandb_server: WandbServer) -> None:
    lab.write("conf/experiment/a.yaml", SPEC)
    wandb_server.faults.is_dead = True
    built = lab.snakemake("a")
    assert (built.exit_code, len(built.trained)) == (1, 1), built.output
    assert "asks for runs on the server, and tracking is offline" in built.output
    assert "upload with: proband sync a" in built.output
    entry = lab.json("experiments/a/results.json")["deliverables_status"]["wandb_run"]
    (run,) = built.trained
    assert (entry["status"], entry["validated"]) == ("recorded_not_synced", False)
    assert (entry["project"], entry["entity"], entry["run_id"], entry["url"]) == ("later", None, run, None)

    wandb_server.reset()
    synced = lab.proband("sync", "a")
    assert synced.returncode == 0, synced.stdout + synced.stderr
    assert f"a: {run}: delivered: later/{run} downloaded from the server" in synced.stdout
    again = lab.snakemake("a")
    assert (again.exit_code, again.trained) == (0, frozenset()), again.output
    entry = lab.json("experiments/a/results.json")["deliverables_status"]["wandb_run"]
    assert (entry["status"], entry["entity"], entry["url"]) == (
        "delivered",
        "default",
        f"{wandb_server.url}/default/later/runs/{run}",
    )
    assert entry["checked_at"]
    assert "no finished run is to be uploaded" in lab.proband("sync", "a").stdout
    verified = lab.proband("verify", "a")
    assert "is not among the files" not in verified.stdout, verified.stdout
    assert "differs from what its inputs give" not in verified.stdout, verified.stdout
