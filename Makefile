# Two commands matter: `make run` starts Zhili, `make test` proves it.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: run test setup setup-dev lint docs pin browser clean

run: setup  ## set up, make and load the demo district if there are no data, start web and clock
	@$(PY) run.py

test: setup-dev lint browser  ## set up, lint, and run every test, those in a real browser included
	$(PY) -m pytest -n auto --dist loadfile  # a file is one worker's: its homes and servers are its own

setup: $(VENV)/.run  ## the environment that running needs
setup-dev: $(VENV)/.test  ## and what the tests need besides

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Zhili needs Python 3.11 or later; this is $$($(PYTHON) -V). Try: make PYTHON=python3.12 …"; exit 1; }
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.run: requirements.txt | $(VENV)/.made
	@echo "Installing what Zhili needs (a minute or two, once) …"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	@echo "Installing what the tests need …"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

lint: setup-dev  ## ruff, import-linter, mypy on the inner rooms
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy

browser: setup-dev  ## find a browser for the tests, or install one, or say what to install
	@$(PY) -m tests.e2e.browser

docs: setup  ## write the generated documents
	$(PY) -m warehouse docs
	$(PY) -m analytics.metrics docs
	$(PY) -m clock docs

pin: setup-dev  ## write requirements*.txt from the short lists *.in
	$(VENV)/bin/pip install --quiet pip-tools
	$(VENV)/bin/pip-compile --quiet --upgrade --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host -o requirements.txt requirements.in
	$(VENV)/bin/pip-compile --quiet --upgrade --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host -o requirements-dev.txt requirements-dev.in

clean:  ## forget the environment; data stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
