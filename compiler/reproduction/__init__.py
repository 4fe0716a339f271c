"""Records of reproductions: files in `reproductions/` go in, those that count for some runs come out, summarized."""
