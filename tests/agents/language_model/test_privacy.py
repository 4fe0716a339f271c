"""The privacy filter: private values are replaced, everything else is unchanged."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.language_model.privacy import Privacy, cleaner, filter_request, local_privacy
from agents.language_model.protocol import Request
from tests.agents.language_model.fake_channels import KEY, open_test_channel
from tests.agents.language_model.scripted_server import completion, scripted_server

PRIVACY = Privacy(
    patterns=(r"Project \w+", r"(?i)acme"),
    lab="/srv/labs/digits",
    home="/home/jürgen",
    host="gpu-01.cluster.example",
    user="jürgen",
    secrets=("correct-horse-battery",),
)
LETTERS = "abcdefghijklmnopqrst"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        pytest.param("in /srv/labs/digits/results/x.json", "in <lab>/results/x.json", id="lab"),
        pytest.param("in /srv/labs/digits2/x", "in <path>", id="beside the lab"),
        pytest.param("/home/jürgen", "<path>", id="home"),
        pytest.param("/home/jürgen/a/b.py:3: error", "<path>:3: error", id="below home"),
        pytest.param(json.dumps("/home/jürgen/a\n/opt/x/y"), '"<path>\\n<path>"', id="inside JSON"),
        pytest.param("~/a/b ~ann/c", "<path> <path>", id="tilde"),
        pytest.param("/usr/bin:/opt/tools/bin", "<path>:<path>", id="search path"),
        pytest.param("<code>/data/set/1</code>", "<code><path></code>", id="in HTML"),
        pytest.param(r"C:\Users\ann\x.txt is", "<path> is", id="Windows"),
        pytest.param("file:///data/set/1", "file://<path>", id="file address"),
        pytest.param("on gpu-01 and GPU-01.cluster.example", "on <host> and <host>", id="host"),
        pytest.param("jürgen's runs, Jürgen_2", "<user>'s runs, <user>_2", id="user"),
        pytest.param("ann@lab.example.org wrote", "<email> wrote", id="e-mail"),
        pytest.param("10.1.2.3, fe80::1", "<ip>, <ip>", id="addresses"),
        pytest.param("Project Hermes of ACME", "<private> of <private>", id="patterns"),
        pytest.param("it is correct-horse-battery.", "it is <key>.", id="secret of the environment"),
        pytest.param(f"key {KEY}", "key <key>", id="OpenAI"),
        pytest.param("ghp_" + LETTERS, "<key>", id="GitHub"),
        pytest.param("hf_" + LETTERS, "<key>", id="Hugging Face"),
        pytest.param("AKIA" + LETTERS.upper(), "<key>", id="AWS"),
        pytest.param("eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "<key>", id="JWT"),
        pytest.param("Authorization: Bearer abcdef123456", "Authorization: Bearer <key>", id="bearer"),
        pytest.param("WANDB_API_KEY=0123456789abcdef", "WANDB_API_KEY=<key>", id="W&B"),
        pytest.param('{"password": "hunter2!"}', '{"password": "<key>"}', id="password"),
        pytest.param("https://ann:pw@example.org/x", "https://<key>@example.org/x", id="login in an address"),
        pytest.param("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "<key>", id="PEM"),
    ],
)
def test_private_values_are_replaced_by_markers(text: str, sent: str) -> None:
    assert cleaner(PRIVACY)(text) == sent


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "With {{f:arm[model.lr=0.01].level}} it was {{v:hypothesis}} {{cite:lecun1998}}", id="placeholders"
        ),
        pytest.param("accuracy and/or loss, 3/4, train/loss, output/eval_results.json", id="slashes"),
        pytest.param('{"$ref": "#/$defs/Block", "max_tokens": 512}', id="schema"),
        pytest.param("at 12:30:45 on 2026-01-02, torch 2.13.0+cpu, a[1:2]", id="times and versions"),
        pytest.param("the tokenizer: gpt2, a secret sauce, basic configuration", id="words"),
        pytest.param("<br/></p></div> http://example.org/a/b?c=d", id="markup and addresses"),
        pytest.param("commit 3f786850e387550fdab836ed7e6dc881de23001b", id="commit"),
        pytest.param(r"$\frac{a}{b}$ and \cite{x}", id="LaTeX"),
        pytest.param("<path> <key> <lab>/results/x <user>@<host>", id="markers"),
    ],
)
def test_other_texts_are_unchanged(text: str) -> None:
    assert cleaner(PRIVACY)(text) == text


def test_every_string_of_a_request_is_filtered_and_its_structure_kept() -> None:
    path = "/home/jürgen/secret.txt"
    call = {"id": "call_1", "type": "function", "function": {"name": "read", "arguments": json.dumps({"path": path})}}
    request = Request(
        messages=(
            {"role": "system", "content": path},
            {"role": "user", "content": [{"type": "text", "text": path}]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({path: path})},
        ),
        schema={"title": path, "properties": {"user": {"type": "string", "enum": [path]}}},
        tools=({"type": "function", "function": {"name": "read", "description": path}},),
        parameters={"stop": [path], "temperature": 0.0},
        prompt_version="1",
    )
    sent = filter_request(request, PRIVACY)
    assert "secret" not in repr(sent)
    assert "rgen" not in repr(sent)
    assert [message["role"] for message in sent.messages] == ["system", "user", "assistant", "tool"]
    assert json.loads(sent.messages[2]["tool_calls"][0]["function"]["arguments"]) == {"path": "<path>"}
    assert sent.parameters["temperature"] == 0.0
    assert sent.schema == {"title": "<path>", "properties": {"user": {"type": "string", "enum": ["<path>"]}}}


@pytest.mark.parametrize("user", ["root", "user", "me", ""])
def test_an_account_with_an_ordinary_name_is_not_replaced(user: str) -> None:
    assert (
        cleaner(Privacy(user=user))("the root mean square of a user and me") == "the root mean square of a user and me"
    )


@given(st.text(st.sampled_from("/~\\:.@<>= \n\"'abjürgensk-019_"), max_size=60) | st.text(max_size=40))
def test_the_filter_is_idempotent(text: str) -> None:
    clean = cleaner(PRIVACY)
    once = clean(text)
    assert clean(once) == once


@given(st.lists(st.sampled_from(["/home/jürgen", "jürgen", "gpu-01", " ", "x", '"', "/", ":", "\n"]), max_size=12))
def test_the_home_folder_is_always_replaced(pieces: list[str]) -> None:
    assert "/home/jürgen/" not in cleaner(PRIVACY)("".join(pieces))


@pytest.mark.parametrize(
    "piece",
    [
        ":",
        "/a",
        "a.",
        "~/",
        "\\",
        "\\\\a",
        "a:\\b",
        "sk-",
        "a@",
        "token=",
        "password ",
        "secret",
        "eyJ-",
        "SG.",
        "1.",
        "://a",
    ],
)
def test_repetitive_texts_are_filtered_in_linear_time(piece: str) -> None:
    start = time.process_time()
    cleaner(PRIVACY)(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 2.0


def test_environment_variables_with_secret_names_are_secrets() -> None:
    environ = {
        "WANDB_API_KEY": "0123456789",
        "MY_TOKEN": "short",
        "TOKENIZERS_PARALLELISM": "disabled",
        "HOME": "/home/ann",
        "USER": "ann",
    }
    privacy = local_privacy(environ, patterns=("x",), lab=Path("/lab"))
    assert privacy.secrets == ("0123456789",)
    assert (privacy.home, privacy.user, privacy.lab, privacy.patterns) == ("/home/ann", "ann", "/lab", ("x",))


def test_the_endpoint_receives_the_filtered_request(tmp_path: Path) -> None:
    with scripted_server([completion("Fine.")]) as server:
        channel = open_test_channel(tmp_path, server.base_url, private=["Hermes"])
        channel.ask(Request(({"role": "user", "content": f"Hermes {tmp_path}/a /home/somebody/b {KEY}"},)))
    assert server.requests[0].body["messages"][0]["content"] == "<private> <lab>/a <path> <key>"
