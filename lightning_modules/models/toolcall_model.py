"""Define how a GPT-2 learns to answer a request with a tool call, and how the answers are evaluated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from lightning import LightningModule
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import GPT2LMHeadModel, PreTrainedTokenizerBase, get_linear_schedule_with_warmup

from lightning_modules.data.toolcalls_metric import is_same_call, parse_call

Batch = dict[str, Tensor]
_IGNORED_LABEL = -100  # the default `ignore_index` of cross_entropy


class VocabularyMismatch(Exception):
    """The tokenizer produces ids for which the model has no embedding."""


class ToolCallModel(LightningModule):
    """Learns the tokens of the answer, generates answers greedily, and compares the calls.

    Batches are those of `toolcalls.collate_batch`. Logged metrics: `train_loss` per step; `eval_loss` and
    `eval_accuracy` per epoch; `accuracy` and `well_formed` (the share of texts that parse as JSON) on the test split.
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
        """Return the logits of each answer token, given the request and the answer before the token.

        The shape is (rows, answer length, vocabulary).
        """
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
        """Log the loss and the accuracy under teacher forcing, which takes one pass instead of one per token.

        If the argmax of every token is right given the reference before it, then by induction greedy generation gives
        the reference, and vice versa. Only a call that is tokenized or spaced differently is not counted as right.
        """
        logits = self(batch)
        rows, tokens = len(logits), int(batch["answer_mask"].sum())
        accuracy = exact_rows(logits, batch).float().mean()
        self.log("eval_loss", answer_loss(logits, batch), batch_size=tokens, prog_bar=True, sync_dist=True)
        self.log("eval_accuracy", accuracy, batch_size=rows, prog_bar=True, sync_dist=True)

    def test_step(self, batch: Batch, batch_idx: int) -> dict[str, list[str] | list[bool]]:
        """Return the results of each item, which are written to `predictions.npz`."""
        texts, references = self.generate_texts(batch), self._decode(batch["answer_ids"])
        right = [is_same_call(text, reference) for text, reference in zip(texts, references, strict=True)]
        parsed = [parse_call(text) is not None for text in texts]
        self.log("accuracy", sum(right) / len(right), batch_size=len(right))
        self.log("well_formed", sum(parsed) / len(parsed), batch_size=len(right))
        return {"target": references, "prediction": texts, "correct": right, "well_formed": parsed}

    def predict_step(self, batch: Batch, batch_idx: int) -> Tensor:
        logits: Tensor = self(batch)
        return logits

    def generate_texts(self, batch: Batch) -> list[str]:
        """Return the text that the model generates greedily after each prompt, up to the end token."""
        ids: Any = self.gpt2.generate(  # type: ignore[misc]
            batch["prompt_ids"],
            attention_mask=batch["prompt_mask"],
            max_new_tokens=self.max_new_tokens,
            do_sample=False,
            eos_token_id=self._tokenizer.eos_token_id,
            pad_token_id=self._tokenizer.pad_token_id,
        )
        return self._decode(ids[:, batch["prompt_ids"].shape[1] :])

    def _decode(self, ids: Tensor) -> list[str]:
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
        """Save the model for `GPT2LMHeadModel.from_pretrained(output / "huggingface")`."""
        self.gpt2.save_pretrained(output / "huggingface")


def answer_loss(logits: Tensor, batch: Batch) -> Tensor:
    """Return the mean cross-entropy, in nats, over the tokens of the answers. Requests and padding do not count."""
    labels = batch["answer_ids"].masked_fill(batch["answer_mask"] == 0, _IGNORED_LABEL)
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=_IGNORED_LABEL)


def exact_rows(logits: Tensor, batch: Batch) -> Tensor:
    """Return for each row whether every answer token is the most probable one: bool of shape (rows,)."""
    return ((logits.argmax(dim=-1) == batch["answer_ids"]) | (batch["answer_mask"] == 0)).all(dim=1)
