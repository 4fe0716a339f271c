"""A Hydra program that trains one config without Proband's build, and writes the same files as a run of a build.

It calls the training of Proband, with its curves, predictions, weights, metrics and tracking. It checks nothing.
"""

from __future__ import annotations

from pathlib import Path

import hydra
from omegaconf import DictConfig, OmegaConf

from compiler.base.identity import digest
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import ENGINE
from lightning_modules.training.recorded_training import train


@hydra.main(version_base="1.3", config_path=str(ENGINE / "conf"), config_name="config")
def main(config: DictConfig) -> float:
    values = OmegaConf.to_container(config, resolve=True)
    assert isinstance(values, dict)
    resolved = {str(key): value for key, value in values.items() if key != "experiment"}
    name = digest(resolved)
    folder = Path("peer") / name
    train(resolved, name, (folder / "output").absolute())
    write_json(folder / "config.json", resolved)
    return float(read_json(folder / "output/metrics.json")["accuracy"])


if __name__ == "__main__":
    main()
