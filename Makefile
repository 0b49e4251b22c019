# The two commands a stranger types are `make demo` and `make test`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench bench-short browser clients fuzz pythons docs docs-serve pictures dist clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

demo: $(VENV)/.installed ## a Droplet's whole life, on an emulator of its own
	@$(BIN)/python examples/droplet_story.py --emulator

test: check ## format, lint, types and import contracts, then the tests
	@$(BIN)/python -m pytest -n auto --maxprocesses 4

check: $(VENV)/.developer ## format, lint, types and import contracts
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports

format: $(VENV)/.developer ## put the code in its form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench: $(VENV)/.installed ## measure ours and others' side by side, and write docs/benchmarks.md; 12 minutes
	@$(BIN)/python -m benchmarks

bench-short: $(VENV)/.installed ## see that all of it runs, and that what is counted keeps its budget
	@$(BIN)/python -m benchmarks short

browser: $(VENV)/.browser ## look at the emulator's page with Debian's Chromium
	@$(BIN)/python -m pytest tests/browser --browser

clients: $(VENV)/.clients $(VENV)/.npm ## run other people's clients against the emulator
	@$(BIN)/python -m pytest tests/clients tests/cli/test_inventory.py --clients

fuzz: $(VENV)/.fuzz ## let schemathesis throw at the emulator what it can think of
	@$(BIN)/python -m pytest tests/fuzz --fuzz -n 2

pythons: ## the tests on every further Python from 3.11 on that pyenv has
	@tools/pythons

docs: $(VENV)/.docs ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

docs-serve: $(VENV)/.docs ## the documentation at http://127.0.0.1:8001/, built anew as it changes
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve --dev-addr 127.0.0.1:8001

pictures: $(VENV)/.pictures ## make the documentation's pictures anew, from real runs
	@$(BIN)/python tools/pictures.py

dist: $(VENV)/.release ## build wheel and sdist into dist/, and try them in empty environments
	@$(BIN)/python tools/release.py

clean: ## remove what the other targets made
	rm -rf $(VENV) .venv-* .schemathesis .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build site

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "dopyapi needs Python 3.11 or newer, and there is none on the PATH"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	@echo "installing dopyapi into $(VENV) ..."
	@$(PIP) install --editable '.[all]'
	@touch $@

$(VENV)/.developer: $(VENV)/.installed
	@echo "installing what checks and tests need ..."
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --group test --group check
	@touch $@

$(VENV)/.clients: $(VENV)/.developer
	@echo "installing other people's clients ..."
	@$(PIP) install --group clients
	@touch $@

$(VENV)/.npm: $(VENV)/bin/python tests/clients/npm/package-lock.json
	@if npm ci --prefix tests/clients/npm --loglevel=error; then touch $@; \
	else echo "no packages from npm: the tests of clients that come from there are skipped"; fi

# Apart from the others, since it brings a plugin of pytest that nobody else wants.
$(VENV)/.fuzz: $(VENV)/.developer
	@echo "installing schemathesis ..."
	@$(BIN)/python -m venv $(VENV)/fuzz
	@$(VENV)/fuzz/bin/pip install --quiet --upgrade 'pip>=25.1'
	@$(VENV)/fuzz/bin/pip install --quiet --group fuzz
	@touch $@

$(VENV)/.docs: $(VENV)/.developer
	@echo "installing what builds the documentation ..."
	@$(PIP) install --group docs
	@touch $@

$(VENV)/.pictures: $(VENV)/.developer
	@echo "installing what makes pictures ..."
	@$(PIP) install --group pictures
	@touch $@

$(VENV)/.release: $(VENV)/.developer
	@echo "installing what builds and checks a release ..."
	@$(PIP) install --group release
	@touch $@

$(VENV)/.browser: $(VENV)/.developer
	@echo "installing what drives a browser ..."
	@$(PIP) install --group browser
	@touch $@
