"""Find names of machines, and the names of their users."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.secrets_scan.rules.match import Identity, Match, group_match, is_placeholder

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62})"
_HOST = rf"(?P<host>{_LABEL}(?:\.{_LABEL}){{0,6}}(?:\[[\d,\-]+\])?)"
_ENDS = r"(?=[\s\"'`,;)}\]\\:<]|$)"
_KEYS = re.compile(
    r"(?<![A-Za-z])(?:host(?:[_ \-]?names?)?|node[_ \-]?(?:name|list)|slurm\w*(?:node(?:name|list)|_host)|fqdn"
    rf"|(?:machine|computer|server)[_ \-]?name|uname_n)\\?[\"']?[ \t]{{0,4}}[:=][ \t]{{0,4}}\\?[\"']?{_HOST}{_ENDS}",
    re.IGNORECASE,
)
# user@host:~$, user@host:/path and ssh user@host
_PROMPT = re.compile(rf"(?<![\w.\-@])(?P<user>[A-Za-z_][\w.\-]{{0,31}})@{_HOST}(?=:[~/]|[ \]][~/\w]*[\])]?[$#] )")
_SSH = re.compile(rf"\b(?:ssh|scp|sftp|mosh|rsync)\s+(?:-\S+\s+){{0,6}}(?P<user>[A-Za-z_][\w.\-]{{0,31}})@{_HOST}")
_SYSLOG = re.compile(rf"^[A-Z][a-z]{{2}}\s+\d{{1,2}} \d\d:\d\d:\d\d {_HOST} [\w.\-/]+(?:\[\d+\])?:", re.MULTILINE)
_NCCL = re.compile(rf"^{_HOST}:\d+:\d+ \[\d+\] NCCL\b", re.MULTILINE)
_PRIVATE = re.compile(
    rf"(?<![\w.\-])(?P<host>{_LABEL}(?:\.{_LABEL}){{0,5}}\.(?:local|internal|lan|corp|intranet|localdomain|home\.arpa))"
    r"(?![\w.(\-]*\()(?![\w\-]|\.\w)",
    re.IGNORECASE,
)
_RESERVED = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost)", re.IGNORECASE)
_SERVICES = re.compile(
    r"(?:.*\.)?(?:wandb\.ai|github\.com|githubusercontent\.com|gitlab\.com|huggingface\.co|hf\.co|openai\.com|pypi\.org|"
    r"pythonhosted\.org|zenodo\.org|doi\.org|arxiv\.org|kaggle\.com|docker\.io|google\.com|googleapis\.com|anthropic\.com|"
    r"amazonaws\.com|pytorch\.org)",
    re.IGNORECASE,
)
_USERS = re.compile(
    rf"(?<![A-Za-z_])(?:user[_\-]?name|LOGNAME|USER|login[_\-]?name)\\?[\"']?[ \t]{{0,4}}[:=][ \t]{{0,4}}"
    rf"\\?[\"']?(?P<user>[A-Za-z_][\w.\-]{{1,31}}){_ENDS}"
)
_JSON_USER = re.compile(r"\\?[\"']user\\?[\"']\s*:\s*\\?[\"'](?P<user>[A-Za-z_][\w.\-]{2,31})\\?[\"']")
# Accounts that name nobody.
COMMON_USERS = frozenset({"root", "admin", "ubuntu", "user", "runner", "jovyan", "nobody", "git", "ec2-user", "vscode"})
_MIN_DISTINCTIVE = 5


def find_hosts(text: str, identity: Identity) -> Iterator[Match]:
    """Yield names of machines that a key, a prompt or a private domain shows, and those of this machine."""
    for pattern in (_KEYS, _PROMPT, _SSH, _SYSLOG, _NCCL):
        for match in pattern.finditer(text):
            if _is_host(match["host"]):
                yield group_match("host_name", match, "host")
    for match in _PRIVATE.finditer(text):
        if re.search(r"[\d\-]", match["host"]) and _is_host(match["host"]):
            yield group_match("host_name", match, "host")
    for host in identity.hosts:
        if is_distinctive_host(host):
            yield from (group_match("host_name", match) for match in _words(host, text))


def find_users(text: str, identity: Identity) -> Iterator[Match]:
    """Yield names of users that a key or a prompt shows, and those of this machine."""
    for pattern in (_USERS, _JSON_USER, _PROMPT, _SSH):
        for match in pattern.finditer(text):
            if match["user"].lower() not in COMMON_USERS and not is_placeholder(match["user"]):
                yield group_match("user_name", match, "user")
    for user in identity.users:
        if len(user) >= _MIN_DISTINCTIVE and user.lower() not in COMMON_USERS:
            yield from (group_match("user_name", match) for match in _words(user, text))


def is_distinctive_host(host: str) -> bool:
    """Return whether a host name is no common word, so that it is found anywhere and not only after a key."""
    return len(host) >= _MIN_DISTINCTIVE and re.search(r"[\d.\-]", host) is not None and not _RESERVED.fullmatch(host)


def _is_host(host: str) -> bool:
    is_number = re.fullmatch(r"[\d.]+", host) is not None
    return not (is_number or is_placeholder(host) or _RESERVED.fullmatch(host) or _SERVICES.fullmatch(host))


def _words(word: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<![\w\-]){re.escape(word)}(?![\w\-])", text, re.IGNORECASE)
