"""A job in the JSON form of older queues is submitted, worked and delivered, with a tiny GPT-2 as gpt2-medium."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.test_toolcalls import save_tiny_gpt2

pytestmark = pytest.mark.slow
JOB = """{
  // written by an older queue
  "experiment_id": "gpt2_probe",
  "name": "GPT-2 medium, one learning rate",
  "description": "See https://example.org//corpus // this is text",
  "hypothesis": "A short training at 0.001 gives a model that can be loaded.",
  "research_question": "Does a short training at 0.001 suffice?",
  "config": {
    "model_name": "gpt2-medium",
    "learning_rate": 0.001,
    "epochs": 3, // was 30
    "batch_size": 8
  },
  "deliverables": [
    {"type": "wandb_run", "project": "research-experiments", "run_id": "auto-generated", "mode": "offline",
     "validation": "synced_and_downloadable"},
    {"type": "model_checkpoint", "path": "output/final_model", "validation": "exists_and_loadable"},
    {"type": "training_metrics", "path": "output/metrics.json", "validation": "contains_keys",
     "required_keys": ["train_loss", "val_loss"]}
  ],
  "analysis_pipeline": ["performance_analysis", "ablation_study", "baseline_comparison"],
  "metadata": {"created_at": "2025-03-04T09:15:00Z", "priority": "high", "tags": ["gpt2"], "researcher": "R. Ahlström"}
}
// end of file"""
# The lab has smaller weights under this name, and trains on a few batches.
IMPORT = """rows:
  model_name:
    cases:
      - like: [gpt2-medium]
        choose: {model: gpt2_pretrained, data: toolcalls}
        set:
          model.pretrained: weights
          data.tokenizer: weights
          data.eval_batch_size: 8
          model.max_new_tokens: 4
          trainer.limit_train_batches: 2
          trainer.limit_val_batches: 1
          trainer.limit_test_batches: 1
"""


def lab_with_finished_job(lab: RealLab) -> None:
    """Submit the job and let a worker process it."""
    save_tiny_gpt2(lab)
    lab.write("conf/import.yaml", IMPORT)
    lab.write("job.json", JOB)
    submitted = lab.proband("submit", "job.json", "--as", "Ada")
    assert submitted.returncode == 0, submitted.stderr
    worked = lab.proband("work", "--once", "--cores", "2")
    assert worked.returncode == 0, worked.stdout + worked.stderr


def test_submitted_job_delivers_with_one_approval(lab: RealLab) -> None:
    lab_with_finished_job(lab)
    (job,) = (lab.root / "completed").glob("job_*Z.json")
    assert job.read_text(encoding="utf-8") == JOB
    payload = json.loads(job.with_name(f"{job.stem}.payload.json").read_text(encoding="utf-8"))
    assert all(status["validated"] for status in payload["deliverables_status"].values())
    (run,) = lab.start_times()
    tracked = payload["deliverables_status"]["wandb_run"]
    assert (tracked["project"], tracked["run_id"]) == ("research-experiments", run)
    config = lab.json(f"runs/{run}/config.json")["config"]
    assert config["model"]["lr"] == 0.001
    assert config["trainer"]["max_epochs"] == 3
    assert config["data"]["batch_size"] == 8
    (approval,) = (lab.root / "approvals").glob("*.yaml")
    assert 'how: "submit"' in approval.read_text(encoding="utf-8")
    assert lab.json("experiments/gpt2_probe/gates/experiment.json")["decided_by"]["name"] == "Ada"
    publish_with_one_approval(lab)


def publish_with_one_approval(lab: RealLab) -> None:
    """Approve the package that a first request has prepared, with an answer to each open item, and publish it."""
    unapproved = lab.snakemake("publication")
    assert unapproved.exit_code == 1, unapproved.output
    assert not unapproved.trained
    assert "gpt2_probe: not published: approval: no person has approved it" in unapproved.output
    archive = lab.root / "results/experiments/gpt2_probe/publication/gpt2_probe.zip"
    assert not archive.exists()
    (state,) = json.loads(lab.proband("publication", "--json").stdout)["publications"]
    answers = [word for item in state["open_items"] for word in ("--answer", f"{item}=Checked, see the report.")]
    approved = lab.proband("approve", "gpt2_probe/publication", "--as", "Ada", *answers)
    assert approved.returncode == 0, approved.stderr
    published = lab.snakemake("publication")
    assert published.exit_code == 0, published.output
    with zipfile.ZipFile(archive) as package:
        content = json.loads(package.read("gpt2_probe/APPROVAL.json"))
        names = {name.removeprefix("gpt2_probe/") for name in package.namelist()}
    assert (content["approved_by"], sorted(content["answers"])) == ("Ada", sorted(state["open_items"]))
    assert names >= {"reports/technical_report.pdf", "payload.json", "model_card/README.md", "CITATION.cff"}
