# `make demo` builds an example study, `make test` runs all tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test fast soak lint bench clean

demo: $(READY)
	$(BIN)/snakemake --cores 2 digits_lr
	@echo
	@$(BIN)/proband tree
	@$(BIN)/python -m rules.results.print_results digits_lr

# Three tests at a time, because builds often wait. Tests of one group share a lab and run in one process.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadgroup

test: $(READY)
	$(PYTEST) --durations=20

fast: $(READY)
	$(PYTEST) -m "not slow"

# Many repetitions of the tests with random kills and of the simulations. Run them before a release.
soak: $(READY)
	$(PYTEST) -m soak --soak

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/snakemake --lint

bench: $(READY)
	$(BIN)/python -m tests.bench docs/bench.md
	$(BIN)/python -m tests.verdicts.table docs/verdict_rates.md

# Install exact versions from the lock file, and the project itself as editable.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

clean:
	rm -rf .proband .snakemake results
