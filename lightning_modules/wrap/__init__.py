"""Train with code that is not a LightningModule: a plain function, the Trainer of Hugging Face, or a command line."""
