"""List what differs between the provenance of a recorded training and that of its repetition.

A value that one of them does not have, because an older version of Proband wrote it, is unknown and no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.reproduction.reproduction import Category, Difference
from compiler.runs.provenance_parts import ENGINE_PREFIX, Gpu
from compiler.runs.provenance_record import ProvenanceRecord

_ENGINE = "proband"  # its code is compared by file


@dataclass(frozen=True)
class Differences:
    """What differs: `listed` in the order of the categories, and `weak` hints, which alone rarely change a result."""

    listed: tuple[Difference, ...] = ()
    weak: tuple[Difference, ...] = ()


def provenance_differences(recorded: ProvenanceRecord, repeated: ProvenanceRecord) -> Differences:
    """Return the differences of code, packages and hardware. Config, data and seed of a repetition are the recorded."""
    listed = (*_code(recorded, repeated), *_packages(recorded, repeated), *_hardware(recorded, repeated))
    return Differences(listed, tuple(_weak(recorded, repeated)))


def _code(recorded: ProvenanceRecord, repeated: ProvenanceRecord) -> Iterator[Difference]:
    """Yield each source file of the training whose content differs."""
    sources = (_files(recorded), _files(repeated))
    files = list(_of_mappings("code", *sources, "sha256 ", length=12)) if all(sources) else []
    yield from files
    if not files and recorded.fingerprint != repeated.fingerprint:
        yield Difference("code", "fingerprint of the training code", recorded.fingerprint, repeated.fingerprint)


def _files(record: ProvenanceRecord) -> dict[str, str]:
    """Return the hashes of the source files. In a clone of Proband, a file of the engine is also one of the lab."""
    return {path.removeprefix(ENGINE_PREFIX): digest for path, digest in record.source.items()}


def _packages(recorded: ProvenanceRecord, repeated: ProvenanceRecord) -> Iterator[Difference]:
    """Yield Python and each package whose version differs, the main packages first."""
    python, new_python = recorded.python, repeated.python
    if python and new_python:
        yield from _of_values("package", "Python", python.version, new_python.version)
        yield from _of_values("package", "Python", python.implementation, new_python.implementation)
    has_all = bool(recorded.distributions and repeated.distributions)
    old, new = _versions(recorded, has_all), _versions(repeated, has_all)
    main = [name for name in recorded.packages if name in {*old, *new}]
    for name in dict.fromkeys([*main, *sorted({*old, *new})]):
        if has_all or name in old.keys() & new.keys():
            yield from _of_mappings("package", _only(name, old), _only(name, new))


def _versions(record: ProvenanceRecord, has_all: bool) -> dict[str, str]:
    if not has_all:
        return dict(record.packages)
    return {name: package.version for name, package in record.distributions.items() if name != _ENGINE}


def _hardware(recorded: ProvenanceRecord, repeated: ProvenanceRecord) -> Iterator[Difference]:
    old, new = recorded.hardware, repeated.hardware
    if old and new:
        yield from _of_values("hardware", "GPUs", _gpus(old.gpus) or "none", _gpus(new.gpus) or "none")
        yield from _of_values("hardware", "CPU", old.cpu, new.cpu)
    elif recorded.gpu or repeated.gpu:
        yield from _of_values("hardware", "GPU", recorded.gpu or "none", repeated.gpu or "none")
    yield from _of_values("hardware", "system", recorded.platform, repeated.platform)
    yield from _of_values("hardware", "threads of torch", recorded.torch_threads, repeated.torch_threads)
    yield from _libraries(recorded, repeated)
    if recorded.hardware and repeated.hardware:  # older records have no environment
        variables = (_settings(recorded.environment), _settings(repeated.environment))
        yield from _of_mappings("hardware", *variables, subject="variable ")


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that can change numbers, without those that select a device or how it is detected."""
    return {
        name: value
        for name, value in environment.items()
        if not name.endswith("_VISIBLE_DEVICES") and name != "PYTORCH_NVML_BASED_CUDA_CHECK"
    }


def _libraries(recorded: ProvenanceRecord, repeated: ProvenanceRecord) -> Iterator[Difference]:
    old, new = recorded.libraries, repeated.libraries
    if old is None or new is None:
        return
    yield from _of_values("hardware", "BLAS", ", ".join(old.blas), ", ".join(new.blas))
    yield from _of_values("hardware", "OpenMP", ", ".join(old.openmp), ", ".join(new.openmp))
    yield from _of_values("hardware", "cuDNN", old.cudnn, new.cudnn)
    yield from _of_values("hardware", "MKL", old.mkl, new.mkl)
    yield from _of_values("hardware", "threads of BLAS", old.blas_threads, new.blas_threads)
    yield from _of_values("hardware", "threads of OpenMP", old.openmp_threads, new.openmp_threads)
    yield from _of_mappings("hardware", old.torch_build, new.torch_build, subject="build of torch, ")


def _weak(recorded: ProvenanceRecord, repeated: ProvenanceRecord) -> Iterator[Difference]:
    """Yield the commit of the lab, and packages of equal version with other files."""
    if recorded.git and repeated.git:
        old, new = (f"{git.commit[:12]}{' with changes' if git.dirty else ''}" for git in (recorded.git, repeated.git))
        yield from _of_values("code", "git commit of the lab", old, new)
    for name, package in sorted(recorded.distributions.items()):
        other = repeated.distributions.get(name)
        if other and name != _ENGINE and package.version == other.version:
            wheels, lists = ((package.wheel_sha256, other.wheel_sha256), (package.record_sha256, other.record_sha256))
            digests = [(digest or "")[:12] for digest in (wheels if all(wheels) else lists)]
            yield from _of_values("package", f"files of {name} {package.version}", *digests)


def _only(name: str, values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[name]} if name in values else {}


def _of_values(category: Category, subject: str, old: object, new: object) -> Iterator[Difference]:
    """Yield a difference if both values are recorded and differ."""
    if old not in (None, "") and new not in (None, "") and old != new:
        yield Difference(category, subject, str(old), str(new))


def _of_mappings(
    category: Category,
    old: Mapping[str, str],
    new: Mapping[str, str],
    prefix: str = "",
    subject: str = "",
    length: int | None = None,
) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            values = (f"{prefix}{values[name][:length]}" if name in values else "" for values in (old, new))
            yield Difference(category, f"{subject}{name}", *values)


def _gpus(gpus: tuple[Gpu, ...]) -> str:
    return "; ".join(", ".join(filter(None, (gpu.name, gpu.driver, gpu.cuda))) for gpu in gpus)
