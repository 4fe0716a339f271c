"""Verification names every problem of the registrations of a lab, and the commit that contains them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.git import git_in
from compiler.base.json_files import write_json, write_text
from compiler.base.paths import Lab
from compiler.registration.chain import read_chain
from compiler.registration.history import write_registration
from compiler.registration.verification import chain_problems, head_statement
from tests.compiler.registration.chains import DESIGN, finish, look, register


def honest_lab(root: Path) -> Lab:
    """Return a lab whose second experiment shares a run with the first."""
    lab = Lab(root)
    register(lab, "a", name="baseline")
    finish(lab, "a", started=1)
    register(lab, "a b", minutes=10)
    finish(lab, "b", started=11)
    look(lab, "a b", minutes=20)
    cite(lab, "lr")
    return lab


def cite(lab: Lab, name: str) -> None:
    """Write the view and the results of an experiment, as a build does."""
    chain = read_chain(lab.registrations)
    write_registration(lab, chain, name)
    entry = chain.registrations_of(name)[-1]
    write_json(lab.results_file(name), {"registration": {"entry": entry.number, "sha256": entry.sha256}})


def problems(lab: Lab) -> tuple[str, ...]:
    return chain_problems(lab, git_in(lab.root))


def delete_last_line(lab: Lab) -> None:
    lines = lab.registrations.read_bytes().splitlines(keepends=True)
    lab.registrations.write_bytes(b"".join(lines[:-1]))


def delete_last_two_lines(lab: Lab) -> None:
    delete_last_line(lab)
    delete_last_line(lab)


def delete_chain(lab: Lab) -> None:
    lab.registrations.unlink()


def delete_chain_and_register_again(lab: Lab) -> None:
    lab.registrations.unlink()
    lab.registration("lr").unlink()
    lab.results_file("lr").unlink()
    register(lab, "a b", minutes=30)


def train_by_hand_first(lab: Lab) -> None:
    finish(lab, "c", started=25)
    register(lab, "c", name="new", minutes=30)


def set_the_clock_back(lab: Lab) -> None:
    register(lab, "a b", claim="B", minutes=-1000)


def delete_an_evaluated_run(lab: Lab) -> None:
    lab.status("b").unlink()


def edit_the_last_line(lab: Lab) -> None:
    content = lab.registrations.read_bytes().replace(b'"inconclusive"', b'"supported"')
    lab.registrations.write_bytes(content)


def edit_the_view(lab: Lab) -> None:
    view = lab.registration("lr")
    view.write_text(view.read_text(encoding="utf-8").replace("More", "Less"), encoding="utf-8")


def truncate(lab: Lab) -> None:
    lab.registrations.write_bytes(lab.registrations.read_bytes()[:-5])


ATTACKS: dict[Callable[[Lab], None], str] = {
    delete_last_line: r"registration\.json: differs from the entries of lr",
    delete_last_two_lines: r"results\.json: cites entry 2 .*not in registrations\.jsonl",
    delete_chain: r"results\.json: cites entry 2 ",
    delete_chain_and_register_again: r"line 1: the registration of lr is younger than 2 of its runs.*: a, b$",
    train_by_hand_first: r"line 4: the registration of new is younger than 1 of its runs.*: c$",
    set_the_clock_back: r"line 4: is dated 2029-.*, before the entry that it follows",
    delete_an_evaluated_run: r"line 3: look 1 at lr: 1 of the runs that it evaluated are missing: b$",
    edit_the_last_line: r"registration\.json: differs from the entries of lr",
    edit_the_view: r"registration\.json: differs from the entries of lr in registrations\.jsonl$",
    truncate: r"line 3: has no line end",
}


def test_honest_lab_has_no_problems(tmp_path: Path) -> None:
    assert problems(honest_lab(tmp_path)) == ()
    assert problems(Lab(tmp_path / "empty")) == ()


@pytest.mark.parametrize(
    ("attack", "problem"),
    [pytest.param(attack, problem, id=attack.__name__) for attack, problem in ATTACKS.items()],
)
def test_attack_is_named(attack: Callable[[Lab], None], problem: str, tmp_path: Path) -> None:
    lab = honest_lab(tmp_path)
    attack(lab)
    assert [line for line in problems(lab) if re.search(problem, line)]


@pytest.mark.parametrize(
    ("selected", "is_archived", "is_named"),
    [
        pytest.param(None, False, True, id="whole lab"),
        pytest.param(["lr"], False, True, id="its experiment"),
        pytest.param(["baseline"], False, False, id="another experiment, as in a clone that restored only that one"),
        pytest.param(None, True, False, id="archived"),
    ],
)
def test_evaluated_run_must_be_here_or_archived(
    selected: list[str] | None, is_archived: bool, is_named: bool, tmp_path: Path
) -> None:
    lab = honest_lab(tmp_path)
    delete_an_evaluated_run(lab)
    if is_archived:
        write_text(lab.run_pointer("b"), "outs: []\n")
    assert bool(chain_problems(lab, git_in(lab.root), selected)) == is_named


def test_small_correction_of_the_clock_is_no_problem(tmp_path: Path) -> None:
    lab = honest_lab(tmp_path)
    look(lab, "a", minutes=19.5, name="baseline")
    assert problems(lab) == ()


def test_run_of_a_search_is_not_older_than_its_registration(tmp_path: Path) -> None:
    lab = honest_lab(tmp_path)
    register(lab, "", name="search", minutes=21, design=DESIGN | {"search": {"runs": 4}})
    finish(lab, "trial", started=22)
    register(lab, "trial", name="repeated", minutes=25)
    assert problems(lab) == ()
    finish(lab, "c", started=1)
    register(lab, "c", name="new", minutes=30)
    assert [line for line in problems(lab) if line.endswith("no earlier entry plans: c")]


def commit(lab: Lab, *paths: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    for words in (("init", "-q"), ("add", "-f", *paths), (*identity, "commit", "-q", "-m", "m")):
        subprocess.run(["git", *words], cwd=lab.root, check=True)


def test_commit_that_holds_the_head_is_named(tmp_path: Path) -> None:
    lab = honest_lab(tmp_path)
    git = git_in(lab.root)
    assert head_statement(Lab(tmp_path / "empty"), git) == "the lab has no registrations"
    assert head_statement(lab, git).startswith("no commit holds registrations.jsonl")
    lab.root.joinpath("notes").write_text("")
    commit(lab, "notes")
    assert "does not contain registrations.jsonl" in head_statement(lab, git)
    commit(lab, "results/registrations.jsonl")
    assert "holds every entry of registrations.jsonl" in head_statement(lab, git)
    look(lab, "a", minutes=30, name="baseline")
    assert "does not hold the last entry of registrations.jsonl" in head_statement(lab, git)
    assert problems(lab) == ()


def test_chain_that_does_not_continue_the_committed_one_is_named(tmp_path: Path) -> None:
    """A chain whose hashes were all computed again is consistent in itself."""
    lab = honest_lab(tmp_path)
    commit(lab, "results/registrations.jsonl")
    for file in (lab.registrations, lab.registration("lr"), lab.results_file("lr")):
        file.unlink()
    register(lab, "a", name="baseline", minutes=0.5)
    register(lab, "a b", minutes=10)
    look(lab, "a b", minutes=20)
    cite(lab, "lr")
    (problem,) = problems(lab)
    assert "not a continuation of the file in commit HEAD" in problem


def test_repository_without_commits_holds_no_registrations(tmp_path: Path) -> None:
    lab = honest_lab(tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert head_statement(lab, git_in(tmp_path)).startswith("no commit holds")
    assert problems(lab) == ()
