"""Signatures of targets, read from source: small modules for each way to define one, and installed classes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import ENGINE
from compiler.python_source.modules import Modules
from compiler.python_source.signatures import UNKNOWN, Signature, Signatures, TargetNotFound
from compiler.python_source.target_check import target_problems
from tests.labs import write_lab

SOURCES = {
    "nets.py": """
import functools
from dataclasses import dataclass
from typing import Any

class Plain:
    def __init__(self, lr: float, hidden: int = 3, *, name: str, note: str = ""): ...

class PositionalOnly:
    def __init__(self, a, /, b, c=1): ...

class Open(Plain):
    def __init__(self, width, **kwargs): ...

class Starred:
    def __init__(self, *layers, bias=True): ...

class Child(Plain):
    pass

class GrandChild(Child):
    extra = 1

class OfNew:
    def __new__(cls, size): ...

class Nothing: ...

@dataclass
class Data:
    a: int

@functools.cache
class Decorated:
    def __init__(self, a): ...

def function(a, b=1): ...

async def coroutine(a): ...

@functools.wraps(function)
def wrapped(*args): ...

half = functools.partial(function, 1)
alias = Plain
first, (second, *third) = 1, (2, 3)
annotated: Any = 3

class Factory:
    @classmethod
    def build(cls, a): ...

if True:
    class Conditional:
        def __init__(self, a): ...
else:
    class Conditional:
        def __init__(self, b): ...

try:
    from nowhere import Optional
except ImportError:
    class Optional:
        def __init__(self, c): ...

if False:
    class Redefined:
        def __init__(self, b): ...
class Redefined:
    def __init__(self, a): ...

try:
    pass
except ImportError:
    pass
else:
    class Otherwise:
        def __init__(self, a): ...
with open("x") as opened:
    class Within:
        def __init__(self, a): ...
for looped in ():
    pass
if (walrus := 1):
    pass

class Twice:
    def __init__(self, old): ...

class Twice:
    def __init__(self, new): ...
""",
    "unknown_base.py": "from nowhere import Base\nclass Net(Base): ...\nclass Own(Base):\n    def __init__(self, a): ...\n",
    "odd_base.py": """
import nets
def make(): ...
class Net(make()): ...
class Of(nets.Plain): ...
class Sub(list[int]): ...
""",
    "package/__init__.py": "from .inner import Inner, Inner as Renamed\nfrom .deep import *\nfrom . import inner\n",
    "package/inner.py": "class Inner:\n    def __init__(self, a, b=2): ...\n",
    "package/deep/__init__.py": "from .leaf import *\n",
    "package/deep/leaf.py": "class Leaf:\n    def __init__(self, size): ...\n",
    "lazy.py": "def __getattr__(name): ...\nclass There:\n    def __init__(self, a): ...\n",
    "circle_a.py": "from circle_b import Round\n",
    "circle_b.py": "from circle_a import Round\n",
    "star.py": "from nowhere import *\nclass Here:\n    def __init__(self, a): ...\n",
    "broken.py": "class Net(:\n",
    "heir.py": "from broken import Net\nclass Heir(Net): ...\n",
}


@pytest.fixture(scope="module")
def signatures(tmp_path_factory: pytest.TempPathFactory) -> Signatures:
    root = tmp_path_factory.mktemp("sources")
    for name, text in SOURCES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return Signatures(Modules([root, ENGINE]))


def signature_text(signature: Signature) -> str:
    """Return the parameters, required ones in capitals, and `**` if others are accepted too."""
    if signature is UNKNOWN:
        return "unknown"
    names = [name.upper() if name in signature.required else name for name in signature.parameters]
    return " ".join(names + ["**"] * signature.is_open)


TABLE = {
    "nets.Plain": "LR hidden NAME note",
    "nets.PositionalOnly": "A B c",
    "nets.Open": "WIDTH **",
    "nets.Starred": "bias",
    "nets.Child": "LR hidden NAME note",
    "nets.GrandChild": "LR hidden NAME note",
    "nets.OfNew": "SIZE",
    "nets.Nothing": "unknown",
    "nets.Data": "unknown",
    "nets.Decorated": "unknown",
    "nets.function": "A b",
    "nets.coroutine": "A",
    "nets.wrapped": "unknown",
    "nets.half": "unknown",
    "nets.alias": "unknown",
    "nets.second": "unknown",
    "nets.third": "unknown",
    "nets.annotated": "unknown",
    "nets.Factory.build": "unknown",
    "nets.Conditional": "unknown",
    "nets.Optional": "unknown",
    "nets.Redefined": "A",
    "nets.Otherwise": "A",
    "nets.Within": "A",
    "nets.looped": "unknown",
    "nets.opened": "unknown",
    "nets.walrus": "unknown",
    "nets.Twice": "NEW",
    "unknown_base.Net": "unknown",
    "unknown_base.Own": "A",
    "odd_base.Net": "unknown",
    "odd_base.Of": "LR hidden NAME note",
    "odd_base.Sub": "unknown",
    "package.Inner": "A b",
    "package.Renamed": "A b",
    "package.inner.Inner": "A b",
    "package.Leaf": "SIZE",
    "package.deep.Leaf": "SIZE",
    "lazy.There": "A",
    "lazy.Whatever": "unknown",
    "star.Here": "A",
    "star.Anything": "unknown",
    "circle_a.Round": "unknown",
    "builtins.dict": "unknown",
    "math.sqrt": "unknown",
    "lightning_modules.models.mlp.MLP": "lr hidden dropout weight_decay inputs classes",
    "lightning_modules.data.digits.DigitsDataModule": (
        "PATH batch_size num_workers split_seed validation_fraction test_fraction"
    ),
    "torch.nn.Linear": "IN_FEATURES OUT_FEATURES bias device dtype",
    "torch.nn.Sequential": "",
    "torch.Generator": "unknown",
}


@pytest.mark.parametrize(("target", "expected"), TABLE.items())
def test_signatures_are_read_from_source(target: str, expected: str, signatures: Signatures) -> None:
    assert signature_text(signatures.find(target)) == expected


INSTALLED = {
    "lightning.Trainer": ({"max_epochs", "precision", "callbacks"}, frozenset()),
    "lightning.pytorch.callbacks.EarlyStopping": ({"monitor", "patience"}, frozenset({"monitor"})),
    "torch.optim.Adam": ({"params", "lr", "betas"}, frozenset({"params"})),
    "torch.optim.lr_scheduler.StepLR": ({"optimizer", "step_size"}, frozenset({"optimizer", "step_size"})),
    "torch.utils.data.DataLoader": ({"dataset", "batch_size"}, frozenset({"dataset"})),
}


@pytest.mark.parametrize(("target", "expected"), INSTALLED.items())
def test_signatures_of_installed_classes_are_read_from_source(
    target: str, expected: Any, signatures: Signatures
) -> None:
    signature = signatures.find(target)
    parameters, required = expected
    assert parameters <= signature.parameters.keys()
    assert signature.required == required
    assert not signature.is_open


@pytest.mark.parametrize("target", ["transformers.GPT2Config", "transformers.AutoModelForCausalLM"])
def test_names_of_a_lazy_package_are_not_rejected(target: str, signatures: Signatures) -> None:
    assert signatures.find(target) is UNKNOWN


NOT_FOUND = {
    "nowhere.Net": ("there is no module 'nowhere'", ""),
    "nets.Plian": ("'nets' has no 'Plian'", "did you mean 'Plain'?"),
    "nets.Factroy.build": ("there is no module 'nets.Factroy'", ""),
    "package.nothing.Net": ("there is no module 'package.nothing'", ""),
    "nets.inner.Net": ("there is no module 'nets.inner'", ""),
    "Plain": ("there is no module 'Plain'", ""),
    "": ("there is no module ''", ""),
    ".": ("there is no module '.'", ""),
    "nets.": ("'nets' has no ''", ""),
    ".nets.Plain": ("there is no module '.nets'", ""),
    "nets..Plain": ("there is no module 'nets.'", ""),
    "nets/Plain.x": ("there is no module 'nets/Plain'", ""),
    "lazy.Theree": ("'lazy' has no 'Theree'", "did you mean 'There'?"),
    "torch.optim.Adm": ("'torch.optim' has no 'Adm'", "did you mean 'Adam'?"),
    "lightning.Trainr": ("'lightning' has no 'Trainr'", "did you mean 'Trainer'?"),
    "lightning_modules.models.mlp": ("'lightning_modules.models.mlp' is a module, not a class or a function", ""),
}


@pytest.mark.parametrize(("target", "expected"), NOT_FOUND.items())
def test_targets_that_cannot_be_imported_are_reported(
    target: str, expected: tuple[str, str], signatures: Signatures
) -> None:
    with pytest.raises(TargetNotFound) as caught:
        signatures.find(target)
    problem, hint = expected
    assert caught.value.problem == problem
    assert hint in caught.value.hint


@pytest.mark.parametrize("target", ["broken.Net", "heir.Heir"])
def test_a_module_that_is_not_valid_python_is_named(target: str, signatures: Signatures) -> None:
    with pytest.raises(SyntaxError) as caught:
        signatures.find(target)
    assert caught.value.filename == "broken.py"


CALLS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "valid": ({"_target_": "nets.Plain", "lr": 0.1, "name": "x"}, []),
    "an int for a float": ({"_target_": "nets.Plain", "lr": 1, "name": "x"}, []),
    "unknown argument": ({"_target_": "nets.Plain", "lr": 1, "name": "x", "nam": 1}, [("nam", "nets.Plain takes no 'nam'")]),
    "missing argument": ({"_target_": "nets.Plain", "lr": 1}, [("", "nets.Plain needs 'name'")]),
    "wrong types": (
        {"_target_": "nets.Plain", "lr": "a", "name": 3},
        [("lr", "nets.Plain takes float, got 'a'"), ("name", "nets.Plain takes str, got 3")],
    ),
    "value that is not set yet": ({"_target_": "nets.Plain", "lr": "???", "name": "x"}, []),
    "partial requires no arguments": ({"_target_": "nets.Plain", "_partial_": True}, []),
    "partial is checked": (
        {"_target_": "nets.Plain", "_partial_": True, "lrr": 1},
        [("lrr", "nets.Plain takes no 'lrr'")],
    ),
    "positional arguments may be the required ones": ({"_target_": "nets.Plain", "_args_": [1], "name": "x"}, []),
    "Hydra's own keys": ({"_target_": "nets.Nothing", "_recursive_": False, "_convert_": "all"}, []),
    "open signature accepts other arguments": ({"_target_": "nets.Open", "width": 1, "anything": 2}, []),
    "nested in a mapping": ({"part": {"_target_": "nets.OfNew"}}, [("part", "nets.OfNew needs 'size'")]),
    "nested in a list": ({"parts": [{"_target_": "nets.Plian"}]}, [("parts.0._target_", "'nets' has no 'Plian'")]),
    "nested in an argument": (
        {"_target_": "nets.OfNew", "size": {"_target_": "nets.OfNew", "siz": 1}},
        [("size.siz", "nets.OfNew takes no 'siz'"), ("size", "nets.OfNew needs 'size'")],
    ),
    "a target that is no text": ({"_target_": ["a"]}, [("_target_", "must be a dotted name, got ['a']")]),
    "not Python": ({"_target_": "broken.Net"}, [("_target_", "broken.py:1: invalid syntax")]),
}  # fmt: skip


@pytest.mark.parametrize(("config", "expected"), CALLS.values(), ids=CALLS)
def test_arguments_are_checked_against_the_signature(
    config: dict[str, Any], expected: list[tuple[str, str]], signatures: Signatures
) -> None:
    problems = target_problems(config, signatures)
    assert [(".".join(map(str, problem.path)), problem.problem) for problem in problems] == expected


def test_arguments_that_the_training_passes_are_not_required(tmp_path: Path) -> None:
    (tmp_path / "loops.py").write_text("class Loop:\n    def __init__(self, epochs, callbacks, logger): ...\n")
    signatures = Signatures(Modules([tmp_path]))
    config = {"trainer": {"_target_": "loops.Loop"}, "model": {"_target_": "loops.Loop", "epochs": 1, "logger": 1}}
    problems = [problem.problem for problem in target_problems(config, signatures)]
    assert problems == ["loops.Loop needs 'epochs'", "loops.Loop needs 'callbacks'"]


def test_compiling_imports_no_library_of_the_training(tmp_path: Path) -> None:
    spec = "# @package _global_\nexperiment: {hypothesis: H., sweep: {model: 'mlp,cnn', trainer.max_epochs: '1,2'}}\n"
    write_lab(tmp_path, {"one": spec, "bad": spec.replace("mlp", "mpl")})
    heavy = {"torch", "lightning", "wandb", "dvc", "openai", "transformers", "snakemake", "scipy", "sklearn"}
    code = f"""if True:
        import pkgutil, sys, importlib
        import compiler
        for module in pkgutil.walk_packages(compiler.__path__, "compiler."):
            importlib.import_module(module.name)
        from proband.cli.main import main
        assert [main(["-C", {str(tmp_path)!r}, command]) for command in ("explain", "tree")] == [2, 0]
        print(sorted({heavy!r} & sys.modules.keys()))
    """
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ENGINE, check=True)
    assert completed.stdout.splitlines()[-1] == "[]"
