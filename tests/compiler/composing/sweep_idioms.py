"""Idioms of Hydra projects: sweeps in Hydra's override grammar."""

from __future__ import annotations

from tests.compiler.composing.idiom import Idiom

MODELS = {
    "model/small.yaml": "name: small\nhidden: 8\nlr: 0.1\n",
    "model/big.yaml": "name: big\nhidden: 64\nlr: 0.01\n",
}
OPTIMS = {"optim/sgd.yaml": "name: sgd\nlr: 0.1\n", "optim/adam.yaml": "name: adam\nlr: 0.01\nbetas: [0.9, 0.99]\n"}
SWEEP_IDIOMS = {
    # Two points; elements of lists are changed in place and the lists stay lists.
    "list_indices": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\ncallbacks:\n  - {name: stop, patience: 5}\n  - {name: keep}\nlayers: [1, 2, 3]\n"
        },
        ("callbacks.0.patience=3,4", "layers.2=9"),
    ),
    # Two points without model.lr.
    "deletion_in_a_sweep": Idiom(
        {"config.yaml": "defaults:\n  - model: small\n  - _self_\n  - experiment: null\nseed: 1\n", **MODELS},
        ("~model.lr", "seed=1,2"),
    ),
    # The grammar of overrides is not YAML: 13 points; yes, on, 010, 0x1F and None are text, TRUE is a boolean, 1_000 an integer, 1e3 a float.
    "values_on_the_command_line": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nx: 0\n"},
        ("x=yes,on,TRUE,010,1_000,1e3,null,None,0x1F,2024-01-31,10:30,.5,1.2.3",),
    ),
    # Refused at the first point: sgd has no betas.
    "key_of_one_choice_only": Idiom(
        {"config.yaml": "defaults:\n  - optim: sgd\n  - experiment: null\n", **OPTIMS},
        ("optim=sgd,adam", "optim.betas=[0.5,0.9]"),
        is_refused=True,
    ),
    # Five points: an escaped or quoted comma does not separate.
    "escaped_commas": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nnote: x\nk: 0\n"},
        ("note=a\\,b,c\\=d,'e,f',\\[g\\],h\\ i",),
    ),
    # Refused at the second point: `d` is not in the mapping, and has no `+`.
    "mappings_in_a_sweep": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nmodel:\n  kind: a\n  size: {w: 1, h: 2}\n"},
        ("model.size={w: 5},{h: 7,d: 1}",),
        is_refused=True,
    ),
    # Two points, merged and not replaced: {w: 5, h: 2} and {w: 1, h: 7}.
    "mappings_merge_in_a_sweep": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nmodel:\n  kind: a\n  size: {w: 1, h: 2}\n"},
        ("model.size={w: 5},{h: 7}",),
    ),
    # Three points; lists are replaced, not joined.
    "lists_in_a_sweep": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nlayers: [8, 8]\nshape: {a: [1, 2]}\n"},
        ("layers=[],[64],[64,32,[1]]", "shape={a: [3]}"),
    ),
    # 2 x 3 x 2 x 2 points in the order of the product; the range of floats gives floats.
    "choice_and_range": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nlr: 0.1\nseed: 0\nw: 0\nm: a\n"},
        ("lr=choice(0.1,1e-2)", "seed=range(0,5,2)", "w=range(1.0,2.0,0.5)", "m=sort(c,a,reverse=true)"),
    ),
    # Eight points in any order: shuffle changes the order only, a tag nothing.
    "tagged_and_shuffled": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nseed: 0\nm: x\n"},
        ("seed=shuffle(range(4))", "m=tag(t1,choice(a,b))"),
        is_unordered=True,
    ),
    # Two points, big and small: glob sees neither folders nor excluded names.
    "glob_of_configs": Idiom(
        {
            "config.yaml": "defaults:\n  - model: small\n  - experiment: null\n",
            "model/b_tree.yaml": "name: tree\n",
            "model/sub/deep.yaml": "name: deep\n",
            **MODELS,
        },
        ("model=glob([b*,s*],exclude=*tree)",),
    ),
    # Refused: BasicSweeper has no points of an interval.
    "interval": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nlr: 0.1\n"},
        ("lr=interval(0,1)",),
        is_refused=True,
    ),
    # Four points; the interpolations are resolved in each point's own config.
    "interpolations_in_overrides": Idiom(
        {"config.yaml": "defaults:\n  - model: small\n  - _self_\n  - experiment: null\nseed: 1\n", **MODELS},
        ("model=small,big", "seed=${model.hidden}", "+out='${model.name}_x',fixed"),
    ),
    # Two points; hidden is 2 in one and {w: 8} in the other.
    "value_only_the_sweep_gives": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nsize: ???\nsizes: {small: 2, large: {w: 8}}\nhidden: ${sizes[${size}]}\ntwice: ${hidden}\n"
        },
        ("size=small,large",),
    ),
}
