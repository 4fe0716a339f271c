"""Settings of the config group `agents`: the shipped files are valid, and each mistake is located."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.language_model.open_channel import open_channel
from compiler.base.paths import ENGINE
from compiler.spec.agent_settings import Price, SettingsError, parse_settings

CONF = ENGINE / "conf" / "agents"
OPENAI = {"kind": "openai", "model": "m"}


def _shipped(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((CONF / f"{name}.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        pytest.param("offline", {}, id="offline"),
        pytest.param("openai", {"model": "m"}, id="openai"),
        pytest.param("replay", {"replay": "answers.jsonl"}, id="replay"),
    ],
)
def test_shipped_files_need_only_their_required_settings(name: str, needed: dict[str, Any], tmp_path: Path) -> None:
    settings = parse_settings({**_shipped(name), **needed})
    assert settings.kind == name
    channel = open_channel(settings, folder_for_cache=tmp_path, ledger_file=tmp_path / "ledger.json", environ={})
    assert (channel is None) == (name == "offline")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("node", "line"),
    [
        pytest.param({"kind": "openai"}, "agents.model: agents=openai needs a model", id="no model"),
        pytest.param({"kind": "replay"}, "agents.replay: agents=replay needs a recording", id="no recording"),
        pytest.param({"kind": "local"}, "agents.kind: unknown value (known: offline, openai, replay)", id="kind"),
        pytest.param({"modle": "m"}, "agents.modle: unknown key 'modle' (did you mean 'model'?)", id="unknown"),
        pytest.param({"budget": {"call": 1}}, "agents.budget.call: unknown key 'call'", id="unknown inside"),
        pytest.param(
            {**OPENAI, "budget": {"cost": 1}}, "agents.price: a budget in money needs the price", id="no price"
        ),
        pytest.param({**OPENAI, "base_url": "localhost"}, "agents.base_url: is not an address", id="no address"),
        pytest.param({**OPENAI, "base_url": "http://a:b@c/v1"}, "agents.base_url: looks like a key", id="login"),
        pytest.param(
            {**OPENAI, "base_url": "http://c/v1?k=v"}, "agents.base_url: must not contain a user name", id="query"
        ),
        pytest.param({**OPENAI, "api_key": "k"}, "agents.api_key: a key must not be written", id="key"),
        pytest.param({**OPENAI, "token": "k"}, "agents.token: a key must not be written", id="token"),
        pytest.param({**OPENAI, "api_key_env": "a key"}, "agents.api_key_env: is not the name", id="no variable"),
        pytest.param(
            {**OPENAI, "api_key_env": "sk-0123456789abcdefgh"},
            "agents.api_key_env: looks like a key",
            id="key for name",
        ),
        pytest.param({**OPENAI, "model": "${oc.env:MY_KEY}"}, "agents.model: would write a secret", id="copied key"),
        pytest.param({"private": ["("]}, "agents.private[0]: is not a regular expression", id="pattern"),
        pytest.param({"private": ["a*"]}, "agents.private[0]: matches the empty text", id="pattern of nothing"),
        pytest.param({"temperature": float("nan")}, "agents.temperature: ", id="not a number"),
        pytest.param({"timeout_seconds": 0}, "agents.timeout_seconds: ", id="no time"),
    ],
)
def test_each_mistake_is_reported_at_its_key(node: dict[str, Any], line: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(node)
    assert str(caught.value).startswith(line)


def test_all_mistakes_are_reported_without_quoting_a_key() -> None:
    node = {"kind": "x", "api_key": "sk-0123456789abcdefgh", "seed": "s", "private": ["sk-0123456789abcdefgh("]}
    with pytest.raises(SettingsError) as caught:
        parse_settings(node)
    assert [problem.path for problem in caught.value.problems] == [("api_key",), ("kind",), ("seed",), ("private", 0)]
    assert "sk-0123456789abcdefgh" not in str(caught.value)


def test_an_unknown_price_gives_an_unknown_cost() -> None:
    assert Price().cost(1, 1) is None
    assert Price(input_per_million=1.0, currency="EUR").cost(1, 1) is None
    assert Price(input_per_million=2.0, output_per_million=4.0, currency="EUR").cost(500_000, 250_000) == 2.0
