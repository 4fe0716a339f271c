"""Models that ship with Proband, as LightningModules."""
