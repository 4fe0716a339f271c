"""Idioms of Hydra projects: texts, numbers, headers and interpolations in files."""

from __future__ import annotations

from tests.compiler.composing.idiom import Idiom

VALUE_IDIOMS = {
    # Blank lines and blanks around are skipped: seed 2 at the top.
    "blank_lines_above_the_package": Idiom(
        {
            "config.yaml": "defaults:\n  - experiment: null\n  - _self_\n",
            "experiment/e.yaml": "\n\n  #   @package   _global_\n# words\nseed: 2\n",
        },
        ("experiment=e",),
    ),
    # As with plain line ends: seed 2 at the top, note is 'a\nb\n'.
    "windows_line_endings": Idiom(
        {
            "config.yaml": "defaults:\r\n  - experiment: null\r\n  - _self_\r\nnote: |\r\n  a\r\n  b\r\n",
            "experiment/e.yaml": "# @package _global_\r\nseed: 2\r\n",
        },
        ("experiment=e",),
    ),
    # Keys, file names and values beyond ASCII come through unchanged.
    "unicode": Idiom(
        {
            "config.yaml": 'defaults:\n  - model: größe\n  - _self_\n  - experiment: null\nnote: →\nName: "\\u00e9"\nцель: 1\n',
            "model/größe.yaml": "breite: 5\n",
        },
        ("note='ä 日本'", "+emoji='🚀'", "model.breite=7"),
    ),
    # Refused: a key twice in a mapping.
    "duplicate_keys": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nmodel:\n  lr: 1\n  hidden: 2\n  lr: 3\n"},
        (),
        is_refused=True,
    ),
    # Anchors are copies: net.lr stays 0.2, copy.lr 0.1, other has lr 0.1 and wd 1; `<<` is no key of the result.
    "anchors_and_merges": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nbase: &base {lr: 0.1, layers: [1, 2]}\nnet:\n  <<: *base\n  lr: 0.2\nother:\n  <<: [*base, {lr: 5, wd: 1}]\ncopy: *base\n"
        },
        ("base.lr=9", "net.layers=[3]"),
    ),
    # yes/No/on/off are booleans in a file (YAML 1.1), `y`, `n` and `None` are text, quotes keep text.
    "words_that_look_like_values": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\na: yes\nb: No\nc: on\nd: off\ne: y\nf: TRUE\ng: ~\nh: Null\ni: None\nj: 'true'\nk: [n, 'no', Off]\n"
        },
        (),
    ),
    # As OmegaConf's loader reads them: 1e3 and 1e-3 are floats, 010 is octal 8, 08 and 0o10 are no octal numbers.
    "numbers_in_a_file": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\na: 010\nb: 0o10\nc: 0x1F\nd: 1_000\ne: 1e3\nf: 1e-3\ng: .5\nh: 12:30:45\ni: 1.\nj: 0b11\nk: '1e3'\nl: 08\n"
        },
        (),
    ),
    # Dates are text, not date objects; version is the float 1.1, build is text.
    "dates": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nday: 2024-01-31\nat: 2024-01-31 10:00:00\nversion: 1.10\nbuild: 1.2.3\n"
        },
        ("day=2024-02-01",),
    ),
    # Literal, folded and kept line ends as YAML defines them.
    "multi_line_texts": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\na: |\n  one\n    two\nb: >-\n  one\n  two\n\n  three\nc: |+\n  end\n\nd: plain"
        },
        (),
    ),
    # `opt.lr` in a file is one key with a dot; the override makes a nested key beside it.
    "keys_with_dots": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nflat:\n  opt.lr: 1\n  a/b: 2\n  'with blank': 3\nopt:\n  lr: 5\n"
        },
        ("opt.lr=6", "+flat.opt.lr=7"),
    ),
    # Names of dict methods are keys like others, and `defaults` below the top is data.
    "keys_like_methods": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nitems: 1\nkeys: [a]\nmodel: {values: 2, get: 3, pop: '${items}'}\ncopy: {defaults: [1, 2]}\n"
        },
        ("model.get=4", "items=9"),
    ),
    # Dots count from the node of the value: head.lr is 0.5, top is 9.
    "relative_interpolations": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nlr: 9\nnet:\n  lr: 0.1\n  head: {lr: '${..lr}', own: '${.lr}', top: '${lr}'}\n  list: [1, '${.[0]}', '${..lr}']\n"
        },
        ("net.lr=0.5", "+net.extra=${.lr}"),
    ),
    # Lists that follow the override: names has test, numbers has 7.
    "keys_and_values_of_mappings": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nsets: {train: 1, val: '${n}'}\nn: 5\nnames: ${oc.dict.keys:sets}\nnumbers: ${oc.dict.values:sets}\nmade: ${oc.create:{a:[1,2]}}\nfirst: ${.names[0]}\n"
        },
        ("+sets.test=7",),
    ),
    # A backslash keeps the text ${a}; joined ones give text, a lone one keeps the type float.
    "escaped_and_joined_interpolations": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\na: 1\nb: x_${a}_${.a}\nc: \\${a}\nd: '\\\\${a}'\ne: \"${a}${a}\"\nf: '$a {a} $${a}'\ng: ${a}\n"
        },
        ("a=2.50",),
    ),
    # Composes, but cannot be resolved: resolve_error is set, and a compiler must tell where.
    "interpolation_to_nothing": Idiom(
        {"config.yaml": "defaults:\n  - _self_\n  - experiment: null\nlr: ${optim.lr}\nseed: 1\n"}, ("seed=2",)
    ),
    # Tabs in quotes and block texts stay, in the file and on the command line.
    "tabs_in_quoted_values": Idiom(
        {
            "config.yaml": "defaults:\n  - _self_\n  - experiment: null\nescaped: \"a\\tb\"\nsingle: 'a\tb'\nblock: |\n  a\tb\n"
        },
        ("+x='p\tq'",),
    ),
    # Refused: YAML takes no tab as indentation.
    "tab_as_indentation": Idiom({"config.yaml": "model:\n\thidden: 8\n"}, (), is_refused=True),
}
