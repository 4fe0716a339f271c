"""What several sections use: the view of a case, statements, tables and figures of arms."""
