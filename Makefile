# lptrack. `make help` lists what can be asked for; every target does its own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILD := .build
PYTEST := -p no:cacheprovider
LOGS ?=
SOURCES := $(shell find lptrack -type f -not -name '*.pyc' 2>/dev/null)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "lptrack needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip --quiet --disable-pip-version-check install --upgrade 'pip>=25.1'

# The program as a user gets it: the built wheel, with what it depends on. Rebuilt when a source changes.
$(BUILD)/installed: $(BIN)/python pyproject.toml README.md $(SOURCES)
	@mkdir -p $(BUILD)/wheel && rm -f $(BUILD)/wheel/*.whl
	$(BIN)/python -m pip --quiet --disable-pip-version-check wheel --no-deps --wheel-dir $(BUILD)/wheel .
	$(BIN)/python -m pip --quiet --disable-pip-version-check uninstall --yes lptrack 2>/dev/null || true
	$(BIN)/python -m pip --quiet --disable-pip-version-check install $(BUILD)/wheel/*.whl
	@touch $@

# What the tests and checks need beside it.
$(BUILD)/tools: $(BIN)/python pyproject.toml
	@mkdir -p $(BUILD)
	$(BIN)/python -m pip --quiet --disable-pip-version-check install --group dev
	@touch $@

# The tests beside the installed wheel, away from the source tree, so that it is the wheel that they import.
$(BUILD)/tree: $(BUILD)/installed $(BUILD)/tools FORCE
	@rm -rf $(BUILD)/tree && mkdir -p $(BUILD)/tree
	@for part in tests cassettes examples docs bench packaging Makefile README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE pyproject.toml action.yml; do \
	  if [ -e $$part ]; then cp -R $$part $(BUILD)/tree/; fi; done
	@mkdir -p $(BUILD)/tree/reports && cp reports/README.md $(BUILD)/tree/reports/
.PHONY: FORCE
FORCE:

.PHONY: report
report: $(BUILD)/installed ## what moved, on the example meetings (or LOGS=path: your own, against the real service)
ifeq ($(LOGS),)
	@rm -f $(BUILD)/example.db
	$(BIN)/lptrack run examples/meetings --db $(BUILD)/example.db --cassette cassettes/launchpad-made-up-bugs.json --debian-root off --out reports
	@$(BIN)/lptrack report --db $(BUILD)/example.db
	@echo; echo "Written: reports/report.html report.md report.csv report.json"
else
	$(BIN)/lptrack run $(LOGS) --out reports
	@$(BIN)/lptrack report
endif

.PHONY: test
test: $(BUILD)/tree ## the tests, against the built wheel
	cd $(BUILD)/tree && ../../$(BIN)/python -m pytest $(PYTEST) -n 2 -m 'not browser and not slow' $(ARGS)

.PHONY: test-here
test-here: $(BUILD)/tools ## the tests against the source tree (quick, for work on it): ARGS='tests/join -x'
	PYTHONPATH=. $(BIN)/python -m pytest $(PYTEST) -n 2 -m 'not browser and not slow' $(ARGS)

.PHONY: lint
lint: $(BUILD)/installed $(BUILD)/tools ## ruff and mypy --strict
	$(BIN)/ruff check lptrack tests bench
	$(BIN)/ruff format --check lptrack tests bench
	$(BIN)/mypy

.PHONY: clean
clean: ## remove what the targets made (not the virtual environment)
	rm -rf $(BUILD) dist .mypy_cache .ruff_cache .hypothesis
	find reports -type f ! -name README.md -delete
