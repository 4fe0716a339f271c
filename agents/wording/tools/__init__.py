"""What a model may call: it looks up, derives by fixed operations, asks for a figure, drafts a follow-up. No more."""
