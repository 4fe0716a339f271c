"""Build experiments with Snakemake in a process that is no person's, and read their results."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from lab.collaboration.policy import Policy
from rules.build_process.build_process import interrupt_build, snakemake_command, start_build
from rules.jobserver.client import ACTOR

Build = Callable[[Sequence[str]], int]  # builds experiments and returns the exit code


@dataclass(frozen=True)
class Built:
    """An experiment after its build. `verdict` is None without a registered test or without results."""

    name: str
    has_results: bool
    verdict: str | None

    @property
    def line(self) -> str:
        if not self.has_results:
            return f"{self.name}: the build ended without results"
        return f"{self.name}: built" + (f", hypothesis {self.verdict}" if self.verdict else "")


def snakemake_build(lab: Lab, policy: Policy, cores: str) -> Build:
    """Return the function that builds experiments. Ctrl-C interrupts the build, which keeps its finished runs."""

    def build(names: Sequence[str]) -> int:
        environ = os.environ | {ACTOR: f"policy:{policy.level}"}
        process = start_build(snakemake_command("--cores", cores, *names), lab.root, None, environ)
        try:
            return process.wait()
        except KeyboardInterrupt:
            interrupt_build(process)
            process.wait()
            raise

    return build


def built_experiment(lab: Lab, name: str) -> Built:
    content = readable_object(lab.results_file(name))
    return Built(name, bool(content), (content or {}).get("verdict"))
