"""Code that several sections share: the view of a case, statements, tables and figures of arms."""
