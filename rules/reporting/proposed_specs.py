"""Compile proposed specs as if they were specs of the lab, and leave out those that do not compile."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.analysis.analysis_schema import Analysis
from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from compiler.plan.model import Plan


@dataclass(frozen=True)
class _LabWithProposals(Lab):
    """A lab that finds proposed specs, and the specs of its sweeps, in another folder."""

    folder: Path

    @property
    def sweeps(self) -> Path:
        return self.folder


def with_compiling_proposals(analysis: Analysis, lab: Lab) -> Analysis:
    """Return the analysis without the proposals whose specs do not compile. Their diagnostics are printed."""
    kept = []
    for proposal in analysis.proposals:
        problems = compile_problems(Path(proposal.file).stem, proposal.spec, lab) if proposal.spec else ""
        if problems:
            print(f"{proposal.file}: not proposed, because it does not compile: {problems}", file=sys.stderr)
        else:
            kept.append(proposal)
    return analysis if len(kept) == len(analysis.proposals) else analysis.model_copy(update={"proposals": tuple(kept)})


def compile_problems(name: str, spec: str, lab: Lab) -> str:
    """Return the diagnostics of a spec, as if it were in `conf/experiment/` of the lab; "" if it compiles."""
    from compiler.experiment.compile_experiment import compile_experiment  # imports Hydra
    from compiler.python_source.import_path import not_importable
    from compiler.runs.toolchain import Toolchain

    with lab_with_proposals(lab, {name: spec}) as overlaid, not_importable(lab.root):
        try:
            compile_experiment(name, Toolchain(overlaid))
        except CompileError as error:
            return str(error)
    return ""


def plan_with_proposals(lab: Lab, specs: Mapping[str, str]) -> Plan:
    """Return the plan that the lab would have with these specs, by file name without suffix. No file is written.

    A spec that does not compile, or whose id is already used, is in the plan's `broken`.
    """
    from compiler.plan.plan_files import compile_without_writing

    with lab_with_proposals(lab, specs) as overlaid:
        return compile_without_writing(overlaid)


@contextmanager
def lab_with_proposals(lab: Lab, specs: Mapping[str, str]) -> Iterator[Lab]:
    """Yield the lab with further specs, by file name without suffix. They are in a temporary folder."""
    with TemporaryDirectory(prefix="proband-proposal-") as temporary:
        folder = Path(temporary).resolve()
        if lab.sweeps.is_dir():
            shutil.copytree(lab.sweeps, folder, dirs_exist_ok=True)
        (folder / "experiment").mkdir(exist_ok=True)
        for name, spec in specs.items():
            (folder / "experiment" / f"{name}.yaml").write_text(spec, encoding="utf-8")
        yield _LabWithProposals(lab.root, folder)
