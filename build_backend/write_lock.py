"""Write the lock files: exact versions of all packages, and the hashes of their files.

`make lock` runs it. It needs uv, and an index that lists hashes. Versions in the present files are kept, unless
pyproject.toml excludes them. The hash of a build of torch that is not on PyPI is added, if pip would install it here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, CPU_LOCK, CUDA_LOCK = (ROOT / f"requirements{part}.lock" for part in ("", "-cpu", "-cuda"))
CUDA = re.compile(r"(cuda|nvidia)-|triton$")  # names of packages that only torch's builds for CUDA require
LABELLED = ("torch",)  # packages of which builds exist that are not on PyPI
HEADERS = {
    LOCK: """\
# Exact versions of all packages that CI and `make` install, with the hashes of their files. Written by `make lock` from
# the ranges in pyproject.toml.
#
#   python -m pip install --require-hashes --requirement requirements.lock
#
# The hashes are those of all files of a version on PyPI, for every platform, and those in requirements-cpu.lock. Hashes
# of further builds, such as those of PyTorch's own index, are not known, and pip refuses these builds.
# The last line adds the libraries that PyPI's torch for Linux requires.
""",
    CPU_LOCK: """\
# Builds without CUDA that are not on PyPI, with the hashes of their files. Written by `make lock`. `make` installs them
# where pip finds them. They need nothing of requirements-cuda.lock.
""",
    CUDA_LOCK: """\
# Exact versions of the libraries that PyPI's torch for Linux requires, with the hashes of their files. Written by
# `make lock`. requirements.lock includes this file.
""",
}


@dataclass(frozen=True)
class Entry:
    """A package of a lock file. `head` is its name and version, with the condition under which it is installed."""

    head: str
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.head.partition("==")[0]

    @property
    def version(self) -> str:
        return self.head.partition("==")[2].partition(" ")[0]

    def __str__(self) -> str:
        return " \\\n".join([self.head, *(f"    --hash=sha256:{value}" for value in sorted(self.hashes))]) + "\n"


def main() -> None:
    present = {file: parsed(file.read_text(encoding="utf-8")) if file.is_file() else [] for file in HEADERS}
    entries = parsed(compiled([*present[LOCK], *present[CUDA_LOCK]]))
    builds = [build for build in present[CPU_LOCK] if is_build_of(build, entries)]
    builds += (build for name in LABELLED for build in builds_here(name, entries))
    for file, text in lock_files(entries, builds).items():
        file.write_text(text, encoding="utf-8")


def compiled(present: Iterable[Entry]) -> str:
    """Return the resolution of uv for all platforms and extras. It keeps the present versions where it can."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "requirements.lock"
        output.write_text("".join(f"{entry.head}\n" for entry in present), encoding="utf-8")
        command = ["uv", "pip", "compile", "pyproject.toml", "--all-extras", "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", "--system-certs"]
        subprocess.run([*command, "--quiet", "--output-file", str(output)], cwd=ROOT, check=True)
        return output.read_text(encoding="utf-8")


def parsed(lock: str) -> list[Entry]:
    """Return the packages in the text of a lock file."""
    lines = (line for line in lock.replace("\\\n", " ").splitlines() if re.match(r"[A-Za-z0-9]", line))
    return [
        Entry(line.partition("--hash=")[0].strip(), tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", line)))
        for line in lines
    ]


def is_build_of(build: Entry, entries: Iterable[Entry]) -> bool:
    """Return whether a build such as `torch==2.13.0+cpu` has a version that is locked."""
    return any((build.name, build.version.partition("+")[0]) == (entry.name, entry.version) for entry in entries)


def builds_here(name: str, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the build that pip would install here, if its version has a label and is therefore not on PyPI."""
    head = next(entry.head for entry in entries if entry.name == name)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"]
    result = subprocess.run([*command, "--report", "-", head], capture_output=True, text=True, check=True)
    for item in json.loads(result.stdout)["install"]:
        version, archive = item["metadata"]["version"], item["download_info"]["archive_info"]
        if "+" in version:
            yield Entry(f"{name}=={version}", (archive["hashes"]["sha256"],))


def lock_files(entries: Iterable[Entry], builds: Iterable[Entry]) -> dict[Path, str]:
    """Return the content of each file. `builds` are those that are not on PyPI. Their hashes are in two files."""
    hashes: defaultdict[str, set[str]] = defaultdict(set)
    for build in builds:
        hashes[build.head].update(build.hashes)
    accepted = [Entry(head, tuple(values)) for head, values in sorted(hashes.items())]
    texts = dict(HEADERS)
    for entry in entries:
        own = [value for build in accepted if build.name == entry.name for value in build.hashes]
        texts[CUDA_LOCK if CUDA.match(entry.name) else LOCK] += str(Entry(entry.head, (*entry.hashes, *own)))
    texts[CPU_LOCK] += "".join(map(str, accepted))
    texts[LOCK] += f"--requirement {CUDA_LOCK.name}\n"
    return texts


if __name__ == "__main__":
    main()
