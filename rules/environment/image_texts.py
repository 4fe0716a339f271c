"""Write the recipes of container images with an experiment's environment: `Dockerfile` and `apptainer.def`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.environment.installable import Installable
from rules.environment.lock_text import LOCK, install_commands
from rules.environment.recorded_environment import ExperimentEnvironment

DOCKERFILE = "Dockerfile"
APPTAINER = "apptainer.def"
FOLDER = "/opt/environment"  # in the image
_CUDA = re.compile(r"(cuda|nvidia)-|.*\+cu\d")
_PLATFORM = re.compile(r"[\w.+-]+")
_VERSION = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")
_IMAGES = {"CPython": "python", "PyPy": "pypy"}  # the official image of an implementation
_INDEX = "PIP_EXTRA_INDEX_URL"
_PYPI = "https://pypi.org/simple"  # the default index, as a value that changes nothing


def dockerfile(environment: ExperimentEnvironment, packages: Installable) -> str:
    """Return the content of a Dockerfile. Without a base image, it contains the reason only."""
    base = base_image(environment)
    lines = [f"# {line}" for line in _notes(environment, packages, base, _DOCKER_BUILD)]
    if base is not None:
        lines += [f"FROM {base}"]
        lines += [f'ARG {_INDEX}=""'] if packages.not_on_pypi else []
        lines += ["ENV PYTHONDONTWRITEBYTECODE=1", f"WORKDIR {FOLDER}", f"COPY {LOCK} ./"]
        lines += [f"RUN {' && '.join(commands)}"] if (commands := _commands(packages)) else []
        lines += ["WORKDIR /lab"]
        lines += [f'CMD ["snakemake", "--cores", "all", "{environment.experiment}"]']
    return "".join(f"{line}\n" for line in lines)


def apptainer_definition(environment: ExperimentEnvironment, packages: Installable) -> str:
    """Return the content of an Apptainer definition file. Without a base image, it contains the reason only."""
    base = base_image(environment)
    lines = [f"# {line}" for line in _notes(environment, packages, base, _APPTAINER_BUILD)]
    if base is not None:
        index = [f"    export {_INDEX}='{{{{ {_INDEX} }}}}'"] if packages.not_on_pypi else []
        lines = ["Bootstrap: docker", f"From: {base}", "", *lines, ""]
        lines += ["%arguments", f"    {_INDEX}={_PYPI}", ""] if packages.not_on_pypi else []
        lines += ["%files", f"    {LOCK} {FOLDER}/{LOCK}", "", "%post", f"    cd {FOLDER}", *index]
        lines += [f"    {command}" for command in _commands(packages)]
        lines += ["", "%environment", "    export PYTHONDONTWRITEBYTECODE=1", ""]
        lines += ["%runscript", f"    exec snakemake --cores all {environment.experiment}", ""]
        lines += ["%labels", f"    proband.experiment {environment.experiment}"]
    return "".join(f"{line}\n" for line in lines)


def base_image(environment: ExperimentEnvironment) -> str | None:
    """Return the official image of the recorded interpreter, None if there is none."""
    python = environment.main.python if environment.main else None
    if python is None or not _VERSION.fullmatch(python.version):
        return None
    image = _IMAGES.get(python.implementation or "CPython")
    tag = python.version if image == "python" else ".".join(python.version.split(".")[:2])
    return f"{image}:{tag}" if image else None


def _commands(packages: Installable) -> list[str]:
    return list(install_commands(packages, options="--no-cache-dir "))


_DOCKER_BUILD = ("docker build --tag NAME .", f"--build-arg {_INDEX}=URL")
_APPTAINER_BUILD = (f"apptainer build environment.sif {APPTAINER}", f"--build-arg {_INDEX}=URL")


def _notes(
    environment: ExperimentEnvironment, packages: Installable, base: str | None, build: tuple[str, str]
) -> Iterator[str]:
    command, index_option = build
    yield f"The environment in which the runs of {environment.experiment} were trained. Written by Proband."
    if base is None or environment.main is None:
        yield "The runs recorded no version of Python for which an official image exists, so no image can be described."
        return
    yield f"Build it in this folder: {command}"
    yield "Started with the lab as its working folder (for Docker: mounted at /lab), it builds the experiment."
    platforms = ", ".join(filter(_PLATFORM.fullmatch, environment.main.platforms)) or "a system that was not recorded"
    yield f"Recorded on {platforms}. Neither the system libraries nor the digest of the base image were recorded."
    yield from _package_notes(packages, index_option)
    if not environment.main.lists_all:
        yield "Not complete: the runs recorded their main packages only."
    if environment.others or environment.unknown:
        yield f"Not all runs recorded this environment: see the head of {LOCK}."


def _package_notes(packages: Installable, index_option: str) -> Iterator[str]:
    if packages.not_on_pypi:
        names = ", ".join(map(str, packages.not_on_pypi))
        yield f"PyPI has no {names}. Name an index that has them: {index_option}"
    if any(_CUDA.match(str(requirement)) for requirement in packages.requirements):
        yield "The packages use CUDA. Start the image with GPUs: docker run --gpus all, apptainer run --nv"
    if packages.without_hash:
        yield f"Not all hashes are known ({LOCK} names the packages). These packages are installed without hashes."
    for line in packages.left_out:
        yield f"Not in the image, install it in the container: {line}"
