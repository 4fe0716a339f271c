"""Ask a language model behind an OpenAI-compatible endpoint, with retries, a budget, a ledger and a privacy filter."""
