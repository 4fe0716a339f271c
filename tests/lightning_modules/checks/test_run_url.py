"""Only the address of a page of the configured server is written into results."""

from __future__ import annotations

import pytest

from lightning_modules.checks.tracked_run.run_url import safe_url

CONFIGURED = ("https://api.wandb.ai", "https://wandb.ai")
OWN = "https://wandb.ai/lab/proband/runs/0a1b2c3d4e5f"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)//wandb.ai",
        "file:///etc/passwd",
        "ftp://wandb.ai/lab",
        "http://evil.example/lab",
        "https://wandb.ai.evil.example/lab",
        "https://wandb.ai:8443/lab",
        "https://wandb.ai@evil.example/lab",
        "https://user:password@wandb.ai/lab",
        "http://wandb.ai/lab",
        "https://wandb.ai/\x1b[2J",
        "https://[wandb.ai/lab",
        "https://wandb.ai:port/lab",
        f"https://wandb.ai/{'x' * 10_000}",
    ],
)
def test_other_address_is_left_out(url: str | None) -> None:
    assert safe_url(url, CONFIGURED) is None


@pytest.mark.parametrize(
    ("url", "configured"),
    [
        (OWN, CONFIGURED),
        ("https://WANDB.ai/lab", CONFIGURED),
        ("http://127.0.0.1:8080/default/proband/runs/a", ("http://127.0.0.1:8080",)),
    ],
)
def test_page_of_the_server_is_kept(url: str, configured: tuple[str, ...]) -> None:
    assert safe_url(url, configured) == url


def test_server_with_a_password_in_its_address_is_not_published() -> None:
    assert safe_url("http://user:password@127.0.0.1/lab", ("http://user:password@127.0.0.1",)) is None
