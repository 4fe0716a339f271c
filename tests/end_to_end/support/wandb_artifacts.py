"""The artifacts of a test server. openwandb accepts uploads of artifacts, and answers no question about them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

_PAGE = {"__typename": "PageInfo", "endCursor": None, "hasNextPage": False}


@dataclass
class StoredArtifact:
    """An artifact. `urls` holds, by the name of a file in it, where the file is uploaded to and downloaded from."""

    id: str
    request: dict[str, Any]  # the input of the SDK's mutation `CreateArtifact`
    version: int
    state: str = "PENDING"
    manifest_url: str = ""
    urls: dict[str, str] = field(default_factory=dict)


class ArtifactStore:
    """Artifacts by id, and the bytes that were uploaded, by path of the URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.artifacts: dict[str, StoredArtifact] = {}
        self.files: dict[str, bytes] = {}

    def answer(self, operation: str, variables: dict[str, Any]) -> dict[str, Any] | None:
        """Return the `data` of a GraphQL operation about artifacts, None for all other operations."""
        match operation:
            case "CreateArtifact":
                return {"createArtifact": {"artifact": self._created(variables["input"])}}
            case "CreateArtifactManifest":
                return {"createArtifactManifest": {"artifactManifest": self._manifest(variables)}}
            case "UpdateArtifactManifest":
                return {"updateArtifactManifest": {"artifactManifest": self._manifest(variables)}}
            case "CreateArtifactFiles":
                specs = variables["input"]["artifactFiles"]
                return {"createArtifactFiles": {"files": {"edges": [{"node": self._upload(spec)} for spec in specs]}}}
            case "CommitArtifact":
                artifact = self.artifacts[variables["artifactID"]]
                artifact.state = "COMMITTED"
                return {"commitArtifact": {"artifact": {"id": artifact.id, "digest": artifact.request["digest"]}}}
            case "RunOutputArtifacts":
                run = (variables["project"], variables["run"])
                items = self.artifacts.values()
                nodes = [_node(item) for item in items if (item.request["projectName"], item.request["runName"]) == run]
                edges = [{"node": node} for node in nodes if node["state"] == "COMMITTED"]
                connection = {"totalCount": len(edges), "pageInfo": _PAGE, "edges": edges}
                return {"project": {"run": {"artifacts": connection}}}
            case "ArtifactByID":
                return {"artifact": _node(self.artifacts[variables["id"]])}
            case "FetchArtifactManifest":
                url = self.artifacts[variables["id"]].manifest_url
                return {"artifact": {"currentManifest": {"file": {"directUrl": url}}}}
            case "GetArtifactMembershipFileUrls":
                return {"project": {"artifactCollection": self._file_urls(variables)}}
            case _:
                return None

    def _created(self, request: dict[str, Any]) -> dict[str, Any]:
        """Store an artifact. The server keeps one version of the same content. An uploaded log names no entity."""
        request = request | {"entityName": request["entityName"] or "default"}
        versions = self._versions(request["projectName"], _name(request))
        same = [item for item in versions if item.request["digest"] == request["digest"]]
        artifact = same[0] if same else StoredArtifact(f"artifact-{len(self.artifacts)}", request, len(versions))
        artifact.request = request
        self.artifacts[artifact.id] = artifact
        return {"id": artifact.id, "state": artifact.state, "artifactSequence": {"latestArtifact": None}}

    def _manifest(self, variables: dict[str, Any]) -> dict[str, Any]:
        id = variables.get("artifactID") or variables["artifactManifestID"].removesuffix("-manifest")
        artifact = self.artifacts[id]
        artifact.manifest_url = f"{self._url}/adapter/{id}/manifest"
        file = {"name": "wandb_manifest.json", "uploadUrl": artifact.manifest_url, "uploadHeaders": []}
        return {"id": f"{id}-manifest", "file": file}

    def _upload(self, spec: dict[str, Any]) -> dict[str, Any]:
        artifact = self.artifacts[spec["artifactID"]]
        url = artifact.urls[spec["name"]] = f"{self._url}/adapter/{artifact.id}/files/{len(artifact.urls)}"
        storage = {"storagePath": spec["name"], "uploadMultipartUrls": None, "artifact": {"id": artifact.id}}
        return {"name": spec["name"], "displayName": spec["name"], "uploadUrl": url, "uploadHeaders": [], **storage}

    def _versions(self, project: str, name: str) -> list[StoredArtifact]:
        """Return the versions of an artifact. Tests may use the same run id in several projects."""
        items = self.artifacts.values()
        return [item for item in items if (item.request["projectName"], _name(item.request)) == (project, name)]

    def _file_urls(self, variables: dict[str, Any]) -> dict[str, Any]:
        (artifact,) = self._versions(variables["project"], variables["collection"])
        nodes = [{"__typename": "File", "name": name, "directUrl": url} for name, url in artifact.urls.items()]
        files = {"pageInfo": _PAGE, "edges": [{"node": node} for node in nodes]}
        return {"__typename": "ArtifactSequence", "artifactMembership": {"files": files}}


def _name(request: dict[str, Any]) -> str:
    return str(request["artifactCollectionName"])


def _node(artifact: StoredArtifact) -> dict[str, Any]:
    """Return the fields of an artifact that the SDK's fragment `ArtifactFragment` asks for."""
    request = artifact.request
    project = {"id": "1", "internalId": "1", "name": request["projectName"], "entity": {"name": request["entityName"]}}
    sequence = {"__typename": "ArtifactSequence", "name": _name(request), "project": project}
    return {
        "__typename": "Artifact",
        "id": artifact.id,
        "artifactSequence": sequence,
        "versionIndex": artifact.version,
        "artifactType": {"name": request["artifactTypeName"]},
        "description": request["description"],
        "metadata": request["metadata"] or json.dumps({}),
        "ttlDurationSeconds": -1,
        "ttlIsInherited": True,
        "tags": [],
        "historyStep": request["historyStep"],
        "state": artifact.state,
        "size": 0,
        "digest": request["digest"],
        "digestAlgorithm": "MANIFEST_MD5",
        "commitHash": None,
        "fileCount": len(artifact.urls),
        "createdAt": "2026-01-01T00:00:00",
        "updatedAt": None,
        "aliases": [],
    }
