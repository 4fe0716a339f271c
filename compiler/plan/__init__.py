"""Compile the lab into one plan: experiments go in; the manifest, registrations, genealogy and step hashes come out."""
