"""Commands that archive, restore and clean: a lab goes in, its store of runs and experiments changes."""
