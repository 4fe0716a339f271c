"""The integration of several analyses as a document."""

from __future__ import annotations

from agents.analysis_document import findings_listed, open_listed, recommended, with_summary
from agents.documents.document import Document, Section
from agents.integration import Integration


def integration_document(found: Integration) -> Document:
    sections = (
        Section(id="agreed", title="What stands", blocks=findings_listed(found.agreed, is_required=True)),
        Section(id="clashes", title="What clashes", blocks=findings_listed(found.disagreements, is_required=True)),
        Section(id="anomalies", title="Anomalies", blocks=findings_listed(found.anomalies, is_required=True)),
        Section(id="failures", title="Failed runs", blocks=findings_listed(found.failures, is_required=True)),
        Section(id="recommendations", title="Recommendations", blocks=recommended(found.recommendations)),
        Section(id="limitations", title="Limitations", blocks=findings_listed(found.limitations, is_required=True)),
        Section(id="open", title="Open questions", blocks=open_listed(found.open_questions)),
    )
    return Document(
        kind="integration",
        experiment_id=found.experiment_id,
        title=found.title,
        sections=with_summary(found.summary, sections),
    )
