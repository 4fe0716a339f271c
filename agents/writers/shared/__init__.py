"""What several sections use: the view of a case, tables and figures of arms, and required statements."""
