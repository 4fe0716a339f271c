"""Describe the numerical libraries that this process has loaded, and their numbers of threads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from threadpoolctl import threadpool_info

from compiler.runs.provenance_parts import Libraries

# Entries of torch's list of options that can change numbers. The others are flags and paths of its compiler.
_OPTIONS = ("BLAS_INFO", "LAPACK_INFO", "COMMIT_SHA", "TORCH_VERSION", "USE_CUDA", "USE_CUDNN", "USE_MKL", "USE_MKLDNN")
_LINES = {
    "compiler": r"^ *- ((?:GCC|Clang|MSVC|clang) .+)$",
    "onednn": r"MKL-DNN (v[\d.]+)",
    "openmp": r"\(a\.k\.a\. (OpenMP [\d.]+)\)",
    "cpu_capability": r"CPU capability usage: (\S+)",
}
_MKL = r"oneAPI Math Kernel Library Version (\S+)"


def loaded_libraries() -> Libraries:
    """Return the libraries as they are now. A server may not call this before it forks, because it asks torch."""
    pools, build = threadpool_info(), torch.__config__.show()
    mkl = re.search(_MKL, build)
    return Libraries(
        blas=_names(pools, "blas"),
        blas_threads=max((pool["num_threads"] for pool in pools if pool["user_api"] == "blas"), default=None),
        openmp=_names(pools, "openmp"),
        openmp_threads=torch.get_num_threads(),  # not those of the copies that other packages load
        torch_build=torch_options(build),
        cudnn=str(torch.backends.cudnn.version()) if torch.backends.cudnn.is_available() else None,
        mkl=mkl[1] if mkl else None,
    )


def torch_options(build: str) -> dict[str, str]:
    """Return the options of torch that can change numbers, from its description of its build."""
    options = {key: match[1] for key in _OPTIONS if (match := re.search(rf"\b{key}=([^,\n]*)", build))}
    lines = {key: match[1] for key, text in _LINES.items() if (match := re.search(text, build, re.MULTILINE))}
    return options | lines


def _names(pools: Sequence[Mapping[str, Any]], kind: str) -> tuple[str, ...]:
    """Return the name, version and kernel of each loaded library of a kind. Two packages can bring one each."""
    keys = ("prefix", "version", "architecture")
    names = {" ".join(str(pool[key]) for key in keys if pool.get(key)) for pool in pools if pool["user_api"] == kind}
    return tuple(sorted(names))
