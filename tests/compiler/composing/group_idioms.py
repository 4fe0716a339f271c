"""Idioms of Hydra projects: config groups, their packages and lists of configs."""

from __future__ import annotations

from tests.compiler.composing.idiom import Idiom

MODELS = {
    "model/small.yaml": "name: small\nhidden: 8\nlr: 0.1\n",
    "model/big.yaml": "name: big\nhidden: 64\nlr: 0.01\n",
}
OPTIMS = {"optim/sgd.yaml": "name: sgd\nlr: 0.1\n", "optim/adam.yaml": "name: adam\nlr: 0.01\nbetas: [0.9, 0.99]\n"}
CALLBACKS = {
    "callbacks/stop.yaml": "stop:\n  monitor: val/loss\n  patience: 5\n",
    "callbacks/keep.yaml": "keep:\n  monitor: val/acc\n  top: 1\n",
}
GROUP_IDIOMS = {
    # Two points; the content lies at `model.vision` and `model.text` (the package follows the folder), not at `model`.
    "choice_in_a_subfolder": Idiom(
        {
            "config.yaml": "defaults:\n  - model: vision/small\n  - _self_\n  - experiment: null\nseed: 1\n",
            "model/vision/small.yaml": "hidden: 8\n",
            "model/vision/big.yaml": "hidden: 64\n",
            "model/text/tiny.yaml": "vocab: 100\n",
        },
        ("model=vision/big,text/tiny",),
    ),
    # As `model=big`: the extension may be written, in the defaults list and on the command line.
    "extension_in_a_choice": Idiom(
        {"config.yaml": "defaults:\n  - model: small.yaml\n  - _self_\n  - experiment: null\nseed: 1\n", **MODELS},
        ("model=big.yaml",),
    ),
    # Both files are merged at `callbacks`, and a value of the first is overridden.
    "several_choices_of_a_group": Idiom(
        {
            "config.yaml": "defaults:\n  - callbacks: [stop, keep]\n  - _self_\n  - experiment: null\nepochs: 3\n",
            **CALLBACKS,
        },
        ("callbacks.stop.patience=2",),
    ),
    # Three points, each with the callbacks of its own list only.
    "sweep_over_lists_of_choices": Idiom(
        {"config.yaml": "defaults:\n  - callbacks: [stop]\n  - _self_\n  - experiment: null\n", **CALLBACKS},
        ("callbacks=[stop],[keep],[stop,keep]",),
    ),
    # `callbacks` is a list; the override with an index changes its first element.
    "file_with_a_list_at_its_top": Idiom(
        {
            "config.yaml": "defaults:\n  - callbacks: default\n  - _self_\n  - experiment: null\n",
            "callbacks/default.yaml": "- {name: stop, patience: 5}\n- {name: keep, top: 1}\n",
        },
        ("callbacks.0.patience=3",),
    ),
    # `gen` is adam with lr 0.01, `disc` is adam with lr 0.5; there is no key `optim`.
    "group_at_two_packages": Idiom(
        {
            "config.yaml": "defaults:\n  - optim@gen: sgd\n  - optim@disc: adam\n  - _self_\n  - experiment: null\n",
            **OPTIMS,
        },
        ("optim@gen=adam", "disc.lr=0.5"),
    ),
    # Two points with the file's content at `gen`.
    "sweep_appends_group_at_package": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nseed: 1\n", **OPTIMS}, ("+optim@gen=sgd,adam",)
    ),
    # `model` holds adam's keys and hidden (`_here_` is the package of the including file), and `model.opt` is adam, too.
    "package_here": Idiom(
        {
            "config.yaml": "defaults:\n  - model: net\n  - _self_\n  - experiment: null\n",
            "model/net.yaml": "defaults:\n  - /optim@opt: sgd\n  - /optim@_here_: adam\n  - _self_\nhidden: 8\n",
            **OPTIMS,
        },
        ("optim@model.opt=adam",),
    ),
    # Two points; the inner group is `model/head`, at `model.head`, and hidden is 8.
    "relative_group_in_a_group": Idiom(
        {
            "config.yaml": "defaults:\n  - model: net\n  - _self_\n  - experiment: null\n",
            "model/net.yaml": "defaults:\n  - head: linear\n  - base\n  - _self_\nhidden: 8\n",
            "model/base.yaml": "bias: true\nhidden: 1\n",
            "model/head/linear.yaml": "kind: linear\n",
            "model/head/mlp.yaml": "kind: mlp\nlayers: 2\n",
        },
        ("model/head=mlp,linear",),
    ),
    # The content lies at `trainer.gen.optim`; there is no key `optim`.
    "package_in_the_header": Idiom(
        {
            "config.yaml": "defaults:\n  - optim: gan\n  - _self_\n  - experiment: null\n",
            "optim/gan.yaml": "# @package trainer.gen.optim\nlr: 0.1\n",
        },
        ("trainer.gen.optim.lr=0.2",),
    ),
    # The task's keys are merged at the top: model.hidden is 10 and `extra` is true.
    "group_at_global_by_defaults": Idiom(
        {
            "config.yaml": "defaults:\n  - model: small\n  - task@_global_: a\n  - _self_\n  - experiment: null\n",
            "task/a.yaml": "model:\n  hidden: 9\n",
            "task/b.yaml": "model:\n  hidden: 10\nextra: true\n",
            **MODELS,
        },
        ("task@_global_=b",),
    ),
    # Three points: the first without a key `pruner`, the others with it.
    "no_choice_in_a_sweep": Idiom(
        {
            "config.yaml": "defaults:\n  - pruner: null\n  - debug: null\n  - _self_\n  - experiment: null\nseed: 1\n",
            "pruner/csv.yaml": "dir: logs\n",
        },
        ("pruner=[],csv,[csv]",),
    ),
    # Two points: the sweep gives the group that the defaults list demands.
    "mandatory_group_from_the_sweep": Idiom(
        {"config.yaml": "defaults:\n  - model: ???\n  - _self_\n  - experiment: null\nseed: 1\n", **MODELS},
        ("model=small,big",),
    ),
    # Two points; `pair` exists for big only and sets its lr to 0.7; the absent `local` is no fault.
    "optional_and_interpolated_choice": Idiom(
        {
            "config.yaml": "defaults:\n  - model: small\n  - data: digits\n  - optional pair: ${model}_${data}\n  - optional local: here\n  - _self_\n  - experiment: null\nseed: 1\n",
            "data/digits.yaml": "n: 10\n",
            "pair/big_digits.yaml": "# @package _global_\nmodel:\n  lr: 0.7\n",
            **MODELS,
        },
        ("model=small,big",),
    ),
    # Refused since 1.2: the group must be named with its package, `task@_global_`.
    "group_at_global_without_its_package": Idiom(
        {
            "config.yaml": "defaults:\n  - task@_global_: a\n  - experiment: null\n",
            "task/a.yaml": "x: 1\n",
            "task/b.yaml": "x: 2\n",
        },
        ("task=b",),
        is_refused=True,
    ),
    # Refused: null may stand in a defaults list, but is no choice on the command line.
    "null_group_in_a_sweep": Idiom(
        {
            "config.yaml": "defaults:\n  - pruner: null\n  - debug: null\n  - _self_\n  - experiment: null\nseed: 1\n",
            "pruner/csv.yaml": "dir: logs\n",
        },
        ("pruner=null,csv",),
        is_refused=True,
    ),
    # Refused: `model` must be given.
    "mandatory_group_not_given": Idiom(
        {"config.yaml": "defaults:\n  - model: ???\n  - _self_\n  - experiment: null\n", **MODELS},
        ("+seed=1",),
        is_refused=True,
    ),
}
