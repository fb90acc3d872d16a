# `make demo` and `make test` do all their own set-up; `make` alone lists what there is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format bench docs lock clean

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ROOT_MODULES := workbook_templates validators signer addin

help: ## list what there is
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 10

demo: .venv/installed ## build, check, package, sign and verify an example report into out/
	$(BIN)/rapport-unique demo --out out --force

test: .venv/installed-dev ## lint, and run every suite, with all its own set-up
	$(BIN)/python -m tools.system_packages
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -n 2

lint: .venv/installed-dev ## style, types and the arrows between the packages
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/installed-dev ## lay out the code, and mend what can be mended without a thought
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/installed-dev ## speed and memory, against their budget
	$(BIN)/python -m benchmarks.check
	$(BIN)/python -m benchmarks.import
	$(BIN)/python -m benchmarks.sign
	$(BIN)/python -m benchmarks.button

docs: .venv/installed-dev ## take stale pictures of the guide, and write the generated pages anew
	$(BIN)/python -m docs.pictures
	$(BIN)/python -m docs.generate

# The lines about where packages come from stay out: everyone installs from their own index.
LOCK := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 --upgrade \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: .venv/installed-dev ## pin and hash the requirements anew, at today's versions
	$(LOCK) pyproject.toml --group build --output-file requirements.txt
	$(LOCK) pyproject.toml --group build --group dev \
		--constraint requirements.txt --output-file requirements-dev.txt

clean: ## remove what the commands made
	rm -rf .venv out build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(ROOT_MODULES) tests tools -name __pycache__ -prune -exec rm -rf {} +

# Stamps: a second run starts at once; a change of what is installed starts over from there.
.venv/made: tools/make_venv.sh
	sh tools/make_venv.sh .venv
	@touch $@

.venv/installed: .venv/made requirements.txt pyproject.toml
	@echo "Installing the pinned requirements (once; takes about a minute)."
	$(PIP) install --require-hashes --requirement requirements.txt
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@
