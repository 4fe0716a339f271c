"""The language model behind an OpenAI-compatible endpoint: it chooses, orders and words; code does the rest."""
