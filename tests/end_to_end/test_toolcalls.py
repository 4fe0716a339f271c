"""The tool-calling study with real components: GPT-2 from scratch and from saved weights."""

from __future__ import annotations

import sys

import pytest

from tests.end_to_end.support.build import RealLab

pytestmark = pytest.mark.slow
BEST = """# @package _global_
defaults:
  - override /data: toolcalls
  - override /model: gpt2
  - override /trainer: toolcalls
experiment:
  hypothesis: The best setting answers more than five in six unseen requests exactly.
  research_question: Which setting answers most requests?
  deliverables:
    - {type: model_checkpoint}
    - {type: tokenizer}
    - {type: evaluation_results, metric: accuracy, operator: ">=", value: 0.85}
model: {lr: 0.003}
tracking: {mode: none}
"""
# A training small enough for a test: three steps, one batch of each split.
SHORT = [
    "trainer.accelerator=cpu",
    "trainer.max_epochs=1",
    "trainer.accumulate_grad_batches=2",
    *(f"+trainer.limit_{split}_batches=1" for split in ("val", "test")),
    "+trainer.limit_train_batches=6",
    "data.eval_batch_size=8",
]


def test_the_best_setting_delivers_a_model_and_a_tokenizer(lab: RealLab) -> None:
    lab.write("conf/experiment/best.yaml", BEST)
    build = lab.snakemake()
    assert build.exit_code == 0, build.output
    results = lab.json("experiments/best/results.json")
    assert all(status["validated"] for status in results["deliverables_status"].values())
    assert results["summary_metrics"]["best"]["mean"] >= 0.85
    (run,) = build.trained
    assert (lab.root / f"results/runs/{run}/output/tokenizer/tokenizer.json").is_file()


def test_the_study_from_weights_runs_on_a_tiny_gpt2(lab: RealLab) -> None:
    save_tiny_gpt2(lab)
    prepared = lab.run(sys.executable, "-m", "lightning_modules.data.prepare_toolcalls", "data/toolcalls.jsonl")
    assert prepared.returncode == 0, prepared.stderr
    command = [sys.executable, "-m", "lightning_modules.train", "experiment=toolcalls_gpt2_medium"]
    completed = lab.run(*command, "model.pretrained=weights", *SHORT)
    assert completed.returncode == 0, completed.stderr
    (run,) = lab.start_times()
    assert lab.json(f"runs/{run}/config.json")["config"]["trainer"]["precision"] == "bf16-mixed"
    assert lab.json(f"runs/{run}/output/metrics.json")["steps"] == 3
    assert lab.json(f"runs/{run}/config.json")["config"]["data"]["tokenizer"] == "weights"


def save_tiny_gpt2(lab: RealLab) -> None:
    """Save weights and tokenizer of a tiny GPT-2 with `save_pretrained`."""
    from transformers import GPT2Config, GPT2LMHeadModel

    from lightning_modules.data.toolcalls_tokenizer import train_tokenizer

    tokenizer = train_tokenizer(["wake me at seven tomorrow", '{"tool":"set_alarm"}'], 300)
    config = GPT2Config(vocab_size=len(tokenizer), n_positions=256, n_embd=16, n_layer=1, n_head=2)
    GPT2LMHeadModel(config).save_pretrained(lab.root / "weights")
    tokenizer.save_pretrained(lab.root / "weights")
