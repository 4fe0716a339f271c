"""Environment variables are recorded by name, without secrets; machine and libraries are described."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from compiler.runs.provenance_parts import Gpu, SnakemakeJob
from lightning_modules.provenance import machine
from lightning_modules.provenance.environment import RECORDED, recorded_environment
from lightning_modules.provenance.job_variables import executor_name
from lightning_modules.provenance.libraries import torch_options
from lightning_modules.provenance.machine import gpu_driver, hardware, processor
from lightning_modules.provenance.snakemake_job import snakemake_job

# variables that are set, what is recorded
VARIABLES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "threads and seed": (
        {"OMP_NUM_THREADS": "4", "PYTHONHASHSEED": "0", "HOME": "/home/name"},
        {"OMP_NUM_THREADS": "4", "PYTHONHASHSEED": "0"},
    ),
    "secrets": ({"WANDB_API_KEY": "k", "AWS_SECRET_ACCESS_KEY": "k", "HF_TOKEN": "k", "OPENAI_API_KEY": "k"}, {}),
    "secrets with a known beginning": ({"TORCH_HUB_TOKEN": "k", "MKL_PASSWORD": "k", "CUDA_KEY": "k", "OMP_": "k"}, {}),
    "key in a value": ({"CUDA_VISIBLE_DEVICES": "sk-proj-abcdefghijklmnop1234"}, {"CUDA_VISIBLE_DEVICES": "<key>"}),
    "unknown form of key": ({"OMP_NUM_THREADS": "9fK3mQ7xT2pL8wZ4vB6n"}, {"OMP_NUM_THREADS": "<key>"}),
    "id of a GPU": (
        {"CUDA_VISIBLE_DEVICES": "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"},
        {"CUDA_VISIBLE_DEVICES": "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"},
    ),
    "setting": (
        {"PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True,max_split_size_mb:128"},
        {"PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True,max_split_size_mb:128"},
    ),
    "path in a value": ({"LD_PRELOAD": "/home/name/lib.so"}, {"LD_PRELOAD": "<path>"}),
    "long value": ({"PYTHONHASHSEED": "1" * 5000}, {"PYTHONHASHSEED": "1" * 200}),
    "other case": ({"omp_num_threads": "4"}, {}),
}


@pytest.mark.parametrize(("environ", "recorded"), VARIABLES.values(), ids=VARIABLES)
def test_only_listed_variables_are_recorded(environ: dict[str, str], recorded: dict[str, str]) -> None:
    assert recorded_environment(environ) == recorded


def test_list_has_no_name_of_a_secret_and_no_duplicate() -> None:
    words = ("KEY", "TOKEN", "SECRET", "PASS", "CREDENTIAL", "AUTH", "USER", "HOME", "URL", "PROXY")
    # TOKENIZERS is the name of a library
    assert [name for name in RECORDED if any(word in name.replace("TOKENIZERS", "") for word in words)] == []
    assert len(set(RECORDED)) == len(RECORDED)


def program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "nvidia-smi"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    gpu_driver.cache_clear()


# script of nvidia-smi, version
DRIVERS = {
    "one GPU": ("echo 550.54.15", "550.54.15"),
    "several": ("echo 550.54.15; echo 550.54.15", "550.54.15"),
    "fails": ("echo no driver; exit 9", None),
    "prints nothing": ("true", None),
    "prints another text": ("echo 'NVIDIA-SMI has failed'", None),
}


@pytest.mark.parametrize(("script", "version"), DRIVERS.values(), ids=DRIVERS)
def test_driver_comes_from_nvidias_program(
    script: str, version: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, script, monkeypatch)
    assert gpu_driver() == version
    gpu_driver.cache_clear()


def test_every_gpu_is_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "echo 550.54.15", monkeypatch)
    device = SimpleNamespace(name="A GPU", total_memory=8, major=9, minor=0)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: device)
    assert hardware().gpus == (Gpu("A GPU", 8, "550.54.15", torch.version.cuda, "9.0"),) * 2
    gpu_driver.cache_clear()


def test_processor_without_a_known_file_has_its_architecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_CPU_INFO", tmp_path / "missing")
    processor.cache_clear()
    assert processor()
    processor.cache_clear()


def test_options_of_torch_are_taken_without_its_flags() -> None:
    build = (
        "PyTorch built with:\n  - GCC 13.3\n  - Intel(R) MKL-DNN v3.12.0 (Git Hash 80af)\n"
        "  - CPU capability usage: AVX512\n  - Build settings: BLAS_INFO=mkl, CXX_COMPILER=/opt/bin/c++, USE_CUDA=0, \n"
    )
    assert torch_options(build) == {
        "BLAS_INFO": "mkl",
        "USE_CUDA": "0",
        "compiler": "GCC 13.3",
        "onednn": "v3.12.0",
        "cpu_capability": "AVX512",
    }
    assert torch_options("") == {}


def test_job_of_snakemake_comes_from_its_variables() -> None:
    assert snakemake_job({"PROBAND_EXECUTOR": "local"}, {}) is None
    variables = {"PROBAND_RULE": "_train", "PROBAND_EXECUTOR": "slurm"}
    assert snakemake_job(variables, {}) == SnakemakeJob(None, "_train", "slurm")


@pytest.mark.parametrize(
    ("is_submitted", "environ", "name"),
    [(False, {"SLURM_JOB_ID": "1"}, "local"), (True, {"SLURM_JOB_ID": "1"}, "slurm"), (True, {}, "submitted")],
    ids=["local, within an allocation", "slurm", "another scheduler"],
)
def test_executor_is_named(is_submitted: bool, environ: dict[str, str], name: str) -> None:
    assert executor_name(is_submitted, environ) == name
