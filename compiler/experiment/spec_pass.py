"""First pass: read the `experiment:` node of a composed config and check it independently of other experiments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from compiler.base.redaction import secret_problems
from compiler.composing.interpolation import Resolver
from compiler.composing.layers import Composed
from compiler.deliverables.deliverable import Deliverable
from compiler.experiment.problem_log import ProblemLog
from compiler.parsing.control_characters import control_character_problems
from compiler.parsing.json_values import missing_values, unwritable_values
from compiler.python_source.signatures import Signatures
from compiler.secrets.config_secrets import literal_secret_problems
from compiler.spec.agent_entry_points import AGENT_FIELDS, agent_field_problems
from compiler.spec.parse_spec import FindType, parse_spec
from compiler.spec.schema import Spec
from compiler.sweep.folds import FoldKeys, fold_keys, with_folds
from compiler.sweep.inherited_sweep import deletion_problems, without_deleted_axes


@dataclass(frozen=True)
class SpecNode:
    """The `experiment:` node of a spec. `fields` are its resolved values, not validated if `spec` is None.

    `folds` are the keys that `fields` sweeps for a cross-validation.
    """

    fields: Mapping[str, Any]
    spec: Spec | None
    deliverables: tuple[Deliverable, ...]
    folds: FoldKeys | None = None


def read_node(composed: Composed, stem: str, find_type: FindType, log: ProblemLog) -> SpecNode:
    """Return the node with its interpolations resolved, without the keys that it deletes from an inherited sweep.

    Args:
        stem: the stem of the file, which names the experiment unless the spec does.
        find_type: returns the deliverable type with a name.

    Raises:
        CompileError: The config holds a secret. Nothing else is checked, because other diagnostics might quote it.
    """
    log.add([*secret_problems(composed.config), *literal_secret_problems(composed.config)])
    if log:
        raise log.error()
    log.add(control_character_problems(composed.config))
    node = composed.config.get("experiment")
    with log.collecting():
        node = Resolver().spec(composed.config)
    if secrets := list(literal_secret_problems({"experiment": node})):  # interpolations can join the parts of a key
        log.add(secrets)
        raise log.error()
    sweep = node.get("sweep") if isinstance(node, Mapping) else None
    if isinstance(sweep, Mapping):
        log.add(deletion_problems(sweep, composed.layers))
        node = {**node, "sweep": without_deleted_axes(sweep, composed.layers)}
    spec: Spec | None = None
    deliverables: tuple[Deliverable, ...] = ()
    with log.collecting():
        spec, deliverables = parse_spec(node, stem, find_type)
    if spec is not None:
        log.add([*unwritable_values(node, ("experiment",)), *missing_values(node, ("experiment",))])
    spec_node = SpecNode(node if isinstance(node, Mapping) else {}, spec, deliverables)
    with log.collecting():
        return _with_folds(spec_node, composed)
    return spec_node


def _with_folds(node: SpecNode, composed: Composed) -> SpecNode:
    """Return the node with its `folds` as part of its sweep. Raises SpecError."""
    if node.spec is None or node.spec.folds is None:
        return node
    keys = fold_keys(composed.config)
    return replace(node, fields=with_folds(node.fields, node.spec.folds, keys), folds=keys)


def check_agents(node: SpecNode, signatures: Signatures, log: ProblemLog) -> None:
    """Check that the analyses and reports that a spec names are installed."""
    for name in AGENT_FIELDS:
        log.add(agent_field_problems(name, node.fields.get(name), signatures))
