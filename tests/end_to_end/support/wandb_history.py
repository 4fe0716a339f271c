"""The history of runs on a test server, as W&B stores it. openwandb stores metrics, and answers no history query."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any


class HistoryStore:
    """The rows that the SDK streams, and the exit code of each run. A repeated upload replaces the rows of a run."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, str]] = defaultdict(dict)
        self.exit_codes: dict[str, int] = {}

    def add(self, run_id: str, stream: dict[str, Any]) -> None:
        """Store the part of a `file_stream` request that concerns the history."""
        if chunk := stream.get("files", {}).get("wandb-history.jsonl"):
            if chunk["offset"] == 0:
                self._rows[run_id].clear()
            self._rows[run_id].update(enumerate(chunk["content"], chunk["offset"]))
        if stream.get("complete"):
            self.exit_codes[run_id] = int(stream.get("exitcode") or 0)

    def rows(self, run_id: str) -> list[dict[str, Any]]:
        return [json.loads(row) for _, row in sorted(self._rows[run_id].items())]

    def answer(self, operation: str, variables: dict[str, Any]) -> dict[str, Any] | None:
        """Return the `data` of a GraphQL operation about the history, None for all other operations."""
        rows = self.rows(str(variables.get("run") or variables.get("name") or variables.get("runName") or ""))
        match operation:
            case "RunHistoryKeys":
                return _of_run(historyKeys={"lastStep": max((row["_step"] for row in rows), default=-1)})
            case "RunParquetHistory":
                return _of_run(parquetHistory={"parquetUrls": [], "liveData": rows})
            case "HistoryPage":
                lowest, highest = int(variables["minStep"]), int(variables["maxStep"])
                return _of_run(history=[json.dumps(row) for row in rows if lowest <= row["_step"] < highest])
            case "SampledHistoryPage" | "RunSampledHistory":
                specs = variables.get("specs") or [variables["spec"]]
                return _of_run(sampledHistory=[_sampled(rows, json.loads(spec)) for spec in specs])
            case _:
                return None


def _sampled(rows: list[dict[str, Any]], spec: dict[str, Any]) -> list[dict[str, Any]]:
    complete = [row for row in rows if all(key in row for key in spec["keys"])]
    return [{key: row[key] for key in spec["keys"]} for row in complete]


def _of_run(**fields: Any) -> dict[str, Any]:
    return {"project": {"run": fields}}
