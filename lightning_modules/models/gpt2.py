"""GPT-2 that answers a request with a tool call: from scratch, or from pretrained weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from lightning import LightningModule
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerBase, get_linear_schedule_with_warmup

from lightning_modules.data.toolcalls_metric import is_same_call, parsed_call
from lightning_modules.data.toolcalls_tokenizer import END_ID

Batch = dict[str, Tensor]
IGNORED = -100  # cross_entropy's default ignore_index


class VocabularyMismatch(Exception):
    """The tokenizer makes ids for which the model has no embedding."""


class ToolCaller(LightningModule):
    """What both models share: learn the answer's tokens, write answers greedily, compare calls.

    Batches are `toolcalls.batch_of`'s. Logged: `train_loss` a step; `eval_loss` and `eval_accuracy` an epoch;
    `accuracy` and `well_formed` (texts that parse, right or wrong) on the test split.
    """

    def __init__(
        self, gpt2: GPT2LMHeadModel, lr: float, weight_decay: float, warmup: float, max_new_tokens: int
    ) -> None:
        super().__init__()
        self.gpt2 = gpt2
        self.lr = lr
        self.weight_decay = weight_decay
        self.warmup = warmup
        self.max_new_tokens = max_new_tokens

    def setup(self, stage: str) -> None:
        tokens, embeddings = len(self._tokenizer), self.gpt2.config.vocab_size
        if tokens > embeddings:
            raise VocabularyMismatch(
                f"the tokenizer has {tokens} tokens, the model embeds {embeddings}: "
                "give model and data the same vocab_size, or the same pretrained name"
            )

    def forward(self, batch: Batch) -> Tensor:
        """Logits of each answer token given the request and the answer before it: (rows, answer length, vocabulary)."""
        prompt, answer = batch["prompt_mask"], batch["answer_mask"]
        padding = prompt.shape[1] - prompt.sum(dim=1, keepdim=True)
        columns = torch.arange(prompt.shape[1] + answer.shape[1], device=prompt.device)
        logits: Tensor = self.gpt2(
            input_ids=torch.cat([batch["prompt_ids"], batch["answer_ids"]], dim=1),
            attention_mask=torch.cat([prompt, answer], dim=1),
            position_ids=(columns - padding).clamp(min=0),
            logits_to_keep=answer.shape[1] + 1,
            use_cache=False,
        ).logits
        return logits[:, :-1]

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        loss = answer_loss(self(batch), batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """Accuracy under teacher forcing, one pass instead of one a token.

        If every argmax agrees given the reference so far, then by induction greedy writing yields the reference, and
        the other way round. It only misses what parses alike but is tokenised or spaced otherwise.
        """
        logits = self(batch)
        rows, tokens = len(logits), int(batch["answer_mask"].sum())
        self.log("eval_loss", answer_loss(logits, batch), batch_size=tokens, prog_bar=True, sync_dist=True)
        self.log(
            "eval_accuracy", exact_rows(logits, batch).float().mean(), batch_size=rows, prog_bar=True, sync_dist=True
        )

    def test_step(self, batch: Batch, batch_idx: int) -> None:
        written, wanted = self.written(batch), self._texts(batch["answer_ids"])
        right = [is_same_call(text, reference) for text, reference in zip(written, wanted, strict=True)]
        parsed = [parsed_call(text) is not None for text in written]
        self.log("accuracy", sum(right) / len(right), batch_size=len(right))
        self.log("well_formed", sum(parsed) / len(parsed), batch_size=len(right))

    def predict_step(self, batch: Batch, batch_idx: int) -> Tensor:
        logits: Tensor = self(batch)
        return logits

    def written(self, batch: Batch) -> list[str]:
        """What the model writes greedily after each prompt, up to the end token."""
        ids: Any = self.gpt2.generate(  # type: ignore[misc]
            batch["prompt_ids"],
            attention_mask=batch["prompt_mask"],
            max_new_tokens=self.max_new_tokens,
            do_sample=False,
            eos_token_id=self._tokenizer.eos_token_id,
            pad_token_id=self._tokenizer.pad_token_id,
        )
        return self._texts(ids[:, batch["prompt_ids"].shape[1] :])

    def _texts(self, ids: Tensor) -> list[str]:
        return self._tokenizer.batch_decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)

    @property
    def _tokenizer(self) -> PreTrainedTokenizerBase:
        tokenizer: PreTrainedTokenizerBase = self.trainer.datamodule.tokenizer  # type: ignore[attr-defined]
        return tokenizer

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=self.weight_decay)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = get_linear_schedule_with_warmup(optimizer, round(self.warmup * steps), steps)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def export(self, output: Path) -> None:
        """Leave the model as `GPT2LMHeadModel.from_pretrained(output / "huggingface")` reads it."""
        self.gpt2.save_pretrained(output / "huggingface")


def answer_loss(logits: Tensor, batch: Batch) -> Tensor:
    """Mean cross-entropy in nats over answer tokens. Requests and padding are read, never learnt."""
    labels = batch["answer_ids"].masked_fill(batch["answer_mask"] == 0, IGNORED)
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


def exact_rows(logits: Tensor, batch: Batch) -> Tensor:
    """For each row, whether every answer token is the most probable one: bool of shape (rows,)."""
    return ((logits.argmax(dim=-1) == batch["answer_ids"]) | (batch["answer_mask"] == 0)).all(dim=1)


class ToolCallGPT2(ToolCaller):
    """A small GPT-2 trained from scratch. Sizes are those of `transformers.GPT2Config`."""

    def __init__(
        self,
        lr: float = 1e-3,
        weight_decay: float = 0.01,
        warmup: float = 0.1,
        vocab_size: int = 1024,
        n_positions: int = 96,
        n_embd: int = 64,
        n_layer: int = 3,
        n_head: int = 8,
        dropout: float = 0.0,
        initializer_range: float = 0.1,
        max_new_tokens: int = 48,
    ) -> None:
        config = GPT2Config(
            vocab_size=vocab_size,
            n_positions=n_positions,
            n_embd=n_embd,
            n_layer=n_layer,
            n_head=n_head,
            embd_pdrop=dropout,
            attn_pdrop=dropout,
            resid_pdrop=dropout,
            initializer_range=initializer_range,
            activation_function="gelu_pytorch_tanh",
            bos_token_id=END_ID,
            eos_token_id=END_ID,
            pad_token_id=END_ID,
        )
        super().__init__(GPT2LMHeadModel(config), lr, weight_decay, warmup, max_new_tokens)


class PretrainedToolCallGPT2(ToolCaller):
    """GPT-2 of any size from published weights, by name or folder. Reads safetensors only and runs no remote code."""

    def __init__(
        self,
        pretrained: str = "gpt2-medium",
        lr: float = 5e-5,
        weight_decay: float = 0.01,
        warmup: float = 0.1,
        max_new_tokens: int = 80,
    ) -> None:
        gpt2 = GPT2LMHeadModel.from_pretrained(pretrained, use_safetensors=True, dtype=torch.float32)
        # It comes in eval mode, and Lightning trains a model in the mode it finds: without dropout, that is.
        super().__init__(gpt2.train(), lr, weight_decay, warmup, max_new_tokens)
