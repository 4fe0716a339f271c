"""No reading command imports a file of a lab: each file of this lab would write a marker if it were imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from compiler.base.paths import ENGINE
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab

MARK = "import pathlib; (pathlib.Path(__file__).resolve().parents[{depth}] / 'IMPORTED').open('a').write(__file__ + '\\n')\n"
TYPE = """
from compiler.deliverables.api import Deliverable, DeliverableType, exists

class Size(Deliverable):
    path: str = "output/final_model"
    kilobytes: float = 1.0

TYPE = DeliverableType("size", Size, {"exists": exists})
"""
AGENTS = "def analyse(case, task, figures): ...\ndef write(case, analyses, integration): ...\n"
# Everything that Python, Hydra, pytest or setuptools would import from a folder on the path.
MODULES = {
    "own_types.py": TYPE,
    "own_agents.py": AGENTS,
    "package/__init__.py": "",
    "package/own.py": TYPE,
    "hydra_plugins/evil.py": "",
    "hydra_plugins/evil_plugin/__init__.py": "",
    **{f"{name}.py": "" for name in ("conftest", "sitecustomize", "usercustomize", "setup")},
    "conf/__init__.py": "",
    ".proband/plugin.py": "",
}
# Modules that would hide others, for which every command refuses the lab.
HIDING = {f"{name}.py": "" for name in ("yaml", "torch", "types")}
SPEC = spec("""
    experiment:
      hypothesis: H.
      deliverables:
        - {type: 'own_types:TYPE', name: a, kilobytes: 2.0}
        - {type: 'package.own:TYPE', name: b}
      analysis_pipeline: ['own_agents:analyse']
      reports: ['own_agents:write']
""")
COMMANDS = ("compile", "explain evil", "status", "tree", "diff evil lr", "plan lr --sd 0.1", "verify", "compile broken")
# The current folder is on the path, as in an interactive session or with `python -m`.
PROGRAM = """
import os, sys
sys.path.insert(1, sys.argv[1])
from proband.cli.main import main
os.chdir(sys.argv[2])
sys.path.insert(0, "")
for words in sys.argv[3:]:
    print(words, main(words.split()), flush=True)
"""


def test_reading_commands_import_nothing_from_a_lab(tmp_path: Path) -> None:
    process = run_commands(tmp_path, MODULES)
    refused = dict.fromkeys(("compile", "verify", "compile broken"), 2)
    assert exit_codes(process) == dict.fromkeys(COMMANDS, 0) | refused, process.stdout + process.stderr
    assert "'own_types' has no 'TYP' (did you mean 'TYPE'?)" in process.stderr
    assert "'own_agents' has no 'analyze' (did you mean 'analyse'?)" in process.stderr


def test_modules_that_hide_others_are_refused_and_not_imported(tmp_path: Path) -> None:
    process = run_commands(tmp_path, MODULES | HIDING)
    assert exit_codes(process) == dict.fromkeys(COMMANDS, 2), process.stdout + process.stderr
    assert "yaml.py:1:1: a module of the lab may not be called 'yaml'" in process.stderr


def exit_codes(process: subprocess.CompletedProcess[str]) -> dict[str, int]:
    lines = process.stdout.splitlines()
    return {words: code for words in COMMANDS for code in (0, 2) if f"{words} {code}" in lines}


def run_commands(tmp_path: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run all commands in a lab of somebody else with these modules, and check that none of them was imported."""
    modules = {name: MARK.format(depth=name.count("/")) + text for name, text in files.items()}
    broken = SPEC.replace("own_types:TYPE", "own_types:TYP").replace("own_agents:analyse", "own_agents:analyze")
    lab = write_lab(tmp_path, FILES | modules | {"evil": SPEC, "broken": broken})
    for words in (["init", "-q"], ["remote", "add", "origin", "https://example.org/lab.git"]):
        subprocess.run(["git", *words], cwd=lab.root, check=True)
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", PROGRAM, str(ENGINE), str(lab.root), *COMMANDS]
    process = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert not (lab.root / "IMPORTED").exists(), (lab.root / "IMPORTED").read_text()
    return process
