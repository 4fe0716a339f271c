"""Train members of an ensemble together and some of them alone, and print the times: `… MEMBERS ALONE`.

It uses one thread and writes no run.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from compiler.base.identity import without_data_declarations
from compiler.base.paths import ENGINE
from lightning_modules.data.prepare_digits import write_digits
from lightning_modules.fused.members import Member, TrainedMember
from lightning_modules.fused.proof import prove
from lightning_modules.fused.train_alone import train_alone
from lightning_modules.fused.train_members import train_members

_RATES = (0.001, 0.003, 0.01, 0.03)


def digits_members(number: int) -> list[Member]:
    """Return members of the default config with different seeds and four learning rates."""
    with initialize_config_dir(str(ENGINE / "conf"), version_base="1.3"):
        values = OmegaConf.to_container(compose("config"), resolve=True)
    assert isinstance(values, dict)
    config = without_data_declarations({str(key): value for key, value in values.items()})
    return [
        Member(str(seed), {**config, "seed": seed, "model": {**config["model"], "lr": _RATES[seed % len(_RATES)]}})
        for seed in range(number)
    ]


def main(number: int, alone: int) -> None:
    torch.set_num_threads(1)
    write_digits(Path("data/digits.npz"))
    members = digits_members(number)
    train_alone(members[0])  # imports and caches of torch
    train_members(members[:2])
    start = time.perf_counter()
    solo = [train_alone(member) for member in members[:alone]]
    middle = time.perf_counter()
    trained = train_members(members)
    end = time.perf_counter()
    print(json.dumps({"alone": (middle - start) / alone, "together": end - middle, **_comparison(trained, solo)}))


def _comparison(trained: Sequence[TrainedMember], solo: Sequence[TrainedMember]) -> dict[str, float]:
    proofs = [prove(*pair) for pair in zip(trained, solo, strict=False)]
    return {
        "deviation": max(proof.prediction_deviation for proof in proofs),
        "holding": sum(proof.holds for proof in proofs),
        "compared": len(proofs),
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
