"""A project in the conventions of lightning-hydra-template is ported with one command and built without an edit."""

from __future__ import annotations

from tests.end_to_end.support.build import RealLab
from tests.lab.porting.small_project import write_project


def test_ported_project_is_built_without_an_edit(lab: RealLab) -> None:
    write_project(lab.root / "project")
    ported = lab.proband("init", "--from", "project", "ported")
    assert ported.returncode == 0, ported.stderr
    assert "changed configs/train.yaml: is conf/config.yaml" in ported.stdout
    own = RealLab(lab.root / "ported", lab.server)
    own.edit(
        "conf/experiment/example.yaml",
        "[{type: completed_runs}]",
        "[{type: model_checkpoint}, {type: evaluation_results, metric: test/acc, operator: '>', value: 0.5}]",
    )
    build = own.snakemake("example")
    assert build.exit_code == 0, build.output
    assert "example: delivered" in build.output
    (run,) = build.trained
    output = own.root / "results/runs" / run / "output"
    evaluated = own.json(f"runs/{run}/output/eval_results.json")
    assert (output / evaluated["checkpoint"]).is_file()
    assert {"val/acc", "test/acc", "train/loss"} <= own.json(f"runs/{run}/output/metrics.json").keys()
    assert list((output / "csv").rglob("metrics.csv"))  # the project's own logger
    assert "batch_size: 16" in (output.parent / "train.log").read_text(encoding="utf-8")  # extras.print_config
    assert not (own.root / "<output>").exists()
