"""Leave out the proposals of an analysis whose specs do not compile, so that no broken spec waits for approval."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.analysis.analysis_schema import Analysis
from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab


@dataclass(frozen=True)
class _LabWithProposal(Lab):
    """A lab that finds a proposed spec, and the specs of its sweeps, in another folder."""

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

    with TemporaryDirectory(prefix="proband-proposal-") as temporary, not_importable(lab.root):
        folder = Path(temporary).resolve()
        if lab.sweeps.is_dir():
            shutil.copytree(lab.sweeps, folder, dirs_exist_ok=True)
        (folder / "experiment").mkdir(exist_ok=True)
        (folder / "experiment" / f"{name}.yaml").write_text(spec, encoding="utf-8")
        try:
            compile_experiment(name, Toolchain(_LabWithProposal(lab.root, folder)))
        except CompileError as error:
            return str(error)
    return ""
