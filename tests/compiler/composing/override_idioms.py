"""Idioms of Hydra projects: overrides of a build that change, add and delete keys."""

from __future__ import annotations

from tests.compiler.composing.idiom import Idiom

MODELS = {
    "model/small.yaml": "name: small\nhidden: 8\nlr: 0.1\n",
    "model/big.yaml": "name: big\nhidden: 64\nlr: 0.01\n",
}
OPTIMS = {"optim/sgd.yaml": "name: sgd\nlr: 0.1\n", "optim/adam.yaml": "name: adam\nlr: 0.01\nbetas: [0.9, 0.99]\n"}
OVERRIDE_IDIOMS = {
    # Refused: no such element.
    "list_index_out_of_range": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nlayers: [1, 2]\n"},
        ("layers.5=9",),
        is_refused=True,
    ),
    # The group, the key and the key of that value are gone.
    "deletions": Idiom(
        {
            "config.yaml": "defaults:\n  - model: small\n  - optim: sgd\n  - _self_\n  - experiment: null\nseed: 1\nnote: x\n",
            **MODELS,
            **OPTIMS,
        },
        ("~optim", "~model.hidden", "~seed=1"),
    ),
    # Refused: the value to delete is not 2.
    "deletion_of_another_value": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nseed: 1\n"}, ("~seed=2",), is_refused=True
    ),
    # New keys with `+`, either with `++`; a mapping is merged into the existing one.
    "additions": Idiom(
        {"config.yaml": "defaults:\n  - model: small\n  - _self_\n  - experiment: null\nseed: 1\n", **MODELS},
        ("+new.deep.key=1", "++seed=2", "++other=3", "+model={act: relu, layers: [1, 2]}"),
    ),
    # Refused: `+` adds new keys only.
    "addition_of_an_existing_key": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nseed: 1\n"}, ("+seed=2",), is_refused=True
    ),
    # Refused: the key is not there and has no `+`.
    "unknown_key": Idiom(
        {"config.yaml": "defaults:\n  - model: small\n  - _self_\n  - experiment: null\nseed: 1\n", **MODELS},
        ("model.hiden=3",),
        is_refused=True,
    ),
    # Quotes keep blanks, commas and numbers as text; unquoted blanks within a value are kept; `k=` is the empty text.
    "quotes_and_blanks": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nnote: x\n"},
        (
            "note='a b'",
            '+title="x, y = {z}"',
            "+bare=two words",
            "+empty=",
            "+none=''",
            "+it='it\\'s'",
            "+dollar='50% $HOME'",
            "+num='3'",
            "+url=http://host:80/a?b",
            "+yes=' lead '",
        ),
    ),
    # Refused: an unquoted value takes no `=`.
    "second_equals_sign": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nurl: x\n"},
        ("url=http://host:80/a?b=c",),
        is_refused=True,
    ),
    # The nested node is handed over as a config, not called.
    "instantiate_not_recursive": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nmodel:\n  _target_: builtins.dict\n  _recursive_: false\n  optimizer: {_target_: fractions.Fraction, numerator: 1, denominator: 3}\n"
        },
        ("model.optimizer.denominator=4",),
    ),
}
