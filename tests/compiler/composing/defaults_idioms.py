"""Idioms of Hydra projects: defaults lists, experiments that override them, and Hydra's own groups."""

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
DEFAULTS_IDIOMS = {
    # model.hidden is 8: with `_self_` first the group wins over the values of config.yaml.
    "self_first": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - model: small\n  - experiment: null\nmodel:\n  hidden: 99\n  extra: 1\n",
            **MODELS,
        },
        (),
    ),
    # model.hidden is 99: without `_self_` the file's own values come last.
    "self_missing": Idiom(
        {"config.yaml": "defaults:\n  - model: small\n  - experiment: null\nmodel:\n  hidden: 99\n", **MODELS}, ()
    ),
    # hidden is 99 (own values over the group), lr is 5 (the later file over own values).
    "self_in_the_middle": Idiom(
        {
            "config.yaml": "defaults:\n  - model: small\n  - _self_\n  - late\n  - experiment: null\nmodel:\n  hidden: 99\n  lr: 9\n",
            "late.yaml": "model:\n  lr: 5\n",
            **MODELS,
        },
        (),
    ),
    # seed is 3 (the file after `_self_` wins), the model is big with hidden 5.
    "self_first_in_an_experiment": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - model: small\n  - experiment: null\nseed: 1\n",
            "tune/fast.yaml": "# @package _global_\nseed: 3\n",
            "experiment/e.yaml": "# @package _global_\ndefaults:\n  - _self_\n  - /tune: fast\n  - override /model: big\nseed: 2\nmodel: {hidden: 5}\n",
            **MODELS,
        },
        ("experiment=e",),
    ),
    # The command line wins over the experiment: optim is sgd without betas, model is big with lr 0.3 and hidden 16.
    "experiment_overrides_several_groups": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - model: small\n  - optim: sgd\n  - callbacks: [stop]\n  - experiment: null\nseed: 1\n",
            "experiment/e.yaml": "# @package _global_\ndefaults:\n  - override /model: big\n  - override /optim: adam\n  - override /callbacks: [keep, stop]\ntags: [e]\nmodel:\n  lr: 0.3\n",
            **MODELS,
            **OPTIMS,
            **CALLBACKS,
        },
        ("experiment=e", "optim=sgd", "model.hidden=16"),
    ),
    # Four points: with a the model is big, with b it is small with lr 7.
    "sweep_over_experiments": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - model: small\n  - experiment: null\n",
            "experiment/a.yaml": "# @package _global_\ndefaults:\n  - override /model: big\n",
            "experiment/b.yaml": "# @package _global_\nmodel:\n  lr: 7\n",
            **MODELS,
        },
        ("experiment=a,b", "model.hidden=1,2"),
    ),
    # The model is big with lr 0.5 from base and hidden 3 from child; lists are replaced: tags is [child].
    "experiment_inherits_an_experiment": Idiom(
        {
            "config.yaml": "defaults:\n  - model: small\n  - experiment: null\n  - _self_\n",
            "experiment/base.yaml": "# @package _global_\ndefaults:\n  - override /model: big\nmodel: {lr: 0.5}\ntags: [base]\n",
            "experiment/child.yaml": "# @package _global_\ndefaults:\n  - base\n  - _self_\nmodel: {hidden: 3}\ntags: [child]\n",
            **MODELS,
        },
        ("experiment=child",),
    ),
    # The child's override of the group wins over the one of its base: the model is mid.
    "experiment_of_two_overrides_of_a_group": Idiom(
        {
            "config.yaml": "defaults:\n  - model: small\n  - experiment: null\n  - _self_\n",
            "model/mid.yaml": "name: mid\n",
            "experiment/base.yaml": "# @package _global_\ndefaults:\n  - override /model: big\n",
            "experiment/child.yaml": "# @package _global_\ndefaults:\n  - base\n  - override /model: mid\n",
            **MODELS,
        },
        ("experiment=child",),
    ),
    # Refused: overrides stand at the end of a defaults list.
    "override_before_a_group": Idiom(
        {
            "config.yaml": "defaults:\n  - model: small\n  - experiment: null\n",
            "experiment/e.yaml": "# @package _global_\ndefaults:\n  - override /model: big\n  - /optim: sgd\n",
            **MODELS,
            **OPTIMS,
        },
        ("experiment=e",),
        is_refused=True,
    ),
    # Refused: there is no `model` in the defaults list to override.
    "override_of_an_absent_group": Idiom(
        {
            "config.yaml": "defaults:\n  - experiment: null\n",
            "experiment/e.yaml": "# @package _global_\ndefaults:\n  - override /model: big\n",
            **MODELS,
        },
        ("experiment=e",),
        is_refused=True,
    ),
    # Refused: `model` appears more than once in the defaults list.
    "group_twice_in_the_defaults": Idiom(
        {"config.yaml": "defaults:\n  - model: small\n  - model: big\n  - experiment: null\n", **MODELS},
        (),
        is_refused=True,
    ),
    # Two points; hydra's own settings are no part of the config.
    "job_logging_and_launcher": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\n  - override hydra/job_logging: quiet\n  - override hydra/hydra_logging: disabled\n  - override hydra/launcher: basic\nseed: 1\nhydra:\n  run: {dir: 'out/${seed}'}\n  job: {chdir: false}\n",
            "hydra/job_logging/quiet.yaml": "version: 1\nroot: {level: WARNING}\n",
        },
        ("hydra.job.name=x", "seed=1,2"),
    ),
    # Refused: no such config of hydra/job_logging.
    "unknown_logging": Idiom(
        {"config.yaml": "defaults:\n  - experiment: null\n  - override hydra/job_logging: rainbow\nseed: 1\n"},
        (),
        is_refused=True,
    ),
    # Two points: far comes from the added path, near from conf/, which is asked first.
    "search_path": Idiom(
        {
            "config.yaml": "defaults:\n  - model: far\n  - _self_\n  - experiment: null\nhydra:\n  searchpath:\n    - file://{conf}/more\n",
            "more/model/far.yaml": "hidden: 3\n",
            "more/model/near.yaml": "hidden: 999\n",
            "model/near.yaml": "hidden: 4\n",
        },
        ("model=far,near",),
    ),
    # Both choices give an empty mapping: model {} and data {}, and seed is 2.
    "empty_and_comment_only_files": Idiom(
        {
            "config.yaml": "defaults:\n  - model: none\n  - data: later\n  - _self_\n  - experiment: null\nseed: 1\n",
            "model/none.yaml": "",
            "data/later.yaml": "# to be written\n",
        },
        ("seed=2",),
    ),
}
