"""GPT-2 models for the tool-calling data: trained from scratch, or from pretrained weights."""

from __future__ import annotations

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from lightning_modules.data.toolcalls_tokenizer import END_ID
from lightning_modules.models.toolcall_model import ToolCallModel


class ToolCallGPT2(ToolCallModel):
    """A small GPT-2 trained from scratch. The sizes are arguments of `transformers.GPT2Config`."""

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


class PretrainedToolCallGPT2(ToolCallModel):
    """A GPT-2 of any size with published weights, given by a name or a folder.

    Only safetensors files are read, and no code that comes with the weights is run.
    """

    def __init__(
        self,
        pretrained: str = "gpt2-medium",
        lr: float = 5e-5,
        weight_decay: float = 0.01,
        warmup: float = 0.1,
        max_new_tokens: int = 80,
    ) -> None:
        gpt2 = GPT2LMHeadModel.from_pretrained(pretrained, use_safetensors=True, dtype=torch.float32)
        # `from_pretrained` returns the model in eval mode. Lightning keeps the mode, so dropout would stay off.
        super().__init__(gpt2.train(), lr, weight_decay, warmup, max_new_tokens)
