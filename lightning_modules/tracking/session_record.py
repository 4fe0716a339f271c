"""Record what was logged in a session of a tracker."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from compiler.base.identity import canonical
from compiler.tracking.choice import logged_config, tracker_name
from compiler.tracking.record import LoggedArtifact, TrackingRecord
from lightning_modules.tracking.tracker import RunToTrack, Session


def session_record(
    run: RunToTrack,
    session: Session,
    mode: str,
    exit_code: int,
    artifacts: tuple[LoggedArtifact, ...],
    rows: Mapping[str, int],
) -> TrackingRecord:
    """Return the record of a session."""
    return TrackingRecord(
        tracker=tracker_name(run.config),
        mode=mode,
        project=run.project,
        entity=session.entity or run.entity,
        run_id=run.run_id,
        url=session.url,
        exit_code=exit_code,
        group=run.experiments[0] if run.experiments else None,
        tags=run.experiments,
        artifacts=artifacts,
        rows=dict(sorted(rows.items())),
        config_sha256=sha256(canonical(logged_config(run.config))).hexdigest(),
    )
