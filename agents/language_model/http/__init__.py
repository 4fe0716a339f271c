"""Send requests to an OpenAI-compatible endpoint over HTTP, and translate responses and errors."""
