"""Mistakes in specs, and the position and message of the diagnostic that each mistake must give.

In the texts of the tables, ‸ marks the position that the diagnostic must have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from textwrap import dedent, indent

from tests.labs import HEADER

HERE = "‸"
GOOD = f"{HEADER}experiment: {{hypothesis: H.}}\n"
Files = dict[str, str | bytes]


@dataclass(frozen=True)
class Row:
    """A spec with one mistake, and its diagnostic. `files` are other files that it needs."""

    text: str | bytes
    path: str
    problem: str
    hint: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def raw(text: str | bytes, path: str, problem: str, hint: str = "", **files: str) -> Row:
    """Return a row from a complete file."""
    return Row(
        text, path, problem, hint, {name.replace("__", "/") + ".yaml": content for name, content in files.items()}
    )


def beside(text: str, path: str, problem: str, hint: str = "", **files: str) -> Row:
    """Return a row from lines beside a valid `experiment:` node."""
    return raw(f"{HEADER}experiment: {{hypothesis: H.}}\n{dedent(text)}\n", path, problem, hint, **files)


def inside(text: str, path: str, problem: str, hint: str = "", **files: str) -> Row:
    """Return a row from lines in the `experiment:` node."""
    body = indent(dedent(text).strip("\n"), "  ")
    path = f"experiment.{path}" if path else ""
    return raw(f"{HEADER}experiment:\n  hypothesis: H.\n{body}\n", path, problem, hint, **files)


def deliverable(text: str, path: str, problem: str, hint: str = "") -> Row:
    """Return a row from a deliverable."""
    return inside(f"deliverables:\n  - {text}", f"deliverables[0]{path}", problem, hint)


def compared(text: str, path: str, problem: str, hint: str = "", sweep: str = "{model.lr: '0.1,0.2'}") -> Row:
    """Return a row from a comparison over a sweep."""
    return inside(f"sweep: {sweep}\n{text}", path, problem, hint)


def searched(space: str, path: str, problem: str, hint: str = "", more: str = "runs: 4") -> Row:
    """Return a row from a search over a space."""
    text = f"search:\n  space: {space}\n  metric: accuracy\n  goal: maximize\n  {more}"
    return inside(text, f"search.space.{path}" if path else "", problem, hint)


KNOWN_TYPES = "known: comparison, completed_runs, config, evaluation_results"
SHARED_LR = "_target_: lightning_modules.models.mlp.MLP\n# why so slow\nlr: {lr}\n"

FILES_AND_YAML = {
    "yaml_open_bracket": raw(f"{HEADER}experiment:\n  hypothesis: [a\n{HERE}", "", "invalid YAML: expected ',' or ']'"),
    "yaml_colon": raw(f"{HEADER}experiment:\n  hypothesis: a{HERE}: b\n", "", "mapping values are not allowed here"),
    "yaml_indent": raw(f"{HEADER}experiment:\n  name: a\n {HERE}hypothesis: b\n", "", "invalid YAML"),
    "yaml_tab": raw(f"{HEADER}experiment:\n{HERE}\thypothesis: H.\n", "", r"invalid YAML: found character '\t'"),
    "yaml_tab_after_colon": raw(f"{HEADER}experiment:\n  hypothesis:{HERE}\tH.\n", "", r"found character '\t'"),
    "yaml_alias": inside(f"rationale: {HERE}*nope", "", "found undefined alias 'nope'"),
    "yaml_two_documents": raw(f"{GOOD}{HERE}---\nb: 1\n", "", "found another document"),
    "yaml_control_character": inside(f"rationale: a{HERE}\0b", "", "special characters are not allowed"),
    "yaml_tag": inside(f"rationale: {HERE}!mine a", "", "the YAML tag !mine is not supported", "without a tag"),
    "yaml_python_tag": inside(f"rationale: {HERE}!!python/name:os.system a", "", "!!python/name:os.system is not supported"),
    "yaml_tag_on_a_list": inside(f"rationale: {HERE}!!str [a]", "", "the YAML tag !!str is not supported"),
    "yaml_lone_equals": inside(f"metadata:\n  {HERE}researcher: =", "metadata.researcher", "a lone =", "quote it"),
    "yaml_repeated_key": inside(
        f"rationale: a\nname: b\n{HERE}rationale: c", "rationale", "repeated key, first written on line 4", "keep one"
    ),
    "yaml_repeated_deep": beside(
        f"model:\n  lr: 0.1\n  {HERE}lr: 0.2", "model.lr", "repeated key, first written on line 4", "keep one"
    ),
    "yaml_int_key": inside(f"{HERE}3: a", "3", "a key must be text, but YAML reads this one as int", "quote it"),
    "yaml_bool_key": beside(f"trainer: {{{HERE}on: 1}}", "trainer.on", "YAML reads this one as bool", "quote it"),
    "yaml_null_key": beside(f"trainer: {{{HERE}~: 1}}", "trainer.~", "YAML reads this one as null", "quote it"),
    "yaml_list_key": beside(f"trainer: {{? {HERE}[a] : 1}}", "trainer.?", "YAML reads this one as seq", "quote it"),
    "yaml_half_a_character": inside(f'{HERE}rationale: "a\\ud83d"', "rationale", "contains an incomplete character", "write the character itself"),
    "yaml_half_a_key": beside(f'trainer: {{{HERE}"\\ud83d": 1}}', "trainer.\ud83d", "contains an incomplete character", "write the character itself"),
    "yaml_merge": beside(f"trainer:\n  {HERE}<<: 3", "trainer.<<", "merges something that is not a mapping"),
    "yaml_anchor_in_itself": raw(
        f"{HEADER}experiment: &all\n  hypothesis: H.\n  {HERE}config: *all\n",
        "experiment.config",
        "contains itself through a YAML anchor",
    ),
    "yaml_anchor_in_its_list": inside(
        f"metadata: {HERE}&m {{tags: [*m]}}", "metadata.tags[0]", "contains itself through a YAML anchor"
    ),
    "yaml_anchor_bomb": raw(
        HERE + HEADER + "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcde", "bcdef", strict=True)),
        "", "has over 100000 values when its anchors are expanded",
    ),
    "yaml_deep": beside("model: {a: " + "[" * 30 + HERE + "[" * 9 + "]" * 39 + "}", "", "nested deeper than 32 levels"),
    "yaml_deep_and_unclosed": beside("model: {a: " + "[" * 30 + HERE + "[" * 20000, "", "nested deeper than 32 levels"),
    "file_empty": raw(HERE, "experiment.hypothesis", "is missing"),
    "file_of_comments": raw(f"{HERE}# nothing yet\n", "experiment.hypothesis", "is missing"),
    "file_of_a_list": raw(f"{HERE}- a\n- b\n", "", "must be a mapping of keys to values"),
    "file_of_a_text": raw(f"{HERE}just words\n", "", "must be a mapping of keys to values"),
    "file_latin": raw(f"{HEADER}experiment:\n  hypothesis: café\n".encode("latin-1"), "", "is not UTF-8 text"),
    "file_utf16": raw(f"{HEADER}experiment: {{hypothesis: H.}}\n".encode("utf-16"), "", "is not UTF-8 text"),
    "file_binary": raw(bytes(range(128, 256)), "", "is not UTF-8 text"),
    "file_with_byte_order_mark": raw(f"{HEADER}experiment: {{hypothesis: H.}}\n".encode("utf-8-sig"), "", "byte order mark", "without one"),
    "override_without_header": raw(f"defaults:\n  - {HERE}override /model: cnn\nexperiment: {{hypothesis: H.}}\n", "defaults[0]", "is read below the key `experiment`", "# @package _global_"),
    "file_without_header": raw(f"{HERE}experiment: {{hypothesis: H.}}\n", "", "would be read below the key `experiment`", "# @package _global_"),
    "header_of_many_words": raw(f"{HERE}# @package a b\nexperiment: {{hypothesis: H.}}\n", "", "Too many components"),
}  # fmt: skip

SPEC = {
    "spec_no_node": raw(f"{HERE}{HEADER}seed: 3\n", "experiment", "a spec needs an experiment: node"),
    "spec_text": raw(f"{HEADER}{HERE}experiment: hello\n", "experiment", "a spec needs an experiment: node"),
    "spec_null": raw(f"{HEADER}{HERE}experiment:\n", "experiment", "a spec needs an experiment: node"),
    "spec_list": raw(f"{HEADER}{HERE}experiment: [1]\n", "experiment", "a spec needs an experiment: node"),
    "no_hypothesis": raw(f"{HEADER}{HERE}experiment: {{name: x}}\n", "experiment.hypothesis", "is missing"),
    "empty_hypothesis": raw(f"{HEADER}experiment: {{{HERE}hypothesis: ''}}\n", "experiment.hypothesis", "must not be empty"),
    "blank_hypothesis": raw(f"{HEADER}experiment: {{{HERE}hypothesis: ' '}}\n", "experiment.hypothesis", "must not be blank"),
    "null_hypothesis": raw(f"{HEADER}experiment: {{{HERE}hypothesis: }}\n", "experiment.hypothesis", "valid string, got None"),
    "hypothesis_without_value": raw(f"{HEADER}experiment:\n  {HERE}hypothesis: ???\n", "experiment.hypothesis", "has no value yet"),
    "unknown_key": inside(f"{HERE}reserch_question: Q?", "reserch_question", "unknown key 'reserch_question'", "did you mean 'research_question'?"),
    "unknown_key_like_none": inside(f"{HERE}zzz: 1", "zzz", "unknown key 'zzz'", "known: analysis_pipeline, claims, compare"),
    "number_for_text": inside(f"{HERE}name: 3", "name", "must be text, got 3", "quote it"),
    "text_for_list": inside(f"{HERE}reports: paper_draft", "reports", "must be a list, got 'paper_draft'"),
    "list_for_mapping": inside(f"{HERE}metadata: [a]", "metadata", "should be"),
    "text_for_bool": inside(f"{HERE}on_request: maybe", "on_request", "should be a valid boolean, got 'maybe'"),
    "number_in_a_list": inside(f"metadata:\n  tags: [a, {HERE}3]", "metadata.tags[1]", "must be text, got 3", "quote it"),
    "unknown_priority": inside(f"metadata: {{{HERE}priority: hihg}}", "metadata.priority", "unknown value 'hihg'", "did you mean 'high'?"),
    "unknown_metadata": inside(f"metadata: {{{HERE}tag: [a]}}", "metadata.tag", "unknown key 'tag'", "did you mean 'tags'?"),
    "no_date": inside(f"metadata: {{{HERE}created_at: yesterday}}", "metadata.created_at", "must be a date such as 2026-11-22, got 'yesterday'"),
    "no_such_day": inside(f"metadata: {{{HERE}created_at: 2026-02-30}}", "metadata.created_at", "must be a date"),
    "analysis_not_installed": inside(f"analysis_pipeline: [{HERE}performance_analysi]", "analysis_pipeline[0]", "'performance_analysi' is not installed", "did you mean 'performance_analysis'?"),
    "report_not_installed": inside(f"reports:\n  - paper_draft\n  - {HERE}blog", "reports[1]", "'blog' is not installed", "did you mean 'blog_post'?"),
    "report_of_no_name": inside(f"reports: [{HERE}3]", "reports[0]", "must be text, got 3", "quote it"),
    "id_with_slash": inside(f"{HERE}experiment_id: a/b", "experiment_id", "got 'a/b'"),
    "id_of_dots": inside(f"{HERE}experiment_id: ..", "experiment_id", "got '..'"),
    "id_of_spaces": inside(f"{HERE}experiment_id: a b", "experiment_id", "letters, digits"),
    "id_with_newline": inside(f'{HERE}experiment_id: "a\\n"', "experiment_id", "letters, digits"),
    "id_too_long": inside(f"{HERE}experiment_id: {'x' * 101}", "experiment_id", "at most 100"),
    "id_a_number": inside(f"{HERE}experiment_id: 3", "experiment_id", "must be text, got 3", "quote it"),
    "id_of_another": inside(f"{HERE}experiment_id: good", "experiment_id", "is also the id of conf/experiment/good.yaml"),
    "id_of_a_stage": inside(f"{HERE}experiment_id: validation", "experiment_id", "is the name of a stage"),
    "id_of_a_target": inside(f"{HERE}experiment_id: archive", "experiment_id", "is the name of a target"),
    "parent_missing": inside(f"{HERE}parent: goood", "parent", "there is no experiment 'goood'", "did you mean 'good'?"),
    "parent_itself": inside(f"{HERE}parent: parent_itself", "parent", "descends from itself: parent_itself -> parent_itself"),
    "circle_a": inside(f"{HERE}parent: circle_b", "parent", "circle_a -> circle_b -> circle_a"),
    "circle_b": inside(f"{HERE}parent: circle_a", "parent", "circle_b -> circle_a -> circle_b"),
    "ring_a": inside(f"{HERE}parent: ring_b", "parent", "ring_a -> ring_b -> ring_c -> ring_a"),
    "ring_b": inside(f"{HERE}parent: ring_c", "parent", "ring_b -> ring_c -> ring_a -> ring_b"),
    "ring_c": inside(f"{HERE}parent: ring_a", "parent", "ring_c -> ring_a -> ring_b -> ring_c"),
}  # fmt: skip

DELIVERABLES = {
    "type_unknown": deliverable(f"{{{HERE}type: wanb_run}}", ".type", "unknown type 'wanb_run'", "did you mean 'wandb_run'?"),
    "type_missing": deliverable(f"{HERE}{{path: a}}", ".type", "a deliverable needs a type", KNOWN_TYPES),
    "type_a_number": deliverable(f"{{{HERE}type: 3}}", ".type", "a deliverable needs a type", KNOWN_TYPES),
    "type_not_a_mapping": deliverable(f"{HERE}wandb_run", "", "must be a mapping, got 'wandb_run'"),
    "type_without_list": inside(f"{HERE}deliverables: {{type: plot}}", "deliverables", "must be a list"),
    "type_of_no_module": deliverable(f"{{{HERE}type: 'nowhere:TYPE'}}", ".type", "cannot be imported: No module named 'nowhere'", KNOWN_TYPES),
    "type_of_no_attribute": deliverable(f"{{{HERE}type: 'json:TYPE'}}", ".type", "cannot be imported: 'json' has no 'TYPE'", "known: "),
    "type_of_something_else": deliverable(f"{{{HERE}type: 'json:loads'}}", ".type", "unknown type 'json:loads'", "write loads = DeliverableType(…)"),
    "type_of_empty_names": deliverable(f"{{{HERE}type: ':'}}", ".type", "cannot be imported", KNOWN_TYPES),
    "unknown_validation": deliverable(f"{{type: plot, {HERE}validation: exist}}", ".validation", "unknown value 'exist'", "did you mean 'exists'?"),
    "unknown_operator": deliverable(f"{{type: evaluation_results, metric: accuracy, {HERE}operator: '=>', value: 0.5}}", ".operator", "unknown value '=>'", "did you mean '>='?"),
    "unknown_field": deliverable(f"{{type: plot, {HERE}pth: a}}", ".pth", "unknown key 'pth'", "did you mean 'path'?"),
    "unknown_over": deliverable(f"{{type: plot, {HERE}over: bets}}", ".over", "unknown value 'bets'", "did you mean 'best'?"),
    "required_a_text": deliverable(f"{{type: plot, {HERE}required: maybe}}", ".required", "should be a valid boolean, got 'maybe'"),
    "threshold_nan": deliverable(f"{{type: evaluation_results, metric: accuracy, operator: '>', {HERE}value: .nan}}", ".value", "should be a finite number, got nan"),
    "threshold_inf": deliverable(f"{{type: evaluation_results, metric: accuracy, operator: '>', {HERE}value: -.inf}}", ".value", "should be a finite number, got -inf"),
    "threshold_text": deliverable(f"{{type: evaluation_results, metric: accuracy, operator: '>', {HERE}value: '0.9'}}", ".value", "should be a valid number, got '0.9'"),
    "threshold_bool": deliverable(f"{{type: evaluation_results, metric: accuracy, operator: '>', {HERE}value: true}}", ".value", "should be a valid number, got True"),
    "threshold_incomplete": deliverable(f"{HERE}{{type: evaluation_results, metric: accuracy}}", "", "threshold needs operator, value"),
    "metric_never_written": deliverable(f"{{type: evaluation_results, {HERE}metric: acuracy, operator: '>', value: 0.9}}", ".metric", "the training never writes 'acuracy'", "did you mean 'accuracy'?"),
    "key_never_written": deliverable(f"{{type: training_metrics, required_keys: [train_loss, {HERE}evaloss]}}", ".required_keys[1]", "the training never writes 'evaloss'", "did you mean 'eval_loss'?"),
    "tracked_never_written": deliverable(f"{{type: wandb_run, required_metrics: [{HERE}trainloss]}}", ".required_metrics[0]", "the training never writes 'trainloss'", "did you mean 'train_loss'?"),
    "keys_not_named": deliverable(f"{HERE}{{type: training_metrics}}", "", "contains_keys needs required_keys"),
    "keys_empty_name": deliverable(f"{{type: training_metrics, required_keys: [{HERE}'']}}", ".required_keys[0]", "must not be empty"),
    "sections_not_named": deliverable(f"{HERE}{{type: report}}", "", "contains_sections needs sections"),
    "path_absolute": deliverable(f"{{type: plot, {HERE}path: /etc/passwd}}", ".path", "must be a path inside the run's folder"),
    "path_upwards": deliverable(f"{{type: plot, {HERE}path: output/../../x}}", ".path", "must be a path inside the run's folder"),
    "path_backslash": deliverable(f"{{type: plot, {HERE}path: 'output\\x.png'}}", ".path", "must be a path inside the run's folder"),
    "path_empty": deliverable(f"{{type: plot, {HERE}path: ''}}", ".path", "must be a path inside the run's folder"),
    "path_of_the_run_itself": deliverable(f"{{type: plot, {HERE}path: .}}", ".path", "must be a path inside the run's folder"),
    "path_a_number": deliverable(f"{{type: plot, {HERE}path: 3}}", ".path", "must be text, got 3", "quote it"),
    "name_with_slash": deliverable(f"{{type: plot, {HERE}name: a/b}}", ".name", "letters, digits"),
    "name_twice": inside(f"deliverables:\n  - {{type: plot}}\n  - {HERE}{{type: plot, path: b.png}}", "deliverables[1]", "a second deliverable is called 'plot'", "give one of them a name:"),
    "name_twice_but_for_case": inside(f"deliverables:\n  - {{type: plot, name: A}}\n  - {HERE}{{type: config, name: a}}", "deliverables[1]", "a second deliverable is called 'a'", "give one of them a name:"),
    "best_without_compare": raw(f"{HEADER}{HERE}experiment:\n  hypothesis: H.\n  deliverables: [{{type: plot, over: best}}]\n", "experiment.compare", "is missing: `over: best` and `comparison` need a registered test"),
    "comparison_without_compare": raw(f"{HEADER}{HERE}experiment:\n  hypothesis: H.\n  deliverables: [{{type: comparison}}]\n", "experiment.compare", "is missing: `over: best` and `comparison` need"),
}  # fmt: skip

COMPARE = {
    "factor_not_swept": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: model.hidden, control: 1}}", "compare.factor", "'model.hidden' is not swept"),
    "sweep_cut_at_a_comma": inside(f"sweep: {{{HERE}seed: range(7,8)}}", "sweep.seed", "'range(7' has no closing bracket", "quote a value that contains a comma: seed: 'range(7,…)'"),
    "factor_without_group": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: lr, control: 1}}", "compare.factor", "'lr' is not swept", "did you mean 'model.lr'?", sweep="{model.lr: '1,2'}"),
    "factor_without_sweep": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: model.lr, control: 1}}", "compare.factor", "'model.lr' is not swept", sweep="{}"),
    "factor_of_one_level": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: model.lr, control: 0.1}}", "compare.factor", "'model.lr' has one level", sweep="{model.lr: '0.1,1e-1'}"),
    "control_no_level": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, {HERE}control: 0.3}}", "compare.control", "0.3 is not a level of 'model.lr'", "levels: 0.1, 0.2"),
    "control_text": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, {HERE}control: '0.1'}}", "compare.control", "'0.1' is not a level", "levels: 0.1, 0.2"),
    "levels_int_and_float": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: extra.level, control: 1}}", "compare.factor", "1 and 1.0 are one level of 'extra.level', but different trainings", "write the level in one way", sweep="{+extra.level: '1,1.0,2'}"),
    "levels_number_and_text": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: extra.level, control: 1}}", "compare.factor", "'1' and 1 are one level of 'extra.level'", "write the level in one way", sweep="{+extra.level: ['1', 1]}"),
    "control_bool_of_ints": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.hidden, {HERE}control: true}}", "compare.control", "True is not a level", "levels: 1, 2", sweep="{model.hidden: '1,2'}"),
    "treatment_no_level": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}treatment: 9}}", "compare.treatment", "9 is not a level", "levels: 0.1, 0.2"),
    "treatment_the_control": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}treatment: 1e-1}}", "compare.treatment", "0.1 is the control"),
    "treatment_float_of_the_control": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.hidden, control: 1, {HERE}treatment: 1.0}}", "compare.treatment", "1.0 is the control", sweep="{model.hidden: '1,2'}"),
    "treatment_missing": compared(f"{HERE}compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}", "compare.treatment", "is missing: 'model.lr' has 2 levels beside the control", "write the level that the hypothesis names (0.2, 0.3), or `any`", sweep="{model.lr: '0.1,0.2,0.3'}"),
    "treatment_missing_in_a_claim": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{treatment: 0.2}}\n  - {HERE}{{type: noninferiority, margin: 0.1}}", "claims[1].treatment", "is missing: 'model.lr' has 2 levels beside the control", "(0.2, 0.3), or `any`", sweep="{model.lr: '0.1,0.2,0.3'}"),
    "treatment_of_a_claim_no_level": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{{HERE}treatment: 0.4}}", "claims[0].treatment", "0.4 is not a level of 'model.lr'", "levels: 0.1, 0.2, 0.3", sweep="{model.lr: '0.1,0.2,0.3'}"),
    "block_not_swept": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, block: [{HERE}model.hidden]}}", "compare.block[0]", "'model.hidden' is not swept", "swept: seed", sweep="{model.lr: '0.1,0.2', seed: '1,2'}"),
    "block_the_factor": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, block: [{HERE}model.lr]}}", "compare.block[0]", "'model.lr' is the factor"),
    "block_twice": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, block: [seed, {HERE}seed]}}", "compare.block[1]", "'seed' is written twice", sweep="{model.lr: '0.1,0.2', seed: '1,2'}"),
    "block_of_other_seeds": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: model.lr, control: 0.1, block: [seed]}}", "compare.factor", "'model.lr' changes together with 'seed': no run with seed=1 has model.lr=0.2", "sweep model.lr and seed independently", sweep="{zip: {model.lr: '0.1,0.2', seed: '1,2'}}"),
    "confounded_by_zip": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: model.lr, control: 0.1}}", "compare.factor", "'model.lr' changes together with 'trainer.max_epochs': no run with trainer.max_epochs=1 has model.lr=0.2", "sweep model.lr and trainer.max_epochs independently", sweep="{zip: {model.lr: '0.1,0.2', trainer.max_epochs: '1,5'}, seed: range(3)}"),
    "confounded_by_list": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: model.lr, control: 0.1}}", "compare.factor", "'model.lr' changes together with 'model.hidden': no run with model.hidden=8 has model.lr=0.2", "", sweep="{list: [{model.lr: 0.1, model.hidden: 4}, {model.lr: 0.2, model.hidden: 4}, {model.lr: 0.1, model.hidden: 8}]}"),
    "confounded_by_two_keys": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: model.lr, control: 0.1}}", "compare.factor", "'model.lr' changes together with 'model.hidden and model.dropout': no run with model.hidden=4, model.dropout=0.1 has model.lr=0.2", "", sweep="{list: [{model.lr: 0.1, model.hidden: 4, model.dropout: 0.1}, {model.lr: 0.1, model.hidden: 8, model.dropout: 0.5}, {model.lr: 0.2, model.hidden: 4, model.dropout: 0.5}, {model.lr: 0.2, model.hidden: 8, model.dropout: 0.1}]}"),
    "confounded_by_a_key_of_one_arm": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: model.lr, control: 0.1}}", "compare.factor", "'model.lr' changes together with 'model.hidden': no run with model.hidden=(not set) has model.lr=0.2", "", sweep="{list: [{model.lr: 0.1}, {model.lr: 0.2, model.hidden: 8}]}"),
    "paired_without_pairs": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}paired: true}}", "compare.paired", "no run has a partner at another level of 'model.lr' with equal seed", "or write paired: false", sweep="{zip: {model.lr: '0.1,0.2', seed: '1,2'}}"),
    "items_of_the_validation": compared(f"compare: {{{HERE}metric: eval_loss, goal: minimize, factor: model.lr, control: 0.1, generalize_to: [seed, item]}}", "compare.metric", "'eval_loss' is not a mean over the items of the test split", "choose a metric of the test split"),
    "items_and_interaction": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, generalize_to: [seed, item]}}\nclaims:\n  - {{{HERE}type: interaction, factors: [model.lr, model.hidden]}}", "claims[0].type", "an interaction is not estimated over test items", sweep="{model.lr: '0.1,0.2', model.hidden: '4,8'}"),
    "iqm_of_pairs": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, paired: true, {HERE}aggregate: iqm}}", "compare.aggregate", "'iqm' is not estimated for pairs", "write paired: false", sweep="{model.lr: '0.1,0.2', model.hidden: '4,8', seed: '1,2'}"),
    "iqm_over_items": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, generalize_to: [seed, item], {HERE}aggregate: iqm}}", "compare.aggregate", "'iqm' is not estimated over test items", sweep="{model.lr: '0.1,0.2', model.hidden: '4,8'}"),
    "iqm_of_blocks_of_one_run": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, block: [seed], {HERE}aggregate: iqm}}", "compare.aggregate", "'iqm' needs at least 10 runs of each arm in every block", "remove seed", sweep="{model.lr: '0.1,0.2', seed: '1,2'}"),
    "compare_goal": compared(f"compare: {{metric: accuracy, {HERE}goal: max, factor: model.lr, control: 0.1}}", "compare.goal", "unknown value 'max'", "known: maximize, minimize"),
    "compare_metric": compared(f"compare: {{{HERE}metric: acc, goal: maximize, factor: model.lr, control: 0.1}}", "compare.metric", "the training never writes 'acc'"),
    "compare_alpha": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}alpha: 5}}", "compare.alpha", "should be less than 1, got 5"),
    "compare_alpha_nan": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}alpha: .nan}}", "compare.alpha", "got nan"),
    "compare_effect": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}minimum_effect: -1}}", "compare.minimum_effect", "greater than or equal to 0, got -1"),
    "compare_without_control": compared(f"{HERE}compare: {{metric: accuracy, goal: maximize, factor: model.lr}}", "compare.control", "is missing"),
    "compare_unknown": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}pair: true}}", "compare.pair", "unknown key 'pair'", "did you mean 'paired'?"),
}  # fmt: skip

CLAIMS = {
    "factor_seed": compared(f"compare: {{metric: accuracy, goal: maximize, {HERE}factor: seed, control: 0}}", "compare.factor", "the seed is no setting", "", sweep="{seed: range(3)}"),
    "goal_maximize_loss": compared(f"compare: {{metric: eval_loss, {HERE}goal: maximize, factor: model.lr, control: 0.1}}", "compare.goal", "maximize contradicts 'eval_loss', of which lower values are better", "write minimize"),
    "goal_minimize_accuracy": compared(f"compare: {{metric: accuracy, {HERE}goal: minimize, factor: model.lr, control: 0.1}}", "compare.goal", "minimize contradicts 'accuracy', of which higher values are better", "write maximize"),
    "goal_of_a_claim": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {HERE}{{metric: eval_loss, margin: 0.1}}", "claims[0].goal", "maximize contradicts 'eval_loss'"),
    "effect_in_percent": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}minimum_effect: 1}}", "compare.minimum_effect", "no two values of 'accuracy', which are from 0 to 1, differ by over 1", "write a fraction, such as 0.01"),
    "effect_text": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}minimum_effect: 1%}}", "compare.minimum_effect", "should be a valid number, got '1%'"),
    "effect_nan": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}minimum_effect: .nan}}", "compare.minimum_effect", "got nan"),
    "margin_in_percent": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{type: equivalence, {HERE}margin: 2}}", "claims[0].margin", "differ by over 2", "write a fraction, such as 0.02"),
    "margin_of_another_metric": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, minimum_effect: 0.01}}\nclaims:\n  - {HERE}{{metric: eval_loss, goal: minimize}}", "claims[0].margin", "is missing: the minimum effect of `compare` is in the unit of 'accuracy'", "write the smallest relevant difference in 'eval_loss'"),
    "worst_the_best": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}worst: 1}}", "compare.worst", "1 is the best value of 'accuracy', not the worst", "a failed run would count as a perfect one"),
    "worst_impossible": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}worst: -0.5}}", "compare.worst", "-0.5 is no value of 'accuracy', which is from 0 to 1"),
    "worst_loss": compared(f"compare: {{metric: eval_loss, goal: minimize, factor: model.lr, control: 0.1, {HERE}worst: 0}}", "compare.worst", "0 is the best value of 'eval_loss'"),
    "claims_without_compare": raw(f"{HEADER}{HERE}experiment:\n  hypothesis: H.\n  sweep: {{model.lr: '0.1,0.2'}}\n  claims: [{{treatment: 0.2}}]\n", "experiment.compare", "is missing: `claims` need its factor and its control"),
    "claim_metric": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{{HERE}metric: acuracy}}", "claims[0].metric", "the training never writes 'acuracy'", "did you mean 'accuracy'?"),
    "claim_unknown_key": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{{HERE}margins: 1}}", "claims[0].margins", "unknown key 'margins'", "did you mean 'margin'?"),
    "claim_type": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{{HERE}type: superior}}", "claims[0].type", "unknown value 'superior'", "did you mean 'superiority'?"),
    "noninferiority_without_margin": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {HERE}{{type: noninferiority}}", "claims[0].margin", "is missing", "the largest tolerated loss"),
    "equivalence_of_zero": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{type: equivalence, {HERE}margin: 0}}", "claims[0].margin", "must be above 0", "the largest difference that counts as none"),
    "interaction_of_one_factor": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{type: interaction, {HERE}factors: [model.lr]}}", "claims[0].factors", "an interaction needs two factors: 'model.lr' and another swept key"),
    "interaction_without_the_factor": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{type: interaction, {HERE}factors: [seed, model.hidden]}}", "claims[0].factors", "an interaction needs two factors: 'model.lr' and"),
    "interaction_not_swept": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{type: interaction, {HERE}factors: [model.lr, model.hidden]}}", "claims[0].factors", "'model.hidden' is not swept, and an interaction needs exactly two"),
    "interaction_of_three_levels": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{type: interaction, {HERE}factors: [model.lr, model.hidden]}}", "claims[0].factors", "'model.hidden' has 3 levels, and an interaction needs exactly two", "", sweep="{model.lr: '0.1,0.2', model.hidden: '4,8,16'}"),
    "factors_of_superiority": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{{HERE}factors: [model.lr]}}", "claims[0].factors", "a claim of superiority has no factors", "remove it"),
    "claims_repeated": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\nclaims:\n  - {{treatment: 0.2}}\n  - {HERE}{{treatment: 2e-1, primary: false}}", "claims[1]", "repeats claim 1 of the list", "remove one of them"),
    "claims_none_primary": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}}\n{HERE}claims: [{{primary: false}}]", "claims", "no claim is primary"),
    "claims_contradict_the_treatment": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}treatment: 0.2}}\nclaims:\n  - {{treatment: 0.3}}", "compare.treatment", "no claim is about 0.2", "each claim names its own treatment", sweep="{model.lr: '0.1,0.2,0.3'}"),
    "looks_descending": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, looks: {{{HERE}seeds: [8, 5]}}}}", "compare.looks.seeds", "must be ascending, got [8, 5]", "", sweep="{model.lr: '0.1,0.2', seed: range(5)}"),
    "looks_repeated": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, looks: {{{HERE}seeds: [5, 5]}}}}", "compare.looks.seeds", "must be ascending, got [5, 5]", "", sweep="{model.lr: '0.1,0.2', seed: range(5)}"),
    "looks_single": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, looks: {{{HERE}seeds: [5]}}}}", "compare.looks.seeds", "at least 2 items", "", sweep="{model.lr: '0.1,0.2', seed: range(5)}"),
    "looks_spending": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, looks: {{seeds: [5, 8], {HERE}spending: pocock2}}}}", "compare.looks.spending", "unknown value 'pocock2'", "did you mean 'pocock'?", sweep="{model.lr: '0.1,0.2', seed: range(5)}"),
    "looks_of_other_seeds": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, looks: {{{HERE}seeds: [4, 8]}}}}", "compare.looks.seeds", "the sweep has 5 seeds, which is none of the planned looks", "sweep the seeds of a look: 4, 8", sweep="{model.lr: '0.1,0.2', seed: range(5)}"),
    "looks_of_seeds_by_arm": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}looks: {{seeds: [2, 4]}}}}", "compare.looks", "planned looks need the same seeds at every setting", "outside of `zip`", sweep="{zip: {model.lr: '0.1,0.2', seed: '0,1'}}"),
    "looks_of_several_claims": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}looks: {{seeds: [5, 8]}}}}\nclaims:\n  - {{treatment: 0.2}}\n  - {{type: noninferiority, margin: 0.1}}", "compare.looks", "planned looks support one claim, got 2", "", sweep="{model.lr: '0.1,0.2', seed: range(5)}"),
    "generalize_to_items_alone": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}generalize_to: [item]}}", "compare.generalize_to", "must contain `seed` once"),
    "iqm_without_blocks": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}aggregate: iqm}}", "compare.aggregate", "iqm aggregates over blocks", "write mean", sweep="{model.lr: '0.1,0.2', seed: range(5)}"),
    "fresh_seeds_of_a_list": compared(f"compare: {{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, {HERE}fresh_seeds: true}}", "compare.fresh_seeds", "needs a key `seed` in the sweep, outside `zip` and `list`", "", sweep="{list: [{model.lr: 0.1, seed: 1}, {model.lr: 0.2, seed: 1}]}"),
}  # fmt: skip

SWEEP = {
    "sweep_text": inside(f"{HERE}sweep: model.lr", "sweep", "must be a mapping, got 'model.lr'"),
    "sweep_list": inside(f"{HERE}sweep: [model.lr]", "sweep", "must be a mapping"),
    "sweep_interval": inside(f"sweep: {{{HERE}model.lr: 'interval(0,1)'}}", "sweep.model.lr", "interval() has no discrete points"),
    "sweep_empty": inside(f"sweep: {{{HERE}model.lr: ''}}", "sweep.model.lr", "the sweep is empty"),
    "sweep_empty_list": inside(f"sweep: {{{HERE}model.lr: []}}", "sweep.model.lr", "the sweep is empty"),
    "sweep_syntax": inside(f"sweep: {{{HERE}model.lr: 'choice(1,2'}}", "sweep.model.lr", "choice(1,2"),
    "sweep_repeated": inside(f"sweep:\n  model.lr: 1,2\n  {HERE}model.lr: 3,4", "sweep.model.lr", "repeated key, first written on line 5", "keep one"),
    "sweep_repeated_in_zip": inside(f"sweep:\n  seed: 1,2\n  zip:\n    {HERE}seed: 1,2", "sweep.zip.seed", "'seed' is swept twice", "keep one"),
    "sweep_no_such_key": inside(f"sweep: {{{HERE}model.lrr: '0.1,0.2'}}", "sweep.model.lrr", "the config has no key 'model.lrr'", "did you mean 'lr'?"),
    "sweep_no_such_group": inside(f"sweep: {{{HERE}modell.lr: '0.1,0.2'}}", "sweep.modell.lr", "the config has no key 'modell.lr'", "did you mean 'model'?"),
    "sweep_new_key": inside(f"sweep: {{{HERE}zzz: '1,2'}}", "sweep.zzz", "the config has no key 'zzz'", "known: agents, data"),
    "sweep_below_a_value": inside(f"sweep: {{{HERE}seed.a: '1,2'}}", "sweep.seed.a", "'seed' is a value, not a mapping"),
    "sweep_excluded": inside(f"sweep: {{{HERE}tracking: 'disabled,offline'}}", "sweep.tracking", "cannot change a training"),
    "sweep_no_option": inside(f"sweep: {{{HERE}model: 'mlp,cmn'}}", "sweep.model", "no config 'cmn' in group 'model'", "did you mean 'cnn'?"),
    "sweep_deletes_nothing": inside(f"sweep: {{{HERE}~model.lr: null}}", "sweep.~model.lr", "no sweep with 'model.lr' is inherited"),
    "sweep_deletes_with_a_value": inside(f"sweep: {{{HERE}~model.lr: '1'}}", "sweep.~model.lr", "deletes an inherited key, so it has no value", "write ~model.lr: null"),
    "sweep_deletes_its_own_key": inside(f"sweep: {{model.lr: '1,2', {HERE}~model.lr: null}}", "sweep.~model.lr", "'model.lr' is also set in this file", "keep one"),
    "sweep_deletes_a_misspelled_key": raw(
        f"{HEADER}defaults: [_swept]\nexperiment:\n  hypothesis: H.\n  sweep: {{{HERE}~model.lrr: null}}\n",
        "experiment.sweep.~model.lrr", "no sweep with 'model.lrr' is inherited", "did you mean 'model.lr'?",
        conf__experiment___swept=f"{HEADER}experiment:\n  sweep: {{model.lr: '1,2'}}\n",
    ),
    "sweep_deletes_in_a_point": inside(f"sweep: {{list: [{{{HERE}~model.lr: null}}]}}", "sweep.list[0].~model.lr", "it cannot delete them"),
    "sweep_zip_lengths": inside(f"sweep:\n  {HERE}zip: {{model.lr: '0.1,0.2', seed: 'range(3)'}}", "sweep.zip", "model.lr has 2, seed has 3"),
    "sweep_list_item": inside(f"sweep:\n  list: [{{seed: 1}}, {HERE}3]", "sweep.list[1]", "a point is a mapping"),
    "sweep_huge": inside(f"{HERE}sweep: {{seed: range(1000), model.hidden: 'range(1000)'}}", "sweep", "has over 200000 points", "split it into several experiments"),
    "sweep_wrong_type": inside(f"sweep: {{{HERE}trainer.max_epochs: '1,many'}}", "sweep.trainer.max_epochs", "lightning.Trainer takes Optional[int], got 'many'"),
    "sweep_seed_text": inside(f"sweep: {{{HERE}seed: 'a,1'}}", "sweep.seed", "must be a whole number from 0 to 4294967295, got 'a'"),
    "sweep_not_taken": inside(f"sweep: {{{HERE}+model.extra: '1,2'}}", "sweep.+model.extra", "lightning_modules.models.mlp.MLP takes no 'extra'", "known: classes"),
    "sweep_no_module": inside(f"sweep: {{{HERE}model._target_: 'lightning_modules.models.mlp.MLP,nowhere.Net'}}", "sweep.model._target_", "there is no module 'nowhere'"),
    "sweep_infinite": inside(f"sweep: {{{HERE}model.lr: '0.1,inf'}}", "sweep.model.lr", "not a finite number"),
    "sweep_of_itself": inside(f"sweep:\n  seed: 1,2\n  {HERE}model.hidden: ${{seed}}", "sweep.model.hidden", "refers to 'seed', which is swept itself", "outside the sweep"),
}  # fmt: skip

SEARCH = {
    "search_without_budget": inside(f"{HERE}search: {{space: {{model.lr: 'interval(0.0,1.0)'}}, metric: accuracy, goal: maximize}}", "search.runs", "is missing"),
    "search_without_metric": inside(f"{HERE}search: {{space: {{model.lr: 'interval(0.0,1.0)'}}, runs: 4, goal: maximize}}", "search.metric", "is missing: a search needs one, here or in `compare`"),
    "search_metric": inside(f"search: {{space: {{model.lr: 'interval(0.0,1.0)'}}, runs: 4, {HERE}metric: acuracy, goal: maximize}}", "search.metric", "the training never writes 'acuracy'", "did you mean 'accuracy'?"),
    "search_goal": inside(f"search: {{space: {{model.lr: 'interval(0.0,1.0)'}}, runs: 4, metric: eval_loss, {HERE}goal: maximize}}", "search.goal", "maximize contradicts 'eval_loss', of which lower values are better", "write minimize"),
    "search_sampler": searched("{model.lr: 'interval(0.0,1.0)'}", "", "unknown value 'bayes'", "cmaes", f"runs: 4\n  {HERE}sampler: bayes"),
    "search_unknown": searched("{model.lr: 'interval(0.0,1.0)'}", "", "unknown key 'trials'", "", f"runs: 4\n  {HERE}trials: 4"),
    "search_no_space": inside(f"search: {{{HERE}space: {{}}, runs: 4, metric: accuracy, goal: maximize}}", "search.space", "must not be empty"),
    "search_small_budget": searched("{model.lr: 'interval(0.0,1.0)'}", "", "one trial takes 3 runs, one for each point of the sweep, got 2", "", f"{HERE}runs: 2\nsweep: {{seed: range(3)}}"),
    "search_and_sweep": searched(f"{{{HERE}model.lr: 'interval(0.0,1.0)'}}", "model.lr", "'model.lr' is both searched and swept", "keep one", "runs: 4\nsweep: {model.lr: '0.1,0.2'}"),
    "search_no_such_key": searched(f"{{{HERE}model.lrr: 'interval(0.0,1.0)'}}", "model.lrr", "the config has no key 'model.lrr'", "did you mean 'lr'?"),
    "search_excluded": searched(f"{{{HERE}trainer.devices: 'choice(1,2)'}}", "trainer.devices", "cannot change a training"),
    "search_one_value": searched(f"{{{HERE}model.lr: 0.1}}", "model.lr", "has one value, so there is nothing to search"),
    "search_one_choice": searched(f"{{{HERE}model.lr: 'choice(0.1,1e-1)'}}", "model.lr", "has one value, so there is nothing to search"),
    "search_one_end": searched(f"{{{HERE}model.lr: 'interval(1,1)'}}", "model.lr", "has one value, so there is nothing to search"),
    "search_downwards": searched(f"{{{HERE}model.lr: 'interval(1,0.5)'}}", "model.lr", "the lower bound 1 of interval() is above the upper bound 0.5"),
    "search_infinite": searched(f"{{{HERE}model.lr: 'interval(0,inf)'}}", "model.lr", "an interval needs two finite bounds"),
    "search_log_of_zero": searched(f"{{{HERE}model.lr: 'tag(log, interval(0,1))'}}", "model.lr", "log takes numbers above 0, got 0"),
    "search_log_in_steps": searched(f"{{{HERE}model.hidden: 'tag(log, range(8,65,8))'}}", "model.hidden", "log takes whole numbers in steps of one, or an interval()"),
    "search_tag": searched(f"{{{HERE}model.lr: 'tag(lug, interval(0.1,1))'}}", "model.lr", "unknown tag 'lug'"),
    "search_tagged_choice": searched(f"{{{HERE}model.lr: 'tag(log, choice(0.1,1))'}}", "model.lr", "a choice takes no tags"),
    "search_syntax": searched(f"{{{HERE}model.lr: 'interval(0.1'}}", "model.lr", "interval(0.1"),
    "search_huge_range": searched(f"{{{HERE}model.hidden: 'range(100000)'}}", "model.hidden", "has over 10000 values: write an interval()"),
    "search_float_for_int": searched(f"{{{HERE}model.hidden: 'choice(8,16.5)'}}", "model.hidden", "lightning_modules.models.mlp.MLP takes int, got 16.5"),
    "search_no_option": searched(f"{{{HERE}model: 'mlp,cmn'}}", "model", "no config 'cmn' in group 'model'", "did you mean 'cnn'?"),
    "search_choice_of_cmaes": searched(f"{{model.lr: 'interval(0.0,1.0)', {HERE}model.hidden: 'choice(4,8)'}}", "model.hidden", "cmaes searches numbers only", "", "runs: 4\n  sampler: cmaes"),
    "search_of_itself": searched(f"{{model.lr: 'interval(0.0,1.0)', {HERE}model.dropout: 'interval(0,${{model.lr}})'}}", "model.dropout", "refers to 'model.lr', which is swept itself", "outside the sweep"),
    "search_factor": searched("{model.lr: 'choice(0.1,0.2)'}", "", "'model.lr' is not swept, so there is nothing to compare", "", f"runs: 4\ncompare: {{metric: accuracy, goal: maximize, {HERE}factor: model.lr, control: 0.1}}"),
}  # fmt: skip
# Rows of SEARCH whose mistake is outside the space, with their paths.
_PATHS_OUTSIDE_SPACE = {
    "search_sampler": "search.sampler",
    "search_unknown": "search.trials",
    "search_small_budget": "search.runs",
    "search_factor": "compare.factor",
}
SEARCH |= {name: replace(SEARCH[name], path=f"experiment.{path}") for name, path in _PATHS_OUTSIDE_SPACE.items()}

CONFIG = {
    "key_not_taken": beside(f"model: {{{HERE}lrr: 0.1}}", "model.lrr", "lightning_modules.models.mlp.MLP takes no 'lrr'", "did you mean 'lr'?"),
    "trainer_key_not_taken": beside(f"trainer:\n  {HERE}max_epoch: 3", "trainer.max_epoch", "lightning.Trainer takes no 'max_epoch'", "did you mean 'max_epochs'?"),
    "value_of_wrong_type": beside(f"trainer: {{{HERE}max_epochs: many}}", "trainer.max_epochs", "lightning.Trainer takes Optional[int], got 'many'"),
    "bool_for_float": beside(f"model: {{{HERE}lr: true}}", "model.lr", "takes float, got True"),
    "text_for_float": beside(f"model: {{{HERE}lr: '0.1'}}", "model.lr", "takes float, got '0.1'"),
    "target_no_module": beside(f"model: {{{HERE}_target_: lightning_modules.mpl.MLP}}", "model._target_", "there is no module 'lightning_modules.mpl'"),
    "target_no_name": beside(f"model: {{{HERE}_target_: lightning_modules.models.mlp.MPL}}", "model._target_", "'lightning_modules.models.mlp' has no 'MPL'", "did you mean 'MLP'?"),
    "target_no_dots": beside(f"model: {{{HERE}_target_: MLP}}", "model._target_", "there is no module 'MLP'"),
    "target_a_number": beside(f"model: {{{HERE}_target_: 3}}", "model._target_", "must be a dotted name, got 3"),
    "target_empty": beside(f"model: {{{HERE}_target_: ''}}", "model._target_", "there is no module ''"),
    "target_relative": beside(f"model: {{{HERE}_target_: ..mlp.MLP}}", "model._target_", "there is no module '..mlp'"),
    "target_deep_inside": beside(f"trainer:\n  plugins:\n    - {{{HERE}_target_: lightning.Trainr}}", "trainer.plugins[0]._target_", "'lightning' has no 'Trainr'", "did you mean 'Trainer'?"),
    "model_no_mapping": beside(f"{HERE}model: hello", "model", "must be a mapping with a _target_"),
    "data_null": beside(f"{HERE}data: null", "data", "must be a mapping with a _target_"),
    "seed_text": beside(f"{HERE}seed: hello", "seed", "must be a whole number from 0 to 4294967295, got 'hello'"),
    "seed_negative": beside(f"{HERE}seed: -1", "seed", "must be a whole number from 0 to 4294967295, got -1"),
    "resource_text": beside(f"resources: {{{HERE}cpus: many}}", "resources.cpus", "must be a whole number from 1, got 'many'"),
    "resource_none": beside(f"resources: {{{HERE}cpus: 0}}", "resources.cpus", "must be a whole number from 1, got 0"),
    "resource_gpus": beside(f"resources: {{{HERE}gpus: 1.5}}", "resources.gpus", "must be a whole number, or a share below 1, got 1.5"),
    "limit_text": beside(f"limits: {{{HERE}hours: many}}", "limits.hours", "must be a positive number, or null, got 'many'"),
    "limit_unknown": beside(f"{HERE}limits: {{days: 1}}", "limits", "takes only hours, the hours of training above which a build asks"),
    "resource_pack": beside(f"resources: {{{HERE}pack: 0}}", "resources.pack", "must be a whole number from 1, got 0"),
    "resource_partition": beside(f"resources: {{{HERE}partition: 3}}", "resources.partition", "must be a name, or null, got 3"),
    "resource_account": beside(f"resources: {{{HERE}account: 'a b'}}", "resources.account", "must be a name, or null, got 'a b'"),
    "resource_minutes": beside(f"resources: {{{HERE}checkpoint_minutes: -1}}", "resources.checkpoint_minutes", "must be a number of minutes from 0, got -1"),
    "resource_minutes_text": beside(f"resources: {{{HERE}checkpoint_minutes: 1h}}", "resources.checkpoint_minutes", "must be a number of minutes from 0, got '1h'"),
    "resource_unknown": beside(f"resources: {{{HERE}mem_gb: 3}}", "resources.mem_gb", "unknown resource 'mem_gb'", "did you mean 'mem_mb'?"),
    "list_over_mapping": beside(f"{HERE}trainer: [1]", "trainer", "is a list, but a mapping in conf/trainer/default.yaml"),
    "mapping_over_list": beside(f"trainer:\n  {HERE}plugins: {{a: 1}}", "trainer.plugins", "is a mapping, but a list in conf/trainer/default.yaml"),
    "value_missing": beside(f"callbacks:\n  {HERE}patience: ???", "callbacks.patience", "has no value yet ('???')"),
    "value_infinite": beside(f"model:\n  {HERE}lr: .inf", "model.lr", "inf is not a finite number"),
    "value_nan_deep": beside(f"notes: {{a: [1, {HERE}.nan]}}", "notes.a[1]", "nan is not a finite number"),
    "interpolation_of_nothing": beside(f"model: {{{HERE}lr: '${{nope.x}}'}}", "model.lr", "cannot be resolved: Interpolation key 'nope.x' not found"),
    "interpolation_open": beside(f"model: {{{HERE}lr: '${{seed'}}", "model.lr", "invalid interpolation"),
    "interpolation_unknown": beside(f"model: {{{HERE}lr: '${{nope:3}}'}}", "model.lr", "Unsupported interpolation type nope"),
    "interpolation_of_itself": beside(f"model: {{{HERE}lr: '${{model.lr}}'}}", "model.lr", "cannot be resolved"),
    "interpolation_of_hydra": beside(f"model: {{{HERE}lr: '${{hydra:job.num}}'}}", "model.lr", "cannot be resolved: "),
    "interpolation_in_spec": inside(f"{HERE}rationale: ${{nope}}", "rationale", "cannot be resolved: Interpolation key 'nope' not found"),
    "environment_unset": beside(f"model: {{{HERE}lr: '${{oc.env:NOT_SET_ANYWHERE}}'}}", "model.lr", "NOT_SET_ANYWHERE is not in conf/environment.yaml"),
    "secret": beside(f"tracking:\n  {HERE}entity: ${{oc.env:WANDB_API_KEY,x}}", "tracking.entity", "would write a secret from the environment", "remove the value"),
    "secret_in_spec": inside(f"{HERE}rationale: by ${{oc.env:HF_TOKEN,x}}", "rationale", "would write a secret from the environment", "remove the value"),
    "secret_decoded": beside(f"tracking:\n  {HERE}entity: ${{oc.decode:${{oc.env:MY_PASSWORD,x}}}}", "tracking.entity", "would write a secret", "remove the value"),
    "hydra_key": beside(f"hydra: {{{HERE}jobb: {{chdir: true}}}}", "hydra.jobb", "Key 'jobb' not in 'HydraConf'"),
    "own_config_key": inside(f"config: {{{HERE}model.lrr: 3}}", "config.model.lrr", "the config has no key 'model.lrr'", "did you mean 'lr'?"),
    "own_config_nested": inside(f"config:\n  model: {{{HERE}lrr: 3}}", "config.model.lrr", "the config has no key 'model.lrr'", "did you mean 'lr'?"),
    "own_config_type": inside(f"config:\n  {HERE}model.lr: many", "config.model.lr", "lightning_modules.models.mlp.MLP takes float, got 'many'"),
    "own_config_group": inside(f"config: {{{HERE}model: mpl}}", "config.model", "no config 'mpl' in group 'model'", "did you mean 'mlp'?"),
}  # fmt: skip


def defaults(item: str, problem: str, hint: str = "", **files: str) -> Row:
    text = (
        f"{HEADER}defaults:\n  - _self_\n  - {HERE}{item}\n  - override /data: digits\nexperiment: {{hypothesis: H.}}\n"
    )
    return raw(text, "defaults[1]", problem, hint, **files)


KEYS_OF_TRAININGS = {
    "train_false": beside(
        f"{HERE}train: false", "train", "cannot be switched off, because a run is a training", "proband verify --deep"
    ),
    "train_null": beside(f"{HERE}train:", "train", "cannot be switched off"),
    "test_false": beside(f"{HERE}test: false", "test", "cannot be switched off, because every run is tested"),
    "ckpt_path": beside(
        f"{HERE}ckpt_path: some.ckpt", "ckpt_path", "a run starts from its seed", "let it load the weights"
    ),
    "optimized_metric": beside(
        f"{HERE}optimized_metric: val/acc", "optimized_metric", "is not read", "experiment.search"
    ),
    "tags_text": beside(
        f"{HERE}tags: first", "tags", "must be a list of texts, got 'first'", "write tags: [first, second]"
    ),
    "tags_enforced": beside(
        f"extras: {{{HERE}enforce_tags: true}}", "extras.enforce_tags", "asks for tags, and there are none"
    ),
    "extras_text": beside(f"{HERE}extras: all", "extras", "must be a mapping, got 'all'"),
    "callback_without_target": beside(
        f"callbacks:\n  {HERE}early_stopping: {{patience: 3}}",
        "callbacks.early_stopping",
        "is no callback",
        "give its class as _target_",
    ),
    "callback_named": beside(f"callbacks: [{HERE}EarlyStopping]", "callbacks[0]", "is no callback"),
    "callback_of_the_trainer": beside(
        f"trainer: {{callbacks: {{{HERE}stop: {{patience: 3}}}}}}", "trainer.callbacks.stop", "is no callback"
    ),
    "callback_argument": beside(
        f"callbacks:\n  bar: {{_target_: lightning.pytorch.callbacks.TQDMProgressBar, {HERE}rate: 3}}",
        "callbacks.bar.rate",
        "takes no 'rate'",
    ),
    "callback_of_the_old_package": beside(
        f"callbacks:\n  stop: {{{HERE}_target_: pytorch_lightning.callbacks.Timer}}",
        "callbacks.stop._target_",
        "is a class of pytorch_lightning",
        "write lightning.pytorch.callbacks.Timer",
    ),
    "tracking_mode": beside(
        f"tracking:\n  {HERE}mode: onlin", "tracking.mode", "unknown mode 'onlin'", "did you mean 'online'?"
    ),
    "tracking_tracker": beside(
        f"tracking:\n  {HERE}tracker: mlflow",
        "tracking.tracker",
        "unknown tracker 'mlflow'",
        "known: tensorboard, trackio, wandb",
    ),
    "tracking_key": beside(
        f"tracking:\n  {HERE}projct: a", "tracking.projct", "unknown key 'projct'", "did you mean 'project'?"
    ),
    "tracking_project": beside(
        f"tracking:\n  {HERE}project: a/b", "tracking.project", "must be a name without a slash"
    ),
    "tracking_tensorboard_online": beside(
        f"tracking:\n  tracker: tensorboard\n  {HERE}mode: online",
        "tracking.mode",
        "has no online mode",
        "write mode: offline",
    ),
    "tracking_trackio_online": beside(
        f"tracking:\n  tracker: trackio\n  {HERE}mode: online",
        "tracking.mode",
        "has no online mode",
        "write mode: offline",
    ),
    "two_loggers_for_wandb": beside(
        f"tracking: {{mode: offline}}\nlogger: {{{HERE}w: {{_target_: lightning.pytorch.loggers.WandbLogger}}}}",
        "logger.w",
        "logs to W&B, and so does the tracking",
        "select tracking: disabled",
    ),
    "test_weights_unknown": beside(f"{HERE}test_weights: first", "test_weights", "must be best or last, got 'first'"),
    "test_weights_of_nothing": beside(
        f"{HERE}test_weights: best",
        "test_weights",
        "needs a callback that keeps the best checkpoint",
        "ModelCheckpoint with a monitor",
    ),
    "flag_swept": inside(f"sweep: {{{HERE}+train: 'true,false'}}", "sweep.+train", "cannot be switched off"),
    "label_swept": inside(f"sweep: {{{HERE}task_name: 'a,b'}}", "sweep.task_name", "cannot change a training"),
    "ignored_model": beside(
        f"identity: {{ignore: [{HERE}model.lr]}}",
        "identity.ignore[0]",
        "'model.lr' cannot be ignored, because a training reads it",
    ),
    "ignored_seed": beside(f"identity: {{ignore: [{HERE}seed]}}", "identity.ignore[0]", "'seed' cannot be ignored"),
    "ignored_group": beside(f"identity: {{ignore: [{HERE}data]}}", "identity.ignore[0]", "'data' cannot be ignored"),
    "ignored_pattern": beside(f"identity: {{ignore: [{HERE}'*']}}", "identity.ignore[0]", "the config has no key '*'"),
    "ignored_unknown": beside(
        f"notes: {{by: me}}\nidentity: {{ignore: [{HERE}note]}}",
        "identity.ignore[0]",
        "the config has no key 'note'",
        "did you mean 'notes'?",
    ),
    "ignored_number": beside(f"identity: {{ignore: [{HERE}3]}}", "identity.ignore[0]", "must be a key, got 3"),
    "ignored_text": beside(f"{HERE}identity: {{ignore: notes}}", "identity", "must be a mapping with a list of keys"),
    "ignored_otherwise": beside(
        f"{HERE}identity: {{ignore: [], also: 1}}", "identity", "must be a mapping with a list of keys"
    ),
    "ignored_and_swept": raw(
        f"{HEADER}experiment: {{hypothesis: H., sweep: {{notes.by: 'a,b'}}}}\nnotes: {{by: me}}\nidentity: {{ignore: [{HERE}notes]}}\n",
        "identity.ignore[0]",
        "'notes.by' is swept, and all its points would be one run",
    ),
}

DEFAULTS = {
    "unknown_option": defaults("override /model: mpl", "no config 'mpl' in group 'model'", "did you mean 'mlp'?"),
    "unknown_option_in_a_list": defaults("override /model: [mlp, cnm]", "no config 'cnm' in group 'model'", "did you mean 'cnn'?"),
    "unknown_group": defaults("override /modell: mlp", "there is no group 'modell' to override", "did you mean 'model'?"),
    "unknown_group_to_add": defaults("/optimizer: adam", "no config 'optimizer/adam'", "known: "),
    "group_without_slash": defaults("override model: mlp", "there is no group 'experiment/model' to override", "write 'override /model'"),
    "group_without_override": defaults("/model: cnn", "a second config of group 'model'", "write 'override /model'"),
    "group_without_choice": defaults("override /model: '???'", "no config of group 'model' is chosen", "known: "),
    "override_too_early": raw(f"{HEADER}{HERE}defaults: [override /model: cnn, /data: digits]\nexperiment: {{hypothesis: H.}}\n", "defaults", "Overrides must be at the end"),
    "unknown_file": defaults("nope", "no config 'nope' in group 'experiment'"),
    "defaults_text": raw(f"{HEADER}{HERE}defaults: hello\nexperiment: {{hypothesis: H.}}\n", "defaults", "defaults must be a list"),
    "defaults_number": raw(f"{HEADER}{HERE}defaults: [3]\nexperiment: {{hypothesis: H.}}\n", "defaults", "the name of a config must be text", "quote"),
    "defaults_of_itself": raw(f"{HERE}{HEADER}defaults: [defaults_of_itself]\nexperiment: {{hypothesis: H.}}\n", "", "the defaults lists are circular"),
    # The mistake is in another file, which the diagnostic must name.
    "from_a_group": defaults(
        "override /model: slow", "", conf__model__slow=SHARED_LR.format(lr="many").replace("lr:", f"{HERE}lr:")
    ),
    "from_a_group_key": defaults(
        "override /model: odd", "", conf__model__odd=f"_target_: lightning_modules.models.mlp.MLP\nlr: 0.1\n{HERE}lrr: 0.1\n"
    ),
    "from_a_group_of_a_sweep": inside(
        "sweep: {model: 'mlp,odder'}", "", "", conf__model__odder=f"_target_: lightning_modules.models.mlp.MLP\n{HERE}lrrr: 0.1\n"
    ),
    "from_a_part_of_a_group": defaults(
        "override /model: based", "", conf__model__based="defaults: [base_part]\nhidden: 3\n",
        conf__model__base_part=f"_target_: lightning_modules.models.mlp.MLP\n\n{HERE}lr: many\n",
    ),
    "from_a_shared_part": defaults(
        "_shared", "", conf__experiment___shared=f"{HEADER}model:\n  hidden: 3\n  {HERE}lr: many\n"
    ),
    "from_a_class": defaults("override /model: linear", "", conf__model__linear=f"{HERE}# no width\n_target_: torch.nn.Linear\nin_features: 3\n"),
    "from_a_missing_value": defaults("override /model: open", "", conf__model__open=f"_target_: lightning_modules.models.mlp.MLP\n{HERE}lr: ???\n"),
    "from_a_groups_own_defaults": defaults(
        "override /model: leads_nowhere", "", conf__model__leads_nowhere=f"defaults:\n  - {HERE}/optimizer: adam\nlr: 1\n"
    ),
}  # fmt: skip
# Diagnostics of the rows whose mistake is in another file: file, path, problem, hint.
ELSEWHERE = {
    "from_a_group": ("conf/model/slow.yaml", "model.lr", "takes float, got 'many'", ""),
    "from_a_group_key": ("conf/model/odd.yaml", "model.lrr", "takes no 'lrr'", "did you mean 'lr'?"),
    "from_a_group_of_a_sweep": ("conf/model/odder.yaml", "model.lrrr", "takes no 'lrrr'", "did you mean 'lr'?"),
    "from_a_part_of_a_group": ("conf/model/base_part.yaml", "model.lr", "takes float, got 'many'", ""),
    "from_a_shared_part": ("conf/experiment/_shared.yaml", "model.lr", "takes float, got 'many'", ""),
    "from_a_class": ("conf/model/linear.yaml", "model", "torch.nn.Linear needs 'out_features'", ""),
    "from_a_missing_value": ("conf/model/open.yaml", "model.lr", "has no value yet", ""),
    "from_a_groups_own_defaults": ("conf/model/leads_nowhere.yaml", "defaults[0]", "no config 'optimizer/adam'", ""),
}

MISTAKES = (
    FILES_AND_YAML | SPEC | DELIVERABLES | COMPARE | CLAIMS | SWEEP | SEARCH | CONFIG | KEYS_OF_TRAININGS | DEFAULTS
)


def without_mark(text: str | bytes) -> tuple[str | bytes, tuple[int, int]]:
    """Return a text without its mark, and the line and column of the mark."""
    if isinstance(text, bytes):
        return text, (1, 1)
    before = text.partition(HERE)[0] if HERE in text else ""
    return text.replace(HERE, ""), (before.count("\n") + 1, len(before) - before.rfind("\n"))


def files_of(mistakes: Mapping[str, Row]) -> Files:
    """Return the spec of each row as an experiment with the name of the row, and the other files of the rows."""
    files: Files = {}
    for name, row in mistakes.items():
        files[name] = without_mark(row.text)[0]
        files |= {other: without_mark(text)[0] for other, text in row.files.items()}
    return files
