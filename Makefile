# `make demo` builds an example study, `make test` runs all tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test fast soak lint bench lock clean

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

# About 40 minutes on a quiet machine with two cores, and much longer for the rates of verdicts. The page keeps all other
# tables if one fails. `python -m tests.bench NAME…` measures single tables.
bench: $(READY)
	$(BIN)/python -m tests.bench; code=$$?; $(BIN)/python -m tests.verdicts.table docs/verdict_rates.md && exit $$code

# Exactly the files in the lock are installed, and the project itself as editable. A build of torch without CUDA is
# preferred where pip finds it. The build on PyPI for Linux needs the libraries of requirements-cuda.lock as well.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
LOCKED := $(INSTALL) --require-hashes --requirement
NEEDS_CUDA := import importlib.metadata as m; exit(not any(name.startswith("nvidia-") for name in m.requires("torch")))

$(READY): requirements.lock requirements-cpu.lock requirements-cuda.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(LOCKED) requirements-cpu.lock 2>$(VENV)/cpu.log || echo "pip finds no torch without CUDA, so it installs that of PyPI"
	sed '/^--requirement /d' requirements.lock >$(VENV)/common.lock
	$(LOCKED) $(VENV)/common.lock
	if $(BIN)/python -c '$(NEEDS_CUDA)'; then $(LOCKED) requirements-cuda.lock; fi
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

# Update the lock files after a change of pyproject.toml. Locked versions are kept if the ranges allow them.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	PATH=$(CURDIR)/.venv-lock/bin:$$PATH .venv-lock/bin/python build_backend/write_lock.py

clean:
	rm -rf .proband .snakemake results
