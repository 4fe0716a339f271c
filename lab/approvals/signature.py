"""Sign decisions with an ssh key, and verify signatures with `ssh-keygen`.

A signature covers the bytes of the decision's file. It is valid if its key belongs to the person of the decision in
`approvals/allowed_signers`, at the time of the decision. A key that expires later keeps its earlier signatures valid.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.approvals.decision import Decision
from lab.approvals.decision_text import encode
from lab.approvals.plain_file import read_plain_file
from lab.approvals.subject import InvalidDecision

Sign = Callable[[bytes], bytes]  # takes the content of a decision's file, returns its signature
SUFFIX = ".sig"
_NAMESPACE = "proband"
_SECONDS = 30


class CannotSign(InputError):
    """The key cannot be used, or is not allowed for this person."""


def signer(key: Path) -> Sign:
    """Return a function that signs with a private key, or with a public one whose private key is in the ssh agent."""

    def sign(content: bytes) -> bytes:
        # ssh-keygen itself asks for the passphrase, on the terminal.
        process = _ssh_keygen(["-Y", "sign", "-f", str(key), "-n", _NAMESPACE], content, seconds=None)
        if process.returncode:
            raise CannotSign(f"{key}: cannot sign: {_last_line(process.stderr)}")
        return process.stdout

    return sign


def verified_signer(lab: Lab, decision: Decision, signature: bytes) -> str:
    """Return the name or e-mail address in `allowed_signers` under which a signature is valid.

    Raises:
        InvalidDecision: The signature is not that of the person of the decision over the content of its file.
    """
    try:
        allowed = read_plain_file(lab.allowed_signers)
    except OSError as error:
        raise InvalidDecision(f"is signed, but {lab.allowed_signers}: {error.strerror}") from error
    with tempfile.TemporaryDirectory(prefix="proband-signature-") as folder:
        signers, signature_file = Path(folder, "allowed_signers"), Path(folder, "decision.sig")
        signers.write_bytes(allowed)
        signature_file.write_bytes(signature)
        files = ["-f", str(signers), "-s", str(signature_file), "-n", _NAMESPACE]
        time = ["-O", f"verify-time={decision.time:%Y%m%d%H%M%S}Z"]
        reason = ""
        for identity in filter(None, (decision.by.email, decision.by.name)):
            process = _verify(["-Y", "verify", *files, "-I", identity, *time], encode(decision))
            if process.returncode == 0:
                return identity
            reason = reason or _first_line(process)
    raise InvalidDecision(f"has a signature that is not valid for {decision.by}: {reason}")


def _verify(arguments: list[str], content: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return _ssh_keygen(arguments, content, _SECONDS)
    except CannotSign as error:
        raise InvalidDecision(f"has a signature that cannot be verified: {error}") from error


def _ssh_keygen(arguments: list[str], content: bytes, seconds: int | None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["ssh-keygen", *arguments], input=content, capture_output=True, timeout=seconds)
    except FileNotFoundError as error:
        raise CannotSign("ssh-keygen is not installed (install OpenSSH)") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotSign(f"ssh-keygen does not work: {error}") from error


def _first_line(process: subprocess.CompletedProcess[bytes]) -> str:
    text = (process.stderr or process.stdout).decode("utf-8", "replace").strip()
    return next(iter(text.splitlines()), "ssh-keygen rejects it")


def _last_line(output: bytes) -> str:
    return next(reversed(output.decode("utf-8", "replace").strip().splitlines()), "ssh-keygen failed")
