"""Send requests to a language model behind an OpenAI-compatible endpoint, with retries, a budget and a ledger."""
