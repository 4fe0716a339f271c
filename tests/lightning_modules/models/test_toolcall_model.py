"""A tiny GPT-2 memorizes seven tool calls. Losses, padding, generation and loading of weights are checked."""

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
from lightning_modules.recording.item_recorder import ItemRecorder

Learnt = tuple[ToolCallGPT2, ToolCallData, dict[str, float]]  # a model, its data and its metrics
SIZE = {"vocab_size": 500, "n_embd": 32, "n_layer": 1, "n_head": 2}
VOCABULARY = 50
ROWS = [
    (torch.tensor([1, 2, 3, 4]), torch.tensor([5, 6, 0])),
    (torch.tensor([7]), torch.tensor([8, 0])),
    (torch.tensor([9, 10]), torch.tensor([11, 12, 13, 14, 0])),
]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Use one thread, because the tensors are too small for a second one to help."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data file with one request for each tool, the same in all splits."""
    file = tmp_path_factory.mktemp("data") / "calls.jsonl"
    rows = [
        {"schema_version": 1, "split": split, "request": example.request, "call": example.call}
        for example in islice(draw_examples(), 7)
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


def train_and_test(model: LightningModule, module: LightningDataModule, runner: Trainer) -> dict[str, float]:
    runner.fit(model, datamodule=module)
    metrics = dict(runner.callback_metrics)
    runner.test(model, datamodule=module, verbose=False)
    return {name: float(value) for name, value in (metrics | runner.callback_metrics).items()}


@pytest.fixture(scope="module")
def learnt(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Learnt:
    """A model that has learnt the seven calls, with its data and its metrics."""
    seed_everything(0, verbose=False)
    model, module = ToolCallGPT2(lr=0.01, **SIZE), data(path)
    metrics = train_and_test(model, module, trainer(tmp_path_factory.mktemp("run"), 60, check_val_every_n_epoch=20))
    return model, module, metrics


@pytest.fixture
def untrained() -> ToolCallGPT2:
    torch.manual_seed(0)
    return ToolCallGPT2(**(SIZE | {"vocab_size": VOCABULARY})).eval()


def single_batch(row: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
    return collate_batch([row], pad=0)


def test_model_memorizes_seven_calls(learnt: Learnt) -> None:
    _, _, metrics = learnt
    assert metrics["accuracy"] == metrics["eval_accuracy"] == metrics["well_formed"] == 1
    assert metrics["train_loss"] < 0.1
    assert metrics["eval_loss"] < 0.1


def test_results_of_the_items_are_texts_whose_mean_is_the_accuracy(path: Path, tmp_path: Path) -> None:
    recorder, module = ItemRecorder(), data(path)
    runner = trainer(tmp_path, 1, callbacks=[recorder])
    metrics = train_and_test(ToolCallGPT2(lr=0.01, **SIZE), module, runner)
    items = recorder.items()
    assert items["target"].tolist() == [call_text(example.call) for example in islice(draw_examples(), 7)]
    assert items["prediction"].dtype.kind == "U"
    assert (items["correct"].mean(), items["well_formed"].mean()) == (metrics["accuracy"], metrics["well_formed"])


def test_greedy_generation_equals_the_argmax_under_teacher_forcing(learnt: Learnt) -> None:
    model, module, _ = learnt
    batch = next(iter(module.test_dataloader()))
    with torch.inference_mode():
        best, generated = model.eval()(batch).argmax(dim=-1), model.generate_texts(batch)
    expected = [module.tokenizer.decode(ids[mask == 1], skip_special_tokens=True)
                for ids, mask in zip(best, batch["answer_mask"], strict=True)]  # fmt: skip
    assert generated == expected
    assert generated == [call_text(example.call) for example in islice(draw_examples(), 7)]


def test_untrained_model_has_accuracy_0(path: Path, tmp_path: Path) -> None:
    metrics = train_and_test(ToolCallGPT2(lr=0.0, **SIZE), data(path), trainer(tmp_path, 1))
    assert metrics["accuracy"] == metrics["eval_accuracy"] == 0


def test_same_seed_gives_the_same_metrics(path: Path, tmp_path: Path) -> None:
    def run() -> dict[str, float]:
        seed_everything(3, workers=True, verbose=False)
        module = data(path, batch_size=2)
        return train_and_test(ToolCallGPT2(lr=0.01, **SIZE), module, trainer(tmp_path, 4))

    assert run() == run()


@pytest.mark.parametrize("row", range(3))
def test_padding_does_not_change_logits(untrained: ToolCallGPT2, row: int) -> None:
    padded = untrained(collate_batch(ROWS, pad=0))
    assert padded.shape == (3, 5, VOCABULARY)
    assert torch.isfinite(padded).all()
    single = untrained(single_batch(ROWS[row]))[0]
    torch.testing.assert_close(padded[row, : len(single)], single, rtol=1e-4, atol=1e-5)


def test_logit_depends_only_on_the_answer_tokens_before_it(untrained: ToolCallGPT2) -> None:
    prompt, answer = ROWS[2]
    changed = answer.clone()
    changed[2] = 20
    before, after = untrained(single_batch((prompt, answer)))[0], untrained(single_batch((prompt, changed)))[0]
    torch.testing.assert_close(before[:3], after[:3])
    assert not torch.allclose(before[3:], after[3:])


def test_loss_covers_only_the_answer_tokens(untrained: ToolCallGPT2) -> None:
    """The loss equals an explicit sum over the answer tokens. Ids at padded positions have no effect."""
    batch = collate_batch(ROWS, pad=0)
    logits = untrained(batch)
    log_probabilities = [
        logits[row, column].log_softmax(dim=0)[token]
        for row, (_, answer) in enumerate(ROWS)
        for column, token in enumerate(answer)
    ]
    torch.testing.assert_close(answer_loss(logits, batch), -torch.stack(log_probabilities).mean())
    changed = batch | {"answer_ids": batch["answer_ids"].masked_fill(batch["answer_mask"] == 0, 33)}
    torch.testing.assert_close(answer_loss(logits, changed), answer_loss(logits, batch))


def test_row_is_exact_if_every_answer_token_is_the_most_probable() -> None:
    batch = collate_batch(ROWS, pad=0)
    logits = torch.nn.functional.one_hot(batch["answer_ids"], VOCABULARY).float()
    logits[1, -1] = torch.arange(VOCABULARY).float()  # at a padded position
    assert exact_rows(logits, batch).tolist() == [True, True, True]
    logits[2, 1] = torch.arange(VOCABULARY).float()
    assert exact_rows(logits, batch).tolist() == [True, True, False]


def test_saved_model_repeats_its_predictions(untrained: ToolCallGPT2, tmp_path: Path) -> None:
    """Input and output embeddings are the same tensor, which safetensors stores once."""
    save_model(untrained, str(tmp_path / "model.safetensors"))
    other = ToolCallGPT2(**(SIZE | {"vocab_size": VOCABULARY}))
    load_model(other, tmp_path / "model.safetensors")
    batch = {name: tensor[:2] for name, tensor in collate_batch(ROWS, pad=0).items()}
    with torch.inference_mode():
        assert torch.equal(other.eval().predict_step(batch, 0), untrained.predict_step(batch, 0))


def test_exported_model_loads_without_proband(untrained: ToolCallGPT2, tmp_path: Path) -> None:
    untrained.export(tmp_path)
    loaded = GPT2LMHeadModel.from_pretrained(tmp_path / "huggingface", use_safetensors=True)
    prompt, answer = ROWS[0]
    with torch.inference_mode():
        logits = loaded(torch.cat([prompt, answer])[None]).logits[0, len(prompt) - 1 : -1]
        torch.testing.assert_close(logits, untrained(single_batch(ROWS[0]))[0])


def test_tokenizer_with_more_tokens_than_embeddings_is_rejected(path: Path, tmp_path: Path) -> None:
    model = ToolCallGPT2(**(SIZE | {"vocab_size": 300}))
    with pytest.raises(VocabularyMismatch, match="500 tokens, the model embeds 300"):
        trainer(tmp_path, 1).fit(model, datamodule=data(path))


@pytest.fixture
def weights(path: Path, tmp_path: Path) -> Path:
    """A folder with a tiny GPT-2 and its tokenizer, which has no padding token, like published ones."""
    tokenizer = train_tokenizer(path.read_text(encoding="utf-8").splitlines(), 500)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(tmp_path / "weights")
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=len(tokenizer), n_positions=128, n_embd=32, n_layer=1, n_head=2, bos_token_id=0,
                        eos_token_id=0, initializer_range=0.1, embd_pdrop=0, attn_pdrop=0, resid_pdrop=0)  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(tmp_path / "weights")
    return tmp_path / "weights"


def test_pretrained_weights_are_fine_tuned_in_bfloat16(path: Path, weights: Path, tmp_path: Path) -> None:
    model = PretrainedToolCallGPT2(str(weights), lr=0.01)
    start = model.gpt2.transformer.wte.weight.detach().clone()
    assert torch.equal(start, GPT2LMHeadModel.from_pretrained(weights).transformer.wte.weight)
    assert all(module.training for module in model.modules())
    options = {"precision": "bf16-mixed", "accumulate_grad_batches": 2, "gradient_clip_val": 1.0}
    runner = trainer(tmp_path, 60, check_val_every_n_epoch=60, **options)
    metrics = train_and_test(model, data(path, batch_size=4, tokenizer=str(weights)), runner)
    assert runner.global_step == 60
    assert metrics["accuracy"] == 1
    assert model.gpt2.transformer.wte.weight.dtype == torch.float32


def test_pickled_weights_are_rejected(weights: Path) -> None:
    state = GPT2LMHeadModel.from_pretrained(weights).state_dict()
    (weights / "model.safetensors").unlink()
    torch.save(state, weights / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        PretrainedToolCallGPT2(str(weights))
