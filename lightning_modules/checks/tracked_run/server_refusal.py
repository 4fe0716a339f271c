"""State why the configured W&B server cannot be used, before anything is uploaded to it."""

from __future__ import annotations

import ssl
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from lightning_modules.checks.tracked_run.server import ServerFailed
from lightning_modules.checks.tracked_run.wandb_server import WandbServer, failure_reason

_SECONDS = 5  # of the request that finds out whether the address answers at all


def refusal_of_server() -> ServerFailed | None:
    """Return why the server cannot be used, None if it answers and accepts the key.

    W&B's background process is stopped: `wandb sync` would use it, and it resolves paths in another working folder.
    """
    import wandb

    try:
        WandbServer().connect()
    except Exception as error:
        return ServerFailed(f"the server cannot be used: {refusal_reason(error, wandb.setup().settings.base_url)}")
    finally:
        wandb.teardown()
    return None


def refusal_reason(error: Exception, address: str) -> str:
    """Return why a connection failed. W&B calls a missing server an authentication error, so the address is tried."""
    reason = failure_reason(error)
    parts = urlsplit(address)
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()  # without a user and a password
    return reason if _answers(plain) else f"no answer from {plain} ({reason})"


def _answers(address: str) -> bool:
    """Return whether a server answers at an address, with any status. A wrong certificate is an answer, too."""
    try:
        with urlopen(Request(address, method="HEAD"), timeout=_SECONDS):
            return True
    except HTTPError:
        return True
    except URLError as error:
        return isinstance(error.reason, ssl.SSLError)
    except (OSError, ValueError):  # no answer in time, or no address
        return False
