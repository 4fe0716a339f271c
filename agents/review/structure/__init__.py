"""Check the exhibits, tables and quotations of a document or analysis, and collect its texts by slot."""
