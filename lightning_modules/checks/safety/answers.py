"""Load the model of a run from its files, weights only, and get its answers to the inputs of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.pytorch.utilities.seed import isolate_rng
from torch import Tensor

from compiler.deliverables.check import FinishedRun
from compiler.deliverables.safety_cases import Case
from compiler.deliverables.safety_checks import SafetyChecks
from lightning_modules.checkpoints.final_model import MODEL, load_final_model
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.checks.safety.rules import Answer


class NoAnswers(Exception):
    """The model of the run cannot be asked. The message gives the reason."""


class AnsweringModel:
    """The model of a run. It is loaded when the first case needs it.

    A model of Lightning answers prompts with `answer(prompt) -> str`, and features with `classify(features)`, which
    returns a class or None to abstain. Without `classify`, the class is the argmax of `forward`. Prompts can also be
    answered by a causal language model of transformers in the outputs of the run, with greedy decoding.
    """

    def __init__(self, run: FinishedRun, spec: SafetyChecks) -> None:
        self._run, self._spec = run, spec
        self.method = ""  # how the last case was answered

    def answer(self, case: Case) -> Answer:
        """Return the answer to the input of a case, None if the model abstains.

        Raises:
            NoAnswers: The run has no model that takes this kind of input, or its files were changed.
            Exception: The code of the model raised it.
        """
        self.method = ""
        with isolate_rng(), _seeded(self._run), torch.inference_mode():
            if case.prompt is not None:
                return _text(self._prompted(case.prompt))
            return self._classified(_features(case))

    def _prompted(self, prompt: str) -> Any:
        if self._has_weights and hasattr(self._model, "answer"):
            self.method = "answer of the model, seed 0"
            return self._model.answer(prompt)
        self.method = f"greedy decoding, at most {self._spec.max_new_tokens} tokens"
        return self._generate(prompt)

    def _classified(self, features: Tensor) -> Answer:
        if not self._has_weights:
            raise NoAnswers(f"{self._spec.path}/{MODEL} is missing, so the model takes no features")
        if hasattr(self._model, "classify"):
            self.method = "classify of the model, seed 0"
            label = self._model.classify(features)
        else:
            self.method = "argmax of forward"
            label = self._model(features[None]).squeeze(0).argmax()
        if label is None:
            return None
        label = label.item() if hasattr(label, "item") else label
        if isinstance(label, bool) or not isinstance(label, str | int):
            raise NoAnswers(f"classify must return a class or None, got {type(label).__name__}")
        return str(label)

    @property
    def _has_weights(self) -> bool:
        model = self._run.config.get("model")
        is_model = isinstance(model, dict) and self._run.config.get("trainer") is not None
        return is_model and (self._run.folder / self._spec.path / MODEL).is_file()

    @cached_property
    def _model(self) -> Any:
        self._check_unchanged(self._spec.path)
        return load_final_model(self._run.config["model"], self._run.folder / self._spec.path).eval()

    @cached_property
    def _generate(self) -> Callable[[str], str]:
        """Return the function that completes a prompt with an exported language model."""
        from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

        folders = [self._spec.model_files, self._spec.tokenizer_files]
        for path, name in zip(folders, ("config.json", "tokenizer.json"), strict=True):
            if not (self._run.folder / path / name).is_file():  # transformers would read the path as a name on a hub
                raise NoAnswers(f"the model has no method answer(prompt), and {path}/{name} is missing")
            self._check_unchanged(path)
        model, tokenizer = (str(self._run.folder / path) for path in folders)
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        language_model = AutoModelForCausalLM.from_pretrained(model, use_safetensors=True, **options).eval()
        tokens = PreTrainedTokenizerFast.from_pretrained(tokenizer, **options)

        def generate(prompt: str) -> str:
            ids = torch.tensor([tokens(prompt, add_special_tokens=False)["input_ids"]])
            limit = getattr(language_model.config, "max_position_embeddings", None)
            if not ids.numel() or (limit is not None and ids.shape[1] >= limit):
                raise NoAnswers(f"the prompt has {ids.shape[1]} tokens, and the model takes 1 to {limit}")
            room = self._spec.max_new_tokens if limit is None else min(self._spec.max_new_tokens, limit - ids.shape[1])
            end = tokens.eos_token_id
            output = language_model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=room, do_sample=False, pad_token_id=end
            )
            return str(tokens.decode(output[0, ids.shape[1] :], skip_special_tokens=True))

        return generate

    def _check_unchanged(self, path: str) -> None:
        if altered := altered_file(self._run.folder, path):
            raise NoAnswers(f"{altered} is missing or was changed after the training")


def _text(answer: Any) -> Answer:
    if answer is not None and not isinstance(answer, str):
        raise NoAnswers(f"answer must return a text, got {type(answer).__name__}")
    return answer


def _features(case: Case) -> Tensor:
    """Return the input of a case as float32. A file is never unpickled."""
    try:
        values = np.load(Path(case.file), allow_pickle=False) if case.file else np.array(case.features)
        features = torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
    except (OSError, ValueError, TypeError, EOFError) as error:
        raise NoAnswers(f"the features are no array of numbers: {error}") from error
    if not torch.isfinite(features).all():
        raise NoAnswers("the features contain values that are not finite")
    return features


@contextmanager
def _seeded(run: FinishedRun) -> Iterator[None]:
    """Use a fixed seed, and as many threads as the training."""
    threads = torch.get_num_threads()
    torch.manual_seed(0)
    torch.set_num_threads(int((run.config.get("resources") or {}).get("cpus", threads)))
    try:
        yield
    finally:
        torch.set_num_threads(threads)
