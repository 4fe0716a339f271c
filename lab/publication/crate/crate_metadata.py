"""Write `ro-crate-metadata.json` for the files of a package, with the library rocrate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lab.publication.contents.material import Material
from lab.publication.contents.redacted_json import redacted_json
from lab.publication.crate.node import Node, refs
from lab.publication.crate.package_files import file_nodes
from lab.publication.crate.reproduction_actions import reproduction_nodes
from lab.publication.crate.root import author_ids, context_nodes, root_properties
from lab.publication.crate.run_actions import action_id, run_nodes
from lab.publication.crate.software import snakemake_node, training_nodes
from lab.publication.crate.stored_runs import stored_runs
from lab.publication.crate.workflow import EXECUTION, SNAKEFILE, workflow_nodes
from lab.publication.package_error import CannotPackage

if TYPE_CHECKING:
    from rocrate.model.contextentity import ContextEntity
    from rocrate.model.file import File
    from rocrate.rocrate import ROCrate

METADATA = "ro-crate-metadata.json"
_VERSION = "1.1"  # the version of RO-Crate on which the profile is based
_CONFORMS_TO = ("https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0")
_TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}  # not in the context of this version


def crate_metadata(material: Material, files: Mapping[str, bytes]) -> bytes:
    """Return the metadata of a package with these files. Equal files give equal bytes.

    Private values are replaced by markers, as in the other JSON files of the package.

    Raises:
        CannotPackage: The library is not installed.
    """
    files = dict(sorted(files.items()))
    runs, agents = list(stored_runs(material)), author_ids(material)
    spec = f"reproduce/conf/experiment/{material.name}.yaml"
    nodes: dict[str, Node] = {node.id: node for node in file_nodes(files)}
    for node in workflow_nodes(material, runs, files, spec, agents):
        merged = {**nodes[node.id].properties, **node.properties} if node.id in nodes else node.properties
        nodes[node.id] = Node(node.id, node.types, merged)
    for run in runs:
        nodes |= {node.id: node for node in (*training_nodes(run), *run_nodes(run, spec, files, agents))}
    repeated = list(reproduction_nodes(material.reproductions, runs, files))
    for node in (snakemake_node(runs), *context_nodes(material), *repeated):
        nodes[node.id] = node
    crate = _new_crate()
    mentions = [EXECUTION, *(action_id(run.id) for run in runs), *(node.id for node in repeated)]
    for name, value in root_properties(material, files, runs, SNAKEFILE, mentions).items():
        if value:
            crate.root_dataset[name] = _single(value)
    crate.metadata["conformsTo"] = refs(_CONFORMS_TO)
    crate.metadata.extra_terms = dict(_TERMS)
    for node in nodes.values():
        crate.add(_entity(crate, node))
    return redacted_json(crate.metadata.generate()).content


def _new_crate() -> ROCrate:
    try:
        from rocrate.rocrate import ROCrate  # imports the network libraries, which nothing else here needs
    except ModuleNotFoundError as error:
        raise CannotPackage(f"{METADATA}: rocrate cannot be imported: {error} (pip install rocrate)") from error
    return ROCrate(version=_VERSION)


def _entity(crate: ROCrate, node: Node) -> ContextEntity | File:
    from rocrate.model.contextentity import ContextEntity
    from rocrate.model.file import File

    types = node.types[0] if len(node.types) == 1 else list(node.types)
    properties = {"@type": types, **{name: _single(value) for name, value in node.properties.items() if value}}
    if "File" not in node.types:
        return ContextEntity(crate, node.id, properties=properties)
    return File(crate, dest_path=unquote(node.id), properties=properties)


def _single(value: Any) -> Any:
    """Return the only item of a list, as RO-Crate recommends; any other value unchanged."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value
