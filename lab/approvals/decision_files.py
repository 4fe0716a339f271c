"""Record decisions as files in `approvals/`, and read them back in the order in which they were made."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from compiler.base.diagnostics import InputError
from compiler.base.json_files import write_bytes
from compiler.base.paths import Lab
from compiler.recorded_files.damaged_file import DamagedFile
from lab.approvals.decision import Decision
from lab.approvals.decision_text import decode, encode
from lab.approvals.decisions import Decisions
from lab.approvals.file_names import decision_paths, file_name, latest_time
from lab.approvals.plain_file import read_plain_file
from lab.approvals.signature import SUFFIX, CannotSign, Sign, verified_signer
from lab.approvals.subject import InvalidDecision

Clock = Callable[[], datetime]
_CLOCK_TOLERANCE = timedelta(days=1)  # a later time cannot come from a clock that differs a little
_LOCK_SECONDS = 60.0


class CannotRecord(InputError):
    """The folder of the decisions cannot be written, so nothing was decided."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def record(lab: Lab, decision: Decision, sign: Sign | None = None) -> Path:
    """Write a decision, and return its file.

    If an earlier decision has the same time or a later one, because a clock was set back, the recorded time is
    a microsecond after it. The order of the file names is therefore always the order of the decisions.

    Args:
        sign: signs the content. The signature is written beside the file. It can take long, if it asks for
            a passphrase, so no lock is held meanwhile.

    Raises:
        CannotRecord: The folder cannot be written. Nothing is recorded.
        CannotSign: The key cannot be used, or is not that of the person. Nothing is recorded.
    """
    try:
        file = None
        while file is None:
            decision = _after_others(lab, decision)
            signature = _signature(lab, decision, sign) if sign else None
            file = _write(lab, decision, signature)
        return file
    except Timeout as error:
        raise CannotRecord(f"{lab.approvals}: another process has been recording for a minute (try again)") from error
    except OSError as error:
        problem = f"{lab.approvals}: the decision cannot be recorded: {error.strerror or error}"
        raise CannotRecord(f"{problem} (give write access to this folder and to {lab.state})") from error


def read_decisions(lab: Lab, clock: Clock = utc_now) -> Decisions:
    """Return all decisions of a lab. A file that cannot be read or is no valid decision is listed as damaged."""
    recorded, damaged = [], []
    signers: dict[str, str] = {}
    limit = clock() + _CLOCK_TOLERANCE
    for file in decision_paths(lab):
        try:
            decision, signer = _read(lab, file, limit)
        except (InvalidDecision, OSError) as error:
            problem = error.strerror if isinstance(error, OSError) else str(error)
            damaged.append(DamagedFile(file.relative_to(lab.root).as_posix(), problem or type(error).__name__))
        else:
            recorded.append(decision)
            signers |= {file.name: signer} if signer else {}
    return Decisions(tuple(sorted(recorded, key=lambda made: made.at)), tuple(damaged), signers)


def _read(lab: Lab, file: Path, limit: datetime) -> tuple[Decision, str | None]:
    """Return the decision in a file, and who signed it."""
    decision = decode(read_plain_file(file))
    if file.name != file_name(decision):
        raise InvalidDecision(f"is a copy of {file_name(decision)}, or was renamed")
    if decision.time > limit:
        raise InvalidDecision(f"was recorded in the future, at {decision.at} (set the clock of this machine)")
    signature = file.with_name(file.name + SUFFIX)
    if not os.path.lexists(signature):
        return decision, None
    return decision, verified_signer(lab, decision, read_plain_file(signature))


def _after_others(lab: Lab, decision: Decision) -> Decision:
    """Return the decision with a time after all recorded ones."""
    latest = latest_time(lab, utc_now() + _CLOCK_TOLERANCE)
    return decision if decision.time > latest else decision.recorded_at(latest + timedelta(microseconds=1))


def _signature(lab: Lab, decision: Decision, sign: Sign) -> bytes:
    """Return the signature of a decision. Raises CannotSign if it would not count."""
    signature = sign(encode(decision))
    try:
        verified_signer(lab, decision, signature)
    except InvalidDecision as error:
        hint = f"add the line `NAME KEY` of this key for {decision.by.email or decision.by.name}"
        raise CannotSign(f"the decision {error} ({hint} to {lab.allowed_signers})") from error
    return signature


def _write(lab: Lab, decision: Decision, signature: bytes | None) -> Path | None:
    """Write a decision. Return None and write nothing if another decision was recorded meanwhile."""
    file = lab.approvals / file_name(decision)
    with _lock(lab):
        if _after_others(lab, decision) != decision:
            return None
        if signature is not None:
            write_bytes(file.with_name(file.name + SUFFIX), signature)
        write_bytes(file, encode(decision))
    return file


def _lock(lab: Lab) -> AbstractContextManager[object]:
    if lab.approvals.is_symlink():
        raise NotADirectoryError(0, "it is a link, not a folder")
    lab.approvals.mkdir(parents=True, exist_ok=True)
    lock = lab.state / "locks" / "approvals.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(lock, timeout=_LOCK_SECONDS)
