"""Stop all admissions of a lab at once, and allow them again.

The lab is on hold while `queue/hold.yaml` exists, also if the file is damaged. A person or a program can place a hold.
Only a person releases it. `queue/holds.jsonl` keeps a line for each hold and each release.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.registration.entry import encode
from lab.approvals.actor import Actor
from lab.approvals.decision import timestamp
from lab.approvals.decision_files import utc_now
from lab.approvals.person import person
from lab.approvals.plain_file import read_plain_file
from lab.approvals.subject import InvalidDecision
from rules.jobserver.client import ACTOR

Clock = Callable[[], datetime]
_HISTORY = "holds.jsonl"
RELEASE = "a person can release it: proband hold --release"


class OnHold(InputError):
    """The lab is on hold, so nothing is admitted."""


class HoldUnusable(InputError):
    """The file of the hold cannot be written or removed."""


@dataclass(frozen=True)
class Hold:
    """Who placed the hold, when, and why. `problem` states why the file cannot be read, "" if it can."""

    by: str
    at: str
    why: str
    problem: str = ""

    def __str__(self) -> str:
        if self.problem:
            return f"the lab is on hold; queue/hold.yaml {self.problem}"
        return f"the lab is on hold since {self.at[:19]}Z, by {self.by}{f': {self.why}' if self.why else ''}"


def read_hold(lab: Lab) -> Hold | None:
    """Return the hold, None if the lab is not on hold. A file that cannot be read counts as a hold."""
    if not os.path.lexists(lab.hold):
        return None
    try:
        content = yaml.safe_load(read_plain_file(lab.hold).decode("utf-8"))
        return Hold(*(_text(content, key) for key in ("by", "at", "why")))
    except OSError as error:
        return Hold("", "", "", f"cannot be read: {error.strerror}") if os.path.lexists(lab.hold) else None
    except InvalidDecision as error:
        return Hold("", "", "", str(error))
    except (yaml.YAMLError, ValueError, RecursionError):
        return Hold("", "", "", "is damaged")


def require_no_hold(lab: Lab) -> None:
    """Raise OnHold if the lab is on hold."""
    if (hold := read_hold(lab)) is not None:
        raise OnHold(f"{hold} (nothing is started; {RELEASE})")


def place_hold(lab: Lab, by: str, why: str, clock: Clock = utc_now) -> Hold:
    """Place a hold and return it. If the lab is on hold already, return the hold that exists.

    It waits for no lock, so that it works while a worker holds the queue.

    Raises:
        HoldUnusable: The file cannot be written.
    """
    hold = Hold(by, timestamp(clock()), why)
    text = yaml.safe_dump({"by": hold.by, "at": hold.at, "why": hold.why}, sort_keys=False, allow_unicode=True)
    try:
        if not _create(lab.hold, text):
            return read_hold(lab) or hold
    except OSError as error:
        raise HoldUnusable(f"{lab.hold}: the hold cannot be written: {error.strerror} (give write access)") from error
    _append(lab, {"event": "held", "by": hold.by, "at": hold.at, "why": hold.why})
    return hold


def release_hold(lab: Lab, by: Actor, clock: Clock = utc_now) -> Hold | None:
    """Remove the hold and return it, None if there was none.

    Raises:
        HoldUnusable: The file cannot be removed.
    """
    hold = read_hold(lab)
    if hold is None:
        return None
    try:
        _append(
            lab, {"event": "released", "by": by.name, "at": timestamp(clock()), "held_by": hold.by, "why": hold.why}
        )
        lab.hold.unlink(missing_ok=True)
    except OSError as error:
        raise HoldUnusable(f"{lab.hold}: the hold cannot be removed: {error.strerror} (remove it by hand)") from error
    return hold


def holder_name(lab: Lab, as_name: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return who places a hold: the program that started this process, or the person."""
    return environ.get(ACTOR) or person(lab, as_name, environ).name


def history_file(lab: Lab) -> Path:
    return lab.hold.with_name(_HISTORY)


def _create(file: Path, text: str) -> bool:
    """Create a file in one step, so that no reader sees a part of it. Return False if it exists."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    try:
        os.link(temporary, file)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True


def _append(lab: Lab, event: Mapping[str, Any]) -> None:
    """Append a line in one write, which needs no lock."""
    with history_file(lab).open("ab", buffering=0) as stream:
        stream.write(encode(event) + b"\n")


def _text(content: Any, key: str) -> str:
    value = content.get(key) if isinstance(content, dict) else None
    if not isinstance(value, str):
        raise InvalidDecision(f"has no text '{key}'")
    return value
