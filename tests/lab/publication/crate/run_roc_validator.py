"""Run roc-validator without a network, in its own environment: the context of RO-Crate 1.1 comes from a package.

Arguments are the folder of a crate and a severity. Prints the issues as JSON, a list of [severity, message, entity].
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import requests
import rocrate  # in the version that contains this context
from requests.adapters import BaseAdapter
from requests_cache import CachedSession
from rocrate_validator import services
from rocrate_validator.models import ValidationSettings
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "provenance-run-crate"


class FileAdapter(BaseAdapter):
    """Answers each request with the content of a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._content = file.read_bytes()

    def send(self, request: Any, **_: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, response.url, response.request = 200, request.url, request
        response.headers["Content-Type"] = "application/ld+json"
        body = io.BytesIO(self._content)
        response.raw = HTTPResponse(body=body, headers=response.headers, status=200, preload_content=False)
        return response

    def close(self) -> None:
        """Keep nothing open."""


def fill_cache(cache: str) -> None:
    """Store the context in the cache that the validator reads, for each header with which it asks for it."""
    session = CachedSession(cache_name=cache, expire_after=-1, backend="sqlite", allowable_methods=("GET",))
    session.mount(CONTEXT, FileAdapter(Path(rocrate.__file__).parent / "data/ro-crate.jsonld"))
    for accepted in ("", ", */*;q=0.1"):
        session.get(CONTEXT, headers={"Accept": f"application/ld+json, application/json{accepted}"})


def main() -> int:
    crate, severity = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        cache = f"{folder}/cache"
        fill_cache(cache)
        settings = ValidationSettings(
            rocrate_uri=crate,
            profile_identifier=PROFILE,
            requirement_severity=severity,
            offline=True,
            cache_path=cache,
        )
        result = services.validate(settings)
    issues = [[issue.severity.name, issue.message, str(issue.violatingEntity)] for issue in result.get_issues()]
    print(json.dumps({"profile": result.context.target_profile.identifier, "issues": issues}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
