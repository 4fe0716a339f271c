"""Define the paths of a lab. Other modules take all paths in `results/` and `.proband/` from here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ENGINE = Path(__file__).resolve().parents[2]
# Requests to language models, in the folder of an experiment. Any command can add to them, and no build repeats them.
MODEL_REQUESTS = ("analysis/ledger.json", "analysis/transcripts/")


@dataclass(frozen=True)
class Lab:
    """A project folder and the paths of the files in it."""

    root: Path

    @property
    def conf(self) -> Path:
        return self.root / "conf"

    @property
    def sweeps(self) -> Path:
        """Specs that were built from Hydra's command line, in the layout of `conf/`."""
        return self.results / "sweeps"

    def spec(self, experiment_id: str) -> Path:
        """The spec of an experiment whose id is the name of its file, as jobs and proposals are."""
        return self.conf / "experiment" / f"{experiment_id}.yaml"

    def sweep(self, experiment_id: str) -> Path:
        return self.sweeps / "experiment" / f"{experiment_id}.yaml"

    def conf_roots(self, engine: Path = ENGINE) -> tuple[Path, ...]:
        """Return the folders that are searched for configs, in order: the lab's, the engine's, specs of sweeps."""
        roots = (self.conf.resolve(), engine / "conf", self.sweeps.resolve())
        return tuple(dict.fromkeys(root for root in roots if root.is_dir()))

    @property
    def approvals(self) -> Path:
        """The decisions of people and of the policy, one file each. They belong in git."""
        return self.root / "approvals"

    @property
    def allowed_signers(self) -> Path:
        """The public keys with which decisions may be signed, in the format of ssh-keygen."""
        return self.approvals / "allowed_signers"

    @property
    def archive(self) -> Path:
        """The pointers to archived runs and experiments. They belong in git."""
        return self.root / "archive"

    def run_pointer(self, run_id: str) -> Path:
        """The file of DVC that names the content of an archived run."""
        return self.archive / "runs" / f"{run_id}.dvc"

    def experiment_pointer(self, experiment_id: str) -> Path:
        """The file of DVC that names the files of an archived experiment."""
        return self.archive / "experiments" / f"{experiment_id}.dvc"

    @property
    def hold(self) -> Path:
        """A file. While it exists, nothing is admitted, and no build starts."""
        return self.root / "queue" / "hold.yaml"

    @property
    def results(self) -> Path:
        return self.root / "results"

    @property
    def state(self) -> Path:
        """The folder of the plan, locks and caches. It can be deleted, because the next build writes it again."""
        return self.root / ".proband"

    @property
    def is_read_only(self) -> bool:
        """Whether this process cannot write to `.proband/`. Commands then answer and keep nothing."""
        existing = next(path for path in (self.state, *self.state.absolute().parents) if path.exists())
        return not os.access(existing, os.W_OK | os.X_OK)

    @property
    def genealogy(self) -> Path:
        return self.results / "genealogy.json"

    @property
    def registrations(self) -> Path:
        """The chain of registrations and looks, one JSON object per line."""
        return self.results / "registrations.jsonl"

    def registration(self, experiment_id: str) -> Path:
        """A view of the registrations of an experiment, derived from the chain."""
        return self.experiment(experiment_id) / "registration.json"

    def run(self, run_id: str) -> Path:
        return self.results / "runs" / run_id

    def status(self, run_id: str) -> Path:
        return self.run(run_id) / "status.json"

    def status_copy(self, run_id: str) -> Path:
        """A copy of `status.json`, which Snakemake deletes before a job runs and after it fails."""
        return self.run(run_id) / ".status.json"

    def machine_failure(self, run_id: str) -> Path:
        """The status of a run that failed because of its machine. The next build trains the run again."""
        return self.run(run_id) / "machine_failure.json"

    def machine_failure_mark(self, run_id: str) -> Path:
        """An empty file. If it exists, the next build resets the failed run and trains it again."""
        return self.state / "machine_failures" / f"{run_id}.failed"

    def partial_run(self, run_id: str) -> Path:
        """The folder of an unfinished run. It is in the run store, so that moving it to its final path is a rename."""
        return self.results / "runs" / ".partial" / run_id

    def progress(self, run_id: str) -> Path:
        """How far a running training is. It is deleted before the run is complete."""
        return self.partial_run(run_id) / "progress.json"

    def train_log(self, run_id: str) -> Path:
        """The output of the training in the current or latest build. A finished run has a copy, `train.log`."""
        return self.state / "logs" / "train" / f"{run_id}.log"

    def checkpoint(self, run_id: str) -> Path:
        """The checkpoint from which the next attempt resumes. Outside the partial run, which is removed on failure."""
        return self.results / "runs" / ".partial" / f"{run_id}.checkpoint"

    def deleted_run(self, run_id: str) -> Path:
        """A record of a run that `proband clean` has deleted. Its results could be known, so the run stays known."""
        return self.results / "runs" / ".deleted" / f"{run_id}.json"

    def run_lock(self, run_id: str) -> Path:
        return self.state / "locks" / f"{run_id}.lock"

    def build_lock(self, experiment_id: str) -> Path:
        """A file that a build of the experiment holds."""
        return self.state / "locks" / f"build-{experiment_id}.lock"

    @property
    def fusion(self) -> Path:
        """The folders of the running builds that train runs together."""
        return self.state / "fusion"

    def run_job(self, run_id: str) -> Path:
        """The compiled config of a run, which the training job reads."""
        return self.state / "runs" / f"{run_id}.json"

    def experiment(self, experiment_id: str) -> Path:
        return self.results / "experiments" / experiment_id

    def deliverable(self, experiment_id: str, name: str) -> Path:
        return self.experiment(experiment_id) / "deliverables" / f"{name}.json"

    def results_file(self, experiment_id: str) -> Path:
        return self.experiment(experiment_id) / "results.json"

    def metrics(self, experiment_id: str) -> Path:
        """The metrics of an experiment for DVC. They belong in git."""
        return self.results / "metrics" / f"{experiment_id}.json"

    def curves(self, experiment_id: str) -> Path:
        """The folder of the learning curves of an experiment for DVC. They belong in git."""
        return self.results / "plots" / experiment_id

    def facts(self, experiment_id: str) -> Path:
        return self.experiment(experiment_id) / "facts.jsonl"

    def verdicts(self, experiment_id: str) -> Path:
        return self.experiment(experiment_id) / "verdicts.jsonl"

    def series(self, experiment_id: str) -> Path:
        """The series of each metric, by run."""
        return self.experiment(experiment_id) / "series.jsonl"

    def analysis_folder(self, experiment_id: str) -> Path:
        return self.experiment(experiment_id) / "analysis"

    def analysis(self, experiment_id: str, name: str) -> Path:
        return self.analysis_folder(experiment_id) / f"{name}.json"

    def agenda(self, experiment_id: str) -> Path:
        return self.analysis(experiment_id, "agenda")

    def integration(self, experiment_id: str) -> Path:
        return self.analysis(experiment_id, "integration")

    def quality_review(self, experiment_id: str) -> Path:
        return self.analysis(experiment_id, "quality_review")

    def ledger(self, experiment_id: str) -> Path:
        """The requests to language models for this experiment, and their cost."""
        return self.analysis(experiment_id, "ledger")

    def proposals(self, experiment_id: str) -> Path:
        return self.experiment(experiment_id) / "proposals"

    def report(self, experiment_id: str, name: str, suffix: str) -> Path:
        """Return the path of a report. `suffix` starts with a dot."""
        return self.experiment(experiment_id) / "reports" / f"{name}{suffix}"

    def report_reviews(self, experiment_id: str, name: str) -> Path:
        """The remarks with which people returned a report. The next version of the report answers them."""
        return self.experiment(experiment_id) / "reviews" / f"{name}.json"

    def drafts(self, experiment_id: str) -> Path:
        """The folder of documents that the quality review rejected."""
        return self.experiment(experiment_id) / "drafts"

    def objections(self, experiment_id: str, name: str) -> Path:
        """The objections to a draft. `name` is the title of a report, or `analysis/<title>`."""
        return self.drafts(experiment_id) / f"{name}.objections.json"

    def gate_file(self, experiment_id: str, gate: str) -> Path:
        """What the gate of a stage required, what held, who decided it and why."""
        return self.experiment(experiment_id) / "gates" / f"{gate}.json"

    def round(self, experiment_id: str, search_id: str, number: int) -> Path:
        """The trials that a search suggested in one round. Rounds count from 1; the file is written once."""
        return self.experiment(experiment_id) / "search" / search_id / f"round-{number:03}.json"

    def round_runs(self, experiment_id: str, search_id: str, number: int) -> Path:
        """The runs of a round that was suggested in this build."""
        return self.state / "search" / experiment_id / search_id / f"round-{number:03}.json"

    def evidence(self, experiment_id: str) -> Path:
        """The file that shows that all runs of a search have finished."""
        return self.state / "evidence" / f"{experiment_id}.json"

    def stage_mark(self, experiment_id: str, stage: str) -> Path:
        """The file that shows Snakemake that an experiment has passed a stage, so that the next one may run."""
        return self.state / "stages" / experiment_id / stage

    def gate(self, experiment_id: str) -> Path:
        """The file that shows Snakemake that all gates of an experiment passed."""
        return self.state / "gates" / experiment_id
