"""Labs with the files that editors leave behind, and with a `config.yaml` of their own, compile or are told what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.plugins import Plugins
from hydra.plugins.search_path_plugin import SearchPathPlugin

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.composing import compose
from compiler.plan.compile_lab import compile_lab
from compiler.plan.plan_files import stored_or_compiled
from tests.compiler.small_lab import GROUPS
from tests.labs import spec

NewLab = Callable[..., Lab]
PROBE = spec("experiment: {hypothesis: It learns.}\n")
CONFIG = str(GROUPS["conf/config.yaml"])


def lines_of(lab: Lab) -> list[str]:
    return list(map(str, compile_lab(lab).diagnostics))


@pytest.mark.parametrize("folder", ["experiment", "model", "library", "baseline", "."])
def test_links_to_nothing_folders_and_pipes_are_no_configs(folder: str, lab: NewLab) -> None:
    new_lab = lab(GROUPS | {"probe": PROBE})
    place = new_lab.conf / folder
    place.mkdir(exist_ok=True)
    (place / ".#probe.yaml").symlink_to("ada@host.1234:17")
    (place / ".#notes.bib").symlink_to("ada@host.1234:17")
    (place / "gone.yaml").symlink_to("nowhere")
    (place / "folder.yaml").mkdir()
    os.mkfifo(place / "pipe.yaml")
    plan, _ = stored_or_compiled(new_lab)
    assert (list(plan.experiments), plan.broken) == (["probe"], {})
    assert stored_or_compiled(new_lab)[1]


def test_a_spec_that_ends_in_yml_is_told_of(lab: NewLab) -> None:
    outcome = compile_lab(lab(GROUPS | {"probe": PROBE, "conf/experiment/other.yml": PROBE}))
    line = (
        "conf/experiment/other.yml:1:1: is not read, because Hydra reads only .yaml files (rename it to end in .yaml)"
    )
    assert outcome.compilation.broken == {"other": [line]}


def test_a_config_of_a_group_that_ends_in_yml_is_told_of(lab: NewLab) -> None:
    text = spec("defaults: [override /model: old]\nexperiment: {hypothesis: It learns.}\n")
    assert lines_of(lab(GROUPS | {"probe": text, "conf/model/old.yml": "a: 1\n"}))[1:] == [
        "conf/model/old.yml:1:1: is not read, because Hydra reads only .yaml files (rename it to end in .yaml)"
    ]


def test_an_unreadable_file_is_told_of(lab: NewLab, monkeypatch: pytest.MonkeyPatch) -> None:
    new_lab, read = lab(GROUPS | {"probe": PROBE}), Path.read_text

    def read_text(file: Path, *args: Any, **kwargs: Any) -> str:
        if file.name == "net.yaml":
            raise PermissionError(13, "Permission denied")
        return read(file, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", read_text)
    assert lines_of(new_lab) == ["conf/model/net.yaml:1:1: cannot be read: Permission denied"]


def test_a_config_without_experiment_is_told_what_to_add(lab: NewLab) -> None:
    config = CONFIG.replace(", experiment: null", "").replace(" resources: small,", "")
    files = GROUPS | {"conf/config.yaml": config, "probe": PROBE, "conf/callbacks/defaults.yaml": "defaults: [stop]\n"}
    assert lines_of(lab(files)) == [
        "conf/config.yaml:1:1: defaults: no item selects the experiment (add `- experiment: null`)"
    ]


def test_a_config_without_resources_gets_the_default_number_of_cpus(lab: NewLab) -> None:
    config = CONFIG.replace(" resources: small,", "").replace(" tracking: disabled,", "")
    new_lab = lab(GROUPS | {"conf/config.yaml": config, "probe": PROBE})
    plan, _ = stored_or_compiled(new_lab)
    (run,) = plan.runs
    assert read_json(new_lab.run_job(run))["config"]["resources"] == {"cpus": 1}
    with_resources, _ = stored_or_compiled(lab(GROUPS))
    assert list(with_resources.runs) == [run]  # resources and tracking are no part of the run id


def test_studies_of_the_engine_that_need_other_configs_are_left_out(
    lab: NewLab, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = tmp_path_factory.mktemp("engine")
    (engine / "conf/experiment").mkdir(parents=True)
    shipped = spec("defaults: [override /model: digits_net]\nexperiment: {hypothesis: H.}\n")
    (engine / "conf/experiment/shipped.yaml").write_text(shipped)
    monkeypatch.setattr(compose, "ENGINE", engine)
    assert compile_lab(lab(GROUPS | {"probe": PROBE})).compilation.broken == {}


LOGGING = CONFIG.replace("experiment: null", "experiment: null, override hydra/job_logging: colorlog")


def test_a_missing_plugin_of_hydra_is_named(lab: NewLab) -> None:
    (line,) = lines_of(lab(GROUPS | {"conf/config.yaml": LOGGING, "probe": PROBE}))
    assert line.startswith("conf/config.yaml:1:")
    assert line.endswith("(install the plugin of Hydra that has it, such as hydra-colorlog)")


def test_configs_of_an_installed_plugin_are_found(
    lab: NewLab, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "hydra/job_logging").mkdir(parents=True)
    (folder / "hydra/job_logging/colorlog.yaml").write_text("version: 1\n")

    class Colorlog(SearchPathPlugin):
        def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
            search_path.append("colorlog", f"file://{folder}")

    monkeypatch.setattr(Plugins.instance(), "discover", lambda _: [Colorlog])
    assert lines_of(lab(GROUPS | {"conf/config.yaml": LOGGING, "probe": PROBE})) == []
