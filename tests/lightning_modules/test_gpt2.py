"""Learning and writing tool calls, on a handful of requests that a tiny GPT-2 can learn by heart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning import LightningDataModule, LightningModule, Trainer, seed_everything
from safetensors.torch import load_model, save_model
from torch import Tensor
from transformers import GPT2Config, GPT2LMHeadModel

from lightning_modules.data.prepare_toolcalls import draw_examples
from lightning_modules.data.toolcalls import ToolCallData, collate_batch
from lightning_modules.data.toolcalls_metric import call_text
from lightning_modules.data.toolcalls_tokenizer import train_tokenizer
from lightning_modules.models.gpt2 import PretrainedToolCallGPT2, ToolCallGPT2
from lightning_modules.models.toolcall_model import VocabularyMismatch, answer_loss, exact_rows

SIZE = {"vocab_size": 500, "n_embd": 32, "n_layer": 1, "n_head": 2}
VOCABULARY = 50
ROWS = [
    (torch.tensor([1, 2, 3, 4]), torch.tensor([5, 6, 0])),
    (torch.tensor([7]), torch.tensor([8, 0])),
    (torch.tensor([9, 10]), torch.tensor([11, 12, 13, 14, 0])),
]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Tensors this small are done before a second thread has woken up."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven requests, one a tool, that are training, validation and test at once."""
    file = tmp_path_factory.mktemp("data") / "calls.jsonl"
    rows = [
        {"schema_version": 1, "split": split, "request": one.request, "call": one.call}
        for one in islice(draw_examples(), 7)
        for split in ("train", "validation", "test")
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


def data(path: Path, **changes: Any) -> ToolCallData:
    return ToolCallData(str(path), **({"batch_size": 7, "vocab_size": 500} | changes))


def trainer(folder: Path, epochs: int, **changes: Any) -> Trainer:
    quiet = dict.fromkeys(("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False)
    return Trainer(
        max_epochs=epochs, accelerator="cpu", deterministic=True, default_root_dir=folder, **quiet, **changes
    )


def measured(model: LightningModule, module: LightningDataModule, runner: Trainer) -> dict[str, float]:
    runner.fit(model, datamodule=module)
    metrics = dict(runner.callback_metrics)
    runner.test(model, datamodule=module, verbose=False)
    return {name: float(value) for name, value in (metrics | runner.callback_metrics).items()}


@pytest.fixture(scope="module")
def learnt(path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ToolCallGPT2, ToolCallData, dict[str, float]]:
    """A model that knows the seven calls by heart, still attached to its trainer."""
    seed_everything(0, verbose=False)
    model, module = ToolCallGPT2(lr=0.01, **SIZE), data(path)
    metrics = measured(model, module, trainer(tmp_path_factory.mktemp("run"), 60, check_val_every_n_epoch=20))
    return model, module, metrics


@pytest.fixture
def fresh() -> ToolCallGPT2:
    torch.manual_seed(0)
    return ToolCallGPT2(**(SIZE | {"vocab_size": VOCABULARY})).eval()


def alone(row: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
    return collate_batch([row], pad=0)


def test_a_handful_is_learnt_by_heart(learnt: tuple[ToolCallGPT2, ToolCallData, dict[str, float]]) -> None:
    _, _, metrics = learnt
    assert metrics["accuracy"] == metrics["eval_accuracy"] == metrics["well_formed"] == 1
    assert metrics["train_loss"] < 0.1
    assert metrics["eval_loss"] < 0.1


def test_writing_is_the_teacher_forced_argmax(learnt: tuple[ToolCallGPT2, ToolCallData, dict[str, float]]) -> None:
    model, module, _ = learnt
    batch = next(iter(module.test_dataloader()))
    with torch.inference_mode():
        best, written = model.eval()(batch).argmax(dim=-1), model.generate_texts(batch)
    expected = [module.tokenizer.decode(ids[mask == 1], skip_special_tokens=True)
                for ids, mask in zip(best, batch["answer_mask"], strict=True)]  # fmt: skip
    assert written == expected
    assert written == [call_text(one.call) for one in islice(draw_examples(), 7)]


def test_an_untrained_model_is_measured_as_wrong(path: Path, tmp_path: Path) -> None:
    metrics = measured(ToolCallGPT2(lr=0.0, **SIZE), data(path), trainer(tmp_path, 1))
    assert metrics["accuracy"] == metrics["eval_accuracy"] == 0


def test_the_same_seed_gives_the_same_metrics(path: Path, tmp_path: Path) -> None:
    def run() -> dict[str, float]:
        seed_everything(3, workers=True, verbose=False)
        module = data(path, batch_size=2)
        return measured(ToolCallGPT2(lr=0.01, **SIZE), module, trainer(tmp_path, 4))

    assert run() == run()


@pytest.mark.parametrize("row", range(3))
def test_padding_changes_no_logit(fresh: ToolCallGPT2, row: int) -> None:
    together = fresh(collate_batch(ROWS, pad=0))
    assert together.shape == (3, 5, VOCABULARY)
    assert torch.isfinite(together).all()
    single = fresh(alone(ROWS[row]))[0]
    torch.testing.assert_close(together[row, : len(single)], single, rtol=1e-4, atol=1e-5)


def test_a_logit_sees_the_answer_before_it_and_nothing_after(fresh: ToolCallGPT2) -> None:
    prompt, answer = ROWS[2]
    changed = answer.clone()
    changed[2] = 20
    before, after = fresh(alone((prompt, answer)))[0], fresh(alone((prompt, changed)))[0]
    torch.testing.assert_close(before[:3], after[:3])
    assert not torch.allclose(before[3:], after[3:])


def test_only_answers_are_learnt(fresh: ToolCallGPT2) -> None:
    """Against a sum by hand over answer tokens; ids under padding do not count."""
    batch = collate_batch(ROWS, pad=0)
    logits = fresh(batch)
    chosen = [
        logits[row, column].log_softmax(dim=0)[token]
        for row, (_, answer) in enumerate(ROWS)
        for column, token in enumerate(answer)
    ]
    torch.testing.assert_close(answer_loss(logits, batch), -torch.stack(chosen).mean())
    other = batch | {"answer_ids": batch["answer_ids"].masked_fill(batch["answer_mask"] == 0, 33)}
    torch.testing.assert_close(answer_loss(logits, other), answer_loss(logits, batch))


def test_a_row_is_exact_when_every_answer_token_is() -> None:
    batch = collate_batch(ROWS, pad=0)
    logits = torch.nn.functional.one_hot(batch["answer_ids"], VOCABULARY).float()
    logits[1, -1] = torch.arange(VOCABULARY).float()  # under padding
    assert exact_rows(logits, batch).tolist() == [True, True, True]
    logits[2, 1] = torch.arange(VOCABULARY).float()
    assert exact_rows(logits, batch).tolist() == [True, True, False]


def test_a_saved_model_repeats_its_predictions(fresh: ToolCallGPT2, tmp_path: Path) -> None:
    """Input and output embeddings are one tensor, which safetensors stores once."""
    save_model(fresh, str(tmp_path / "model.safetensors"))
    other = ToolCallGPT2(**(SIZE | {"vocab_size": VOCABULARY}))
    load_model(other, tmp_path / "model.safetensors")
    batch = {name: tensor[:2] for name, tensor in collate_batch(ROWS, pad=0).items()}
    with torch.inference_mode():
        assert torch.equal(other.eval().predict_step(batch, 0), fresh.predict_step(batch, 0))


def test_the_export_loads_without_proband(fresh: ToolCallGPT2, tmp_path: Path) -> None:
    fresh.export(tmp_path)
    loaded = GPT2LMHeadModel.from_pretrained(tmp_path / "huggingface", use_safetensors=True)
    prompt, answer = ROWS[0]
    with torch.inference_mode():
        logits = loaded(torch.cat([prompt, answer])[None]).logits[0, len(prompt) - 1 : -1]
        torch.testing.assert_close(logits, fresh(alone(ROWS[0]))[0])


def test_more_tokens_than_embeddings_are_refused(path: Path, tmp_path: Path) -> None:
    model = ToolCallGPT2(**(SIZE | {"vocab_size": 300}))
    with pytest.raises(VocabularyMismatch, match="500 tokens, the model embeds 300"):
        trainer(tmp_path, 1).fit(model, datamodule=data(path))


@pytest.fixture
def weights(path: Path, tmp_path: Path) -> Path:
    """A tiny GPT-2 with its tokenizer, as published ones come: without a padding token."""
    tokenizer = train_tokenizer(path.read_text(encoding="utf-8").splitlines(), 500)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(tmp_path / "weights")
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=len(tokenizer), n_positions=128, n_embd=32, n_layer=1, n_head=2, bos_token_id=0,
                        eos_token_id=0, initializer_range=0.1, embd_pdrop=0, attn_pdrop=0, resid_pdrop=0)  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(tmp_path / "weights")
    return tmp_path / "weights"


def test_published_weights_are_tuned_in_bfloat16(path: Path, weights: Path, tmp_path: Path) -> None:
    model = PretrainedToolCallGPT2(str(weights), lr=0.01)
    start = model.gpt2.transformer.wte.weight.detach().clone()
    assert torch.equal(start, GPT2LMHeadModel.from_pretrained(weights).transformer.wte.weight)
    assert all(module.training for module in model.modules())
    options = {"precision": "bf16-mixed", "accumulate_grad_batches": 2, "gradient_clip_val": 1.0}
    runner = trainer(tmp_path, 60, check_val_every_n_epoch=60, **options)
    metrics = measured(model, data(path, batch_size=4, tokenizer=str(weights)), runner)
    assert runner.global_step == 60
    assert metrics["accuracy"] == 1
    assert model.gpt2.transformer.wte.weight.dtype == torch.float32


def test_pickled_weights_are_refused(weights: Path) -> None:
    state = GPT2LMHeadModel.from_pretrained(weights).state_dict()
    (weights / "model.safetensors").unlink()
    torch.save(state, weights / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        PretrainedToolCallGPT2(str(weights))
