"""Define the parts of `provenance.json`: code, Python, installed distributions, machine, libraries and Snakemake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

DIFF: Literal["source.diff"] = "source.diff"  # the uncommitted changes, a file in the folder of the run
ENGINE_PREFIX = "engine:"  # of a source file that belongs to Proband; one without a prefix belongs to the lab
OUTSIDE_PREFIX = "outside:"  # of a source file that only a link in the lab leads to


def _relative_path(path: str) -> str:
    """Return a path that stays inside its folder. Raises ValueError for any other path."""
    parts = PurePosixPath(path.removeprefix(ENGINE_PREFIX).removeprefix(OUTSIDE_PREFIX)).parts
    if not parts or parts[0] == "/" or ".." in parts or "\\" in path or "\0" in path:
        raise ValueError("the path must be relative and may not contain '..'")
    return path


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
RelativePath = Annotated[str, AfterValidator(_relative_path)]


@dataclass(frozen=True)
class GitState:
    """The checked-out commit of the lab. `dirty` is true if tracked files have uncommitted changes.

    `branch` is None if no branch is checked out. `diff_is_exact` states whether the commit and `source.diff` restore
    the code: it is false if the changes were too large, contained a secret, or are not recorded.
    """

    commit: str
    dirty: bool
    branch: str | None = None
    diff: Literal["source.diff"] | None = None
    diff_is_exact: bool = False


@dataclass(frozen=True)
class Python:
    """The interpreter. `executable` is its file name, because the folder can name a person."""

    version: str
    implementation: str | None = None
    executable: str | None = None


@dataclass(frozen=True)
class Distribution:
    """An installed distribution.

    `record_sha256` is the hash of its list of files, which differs between two builds of one version. `commit` and
    `local_changes` describe the repository of an editable installation, the commit that was installed from git, or that
    from which Proband was built. `from_source` is true if it was built from a folder, as by `pip install .`, or from an
    unknown commit.
    """

    version: str
    wheel_sha256: Sha256 | None = None
    record_sha256: Sha256 | None = None
    editable: bool = False
    commit: str | None = None
    local_changes: bool | None = None
    from_source: bool = False


@dataclass(frozen=True)
class Gpu:
    """A graphics processor. `capability` is CUDA's compute capability, such as `9.0`."""

    name: str
    memory_bytes: int | None = None
    driver: str | None = None
    cuda: str | None = None
    capability: str | None = None


@dataclass(frozen=True)
class Hardware:
    """The machine: the model of its processor, the processors that the training may use, memory and GPUs."""

    cpu: str | None = None
    cores: int | None = None
    memory_bytes: int | None = None
    gpus: tuple[Gpu, ...] = ()


@dataclass(frozen=True)
class Libraries:
    """The numerical libraries that the training loaded, and their numbers of threads.

    `blas` and `openmp` have the name, version and kernel of each loaded library, `torch_build` the options with which
    torch was compiled. `openmp_threads` is the number of threads of torch, `blas_threads` the largest one of `blas`.
    """

    blas: tuple[str, ...] = ()
    blas_threads: int | None = None
    openmp: tuple[str, ...] = ()
    openmp_threads: int | None = None
    torch_build: Mapping[str, str] = field(default_factory=dict)
    cudnn: str | None = None
    mkl: str | None = None


@dataclass(frozen=True)
class FusionProof:
    """The comparison of an ensemble with a training alone of one of its members, the run `run_id`.

    `prediction_deviation` is the largest absolute difference of a prediction for the test split, and `tolerance` the
    largest one that is accepted. `seconds` is the duration of the training alone, a part of that of the ensemble.
    """

    run_id: str
    prediction_deviation: float
    tolerance: float
    metrics_equal: bool
    seconds: float


@dataclass(frozen=True)
class Fused:
    """The ensemble that trained the run: the ids of its members, the seconds that it took in all, and its proof."""

    members: tuple[str, ...]
    seconds: float
    proof: FusionProof


@dataclass(frozen=True)
class SnakemakeJob:
    """The version of Snakemake, the rule that ran the training, and the executor. None if it ran without Snakemake."""

    version: str | None = None
    rule: str | None = None
    executor: str | None = None
