"""A value that is a key is refused where it is written, and names that only resemble keys are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from compiler.base.paths import Lab
from compiler.secrets.config_secrets import literal_secret_problems
from tests.compiler.small_lab import FILES
from tests.labs import mistakes_of, spec

NewLab = Callable[[Mapping[str, str | bytes]], Lab]
KEYS = {
    "openai": "sk-9f8e7d6c5b4a3f2e1d0c",
    "openai project": "sk-proj-Ab3dEf6hIj9lMn2pQr5t",
    "anthropic": "sk-ant-api03-AAAABBBBCCCCDDDD1EEE",
    "hugging face": "hf_AbCdEfGhIjKlMnOpQrStUvWx",
    "github": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "aws": "AKIAIOSFODNN7EXAMPLE",
    "pem": "-----BEGIN RSA PRIVATE KEY-----\nMII",
    "login": "https://me:pw12@host/x",
    "in a sentence": "use hf_AbCdEfGhIjKlMnOpQrStUvWx for it",
}
NO_KEYS = {
    "run id": "0123456789ab",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "commit": "e83c5163316f89bfbde7d9ab23ca2e25604af290",
    "model": "sk-resnet50-imagenet-pretrained-v2",
    "module": "sklearn.ensemble.RandomForestClassifier",
    "hub": "hf_hub_download_of_the_large_model",
    "url": "https://example.org/a@b:8080/x",
    "sentence": "token: number of tokens, key: name",
}


@pytest.mark.parametrize("value", KEYS.values(), ids=KEYS)
def test_a_key_is_found_in_any_text_and_as_a_key(value: str) -> None:
    assert [problem.path for problem in literal_secret_problems({"a": [{"b": value}]})] == [("a", 0, "b")]
    assert [problem.path for problem in literal_secret_problems({"a": {value: 1}})] == [("a",)]


@pytest.mark.parametrize("value", NO_KEYS.values(), ids=NO_KEYS)
def test_what_resembles_a_key_is_accepted(value: str) -> None:
    assert not list(literal_secret_problems({"a": value, "num_tokens": 40, "tokenizer": value}))


@pytest.mark.parametrize(
    ("name", "value", "is_refused"),
    [
        ("api_key", "0123456789abcdef", True),
        ("wandb_password", "correct1horse2battery", True),
        ("api_key", "${oc.env:HOME}", False),
        ("pad_token", "<pad>", False),
        ("auth_token", None, False),
        ("secret", "a sentence about 12 secrets", False),
    ],
)
def test_the_name_of_a_field_can_show_a_secret(name: str, value: str | None, is_refused: bool) -> None:
    assert bool(list(literal_secret_problems({"model": {name: value}}))) == is_refused


PLACES = {
    "hypothesis": ("experiment: {{hypothesis: '{0}'}}", "2:14"),
    "tag": ("experiment: {{hypothesis: H., metadata: {{tags: ['{0}']}}}}", "2:48"),
    "level": ("experiment: {{hypothesis: H., sweep: {{model.lr: '0.1,{0}'}}}}", "2:38"),
    "model": ("experiment: {{hypothesis: H.}}\nmodel: {{lr: '{0}'}}", "3:9"),
    "joined": ("experiment: {{hypothesis: H.}}\nmodel: {{lr: 'sk-${{.width}}', width: {1}}}", "3:9"),
}


@pytest.mark.parametrize(("text", "position"), PLACES.values(), ids=PLACES)
def test_a_key_in_a_spec_is_refused_at_its_place_and_not_printed(text: str, position: str, lab: NewLab) -> None:
    key = KEYS["openai"]
    mistakes = mistakes_of(lab(FILES | {"leak": spec(text.format(key, key.removeprefix("sk-")))}), "leak")
    assert any(line.startswith(f"conf/experiment/leak.yaml:{position}: ") for line in mistakes), mistakes
    assert "looks like a key" in mistakes[0]
    assert key not in "\n".join(mistakes)
