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
	$(BIN)/python -m pip --quiet --disable-pip-version-check uninstall --yes lptrack lptrack-meetings 2>/dev/null || true
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
	@for part in tests cassettes examples docs bench contrib mkdocs.yml .ci .github Makefile README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE pyproject.toml; do \
	  if [ -e $$part ]; then cp -R $$part $(BUILD)/tree/; fi; done
	@mkdir -p $(BUILD)/tree/reports && cp reports/README.md $(BUILD)/tree/reports/
.PHONY: FORCE
FORCE:

.PHONY: report
report: $(BUILD)/installed ## what moved, on a made-up team's meetings (or LOGS=path: your own, against the real service)
ifeq ($(LOGS),)
	@rm -rf $(BUILD)/demo $(BUILD)/example.db
	$(BIN)/lptrack demo -q $(BUILD)/demo
	$(BIN)/lptrack run $(BUILD)/demo/meetings --db $(BUILD)/example.db --cassette $(BUILD)/demo/launchpad.json --debian-root off --out reports
	@$(BIN)/lptrack report --db $(BUILD)/example.db
	@echo; echo "Written: reports/report.html report.md report.csv report.json"
else
	$(BIN)/lptrack run $(LOGS) --out reports; code=$$?; $(BIN)/lptrack report; exit $$code
endif

.PHONY: test
test: $(BUILD)/tree ## the tests, against the built wheel
	cd $(BUILD)/tree && ../../$(BIN)/python -m pytest $(PYTEST) -n 3 -m 'not browser and not slow and not redis and not matrix and not moin and not dask' $(ARGS)

.PHONY: test-here
test-here: $(BUILD)/tools ## the tests against the source tree (quick, for work on it): ARGS='tests/join -x'
	PYTHONPATH=. $(BIN)/python -m pytest $(PYTEST) -n 2 -m 'not browser and not slow and not redis and not matrix and not moin and not dask' $(ARGS)

.PHONY: test-browser
test-browser: $(BUILD)/tree ## the tests that need Chromium or LibreOffice (installed by apt where that may be done)
	@bash tests/browser/install.sh
	cd $(BUILD)/tree && ../../$(BIN)/python -m pytest $(PYTEST) -m browser -rs $(ARGS)

.PHONY: test-slow
test-slow: $(BUILD)/tree ## the tests that take minutes: kill -9 in a loop, many runs at once, long random lives
	cd $(BUILD)/tree && ../../$(BIN)/python -m pytest $(PYTEST) -n 2 -m 'slow and not redis and not matrix and not moin and not dask' -rs $(ARGS)

.PHONY: test-redis
test-redis: $(BUILD)/tree ## the cache in a real redis-server (installed by apt where that may be done)
	@command -v redis-server >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq redis-server; } || true
	$(BIN)/python -m pip --quiet --disable-pip-version-check install 'redis>=5.0'
	cd $(BUILD)/tree && ../../$(BIN)/python -m pytest $(PYTEST) -m redis -rs $(ARGS)

# A Matrix homeserver has dependencies of its own: an environment beside lptrack's.
$(BUILD)/synapse/bin/synctl: $(BIN)/python
	@mkdir -p $(BUILD) && $(PYTHON) -m venv $(BUILD)/synapse
	$(BUILD)/synapse/bin/python -m pip --quiet --disable-pip-version-check install 'matrix-synapse>=1.140'

.PHONY: test-matrix
test-matrix: $(BUILD)/tree $(BUILD)/synapse/bin/synctl ## a room read and written in a real Synapse on loopback
	cd $(BUILD)/tree && LPTRACK_SYNAPSE=$(CURDIR)/$(BUILD)/synapse/bin/python ../../$(BIN)/python -m pytest $(PYTEST) -m matrix -rs $(ARGS)

# MoinMoin 1.9, the last with XML-RPC, is a program for Python 2.7 (PYTHON2=path).
PYTHON2 ?= python2.7
$(BUILD)/moin/bin/moin:
	@mkdir -p $(BUILD)
	$(PYTHON2) -m pip --quiet --disable-pip-version-check install --target $(BUILD)/moin 'moin==1.9.11'

.PHONY: test-moin
test-moin: $(BUILD)/tree $(BUILD)/moin/bin/moin ## a page written in a real MoinMoin 1.9 on loopback (needs Python 2.7: PYTHON2=path)
	cd $(BUILD)/tree && LPTRACK_MOIN="$(PYTHON2) $(CURDIR)/$(BUILD)/moin" ../../$(BIN)/python -m pytest $(PYTEST) -m moin -rs $(ARGS)

.PHONY: test-dask
test-dask: $(BUILD)/tree ## extract on a real Dask cluster of two worker processes, and from an S3 service, on loopback
	$(BIN)/python -m pip --quiet --disable-pip-version-check install 'distributed>=2024.8' 'fsspec>=2024.6' 's3fs>=2024.6' 'moto[server,s3]>=5'
	cd $(BUILD)/tree && ../../$(BIN)/python -m pytest $(PYTEST) -m dask -rs $(ARGS)

.PHONY: test-lowest
test-lowest: $(BIN)/python ## the tests with the lowest declared versions of the dependencies
	@rm -rf $(BUILD)/lowest && mkdir -p $(BUILD)/lowest
	$(BIN)/python -m pip --quiet --disable-pip-version-check install uv
	$(PYTHON) -m venv $(BUILD)/lowest/venv
	$(BIN)/uv pip install --quiet --python $(BUILD)/lowest/venv/bin/python --resolution lowest-direct . --group dev
	cp -R tests cassettes examples docs bench contrib mkdocs.yml Makefile README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE pyproject.toml $(BUILD)/lowest/ 2>/dev/null || true
	mkdir -p $(BUILD)/lowest/reports && cp reports/README.md $(BUILD)/lowest/reports/
	cd $(BUILD)/lowest && venv/bin/python -m pytest $(PYTEST) -n 2 -m 'not browser and not slow and not redis and not matrix and not moin and not dask' $(ARGS)

.PHONY: lint
lint: $(BUILD)/installed $(BUILD)/tools ## ruff and mypy --strict
	$(BIN)/ruff check lptrack tests bench docs/tools
	$(BIN)/ruff format --check lptrack tests bench docs/tools
	$(BIN)/mypy
	$(BIN)/zizmor --quiet --offline contrib/github/lptrack.yml contrib/github/week.yml contrib/github/action/action.yml

.PHONY: coverage
coverage: $(BUILD)/tools ## branch coverage by the tests; join, trackers, logs and storage each hold 95 %
	@rm -f $(BUILD)/coverage*
	PYTHONPATH=$(CURDIR) COVERAGE_FILE=$(CURDIR)/$(BUILD)/coverage $(BIN)/python -m coverage run -m pytest $(PYTEST) -n 2 -m 'not browser and not slow and not redis and not matrix and not moin and not dask' $(ARGS)
	COVERAGE_FILE=$(CURDIR)/$(BUILD)/coverage $(BIN)/python -m coverage combine --quiet
	@COVERAGE_FILE=$(CURDIR)/$(BUILD)/coverage $(BIN)/python -m coverage report; failed=0; \
	for room in join trackers logs storage; do \
	  COVERAGE_FILE=$(CURDIR)/$(BUILD)/coverage $(BIN)/python -m coverage report --include="*/lptrack/$$room/*" --fail-under=95 >$(BUILD)/coverage.$$room || failed=1; \
	  echo "$$room: $$(grep TOTAL $(BUILD)/coverage.$$room)"; done; exit $$failed

.PHONY: release
release: $(BUILD)/tools ## build, check and try what would be released, in dist/ (uploads nothing)
	$(BIN)/python -m pip --quiet --disable-pip-version-check install 'build>=1.2' 'twine>=6.1' 'check-wheel-contents>=0.6.1'
	@rm -rf dist && mkdir dist
	PYTHONPATH=. $(BIN)/python -m tests.release dist

.PHONY: check
check: lint ## lint, and the known holes of what lptrack depends on (pip-audit)
	$(BIN)/python -m pip --quiet --disable-pip-version-check install pip-audit
	@$(BIN)/pip-audit --strict --skip-editable --progress-spinner off 2>$(BUILD)/audit.err; code=$$?; \
	if [ $$code -ne 0 ] && grep -qiE 'connection|resolve|timed? ?out|unreachable|HTTPError|ServiceError|proxy|not found on PyPI' $(BUILD)/audit.err; then \
	  echo "pip-audit: NOT DONE, its service cannot be asked from here:"; tail -n 1 $(BUILD)/audit.err; \
	else cat $(BUILD)/audit.err; exit $$code; fi

.PHONY: fuzz
fuzz: $(BUILD)/tools ## damage for every parser, SECONDS=60 each; what it finds becomes a test
	PYTHONPATH=. $(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60)

.PHONY: bench
bench: bench-start bench-extract bench-resolve bench-database bench-report bench-site bench-archive ## every benchmark, each against its baseline in the same run

.PHONY: bench-start bench-extract bench-resolve bench-database bench-report bench-site bench-archive
bench-archive: $(BUILD)/tools $(BUILD)/installed ## extract, run and report on 2,365 pages like those of fourteen years
	PYTHONPATH=. $(BIN)/python bench/archive.py
bench-start: $(BUILD)/tools $(BUILD)/installed ## how long --help, extract and status take to start
	PYTHONPATH=. $(BIN)/python bench/start.py
# Real channels' logs, where there are some: a folder with sparse.txt.gz and dense.txt.gz.
CORPUS ?= ../shared/data/perf
bench-extract: $(BUILD)/tools $(BUILD)/installed ## reading logs, beside ripgrep with a naive pattern (CORPUS=folder: real logs)
	PYTHONPATH=. $(BIN)/python bench/extract.py $(if $(wildcard $(CORPUS)/sparse.txt.gz),--corpus $(CORPUS))
bench-resolve: $(BUILD)/tools $(BUILD)/installed ## asking Launchpad, beside a plain launchpadlib loop
	PYTHONPATH=. $(BIN)/python bench/resolve.py
bench-database: $(BUILD)/tools $(BUILD)/installed ## status and report on 10,000 bugs and 200 meetings
	PYTHONPATH=. $(BIN)/python bench/database.py
bench-report: $(BUILD)/tools $(BUILD)/installed ## every form of a report on 50 meetings × 2,000 tasks
	PYTHONPATH=. $(BIN)/python bench/report.py
bench-site: $(BUILD)/tools $(BUILD)/installed ## the site of 50 teams, 2,000 meetings and 20,000 bugs: all of it, and one meeting more
	PYTHONPATH=. $(BIN)/python bench/site.py

.PHONY: wheel
wheel: $(BUILD)/installed ## the wheel, in .build/wheel/

.PHONY: docs
docs: $(BUILD)/installed $(BUILD)/tools ## the documentation as a site, in site/ (and the parts that the program writes)
	PYTHONPATH=. $(BIN)/python docs/tools/reference.py
	PYTHONPATH=. $(BIN)/python -m tests.layers
	PYTHONPATH=. $(BIN)/python -m tests.recipes
	PYTHONPATH=. $(BIN)/python -m tests.schemas.write
	$(BIN)/python -m pip --quiet --disable-pip-version-check install 'mkdocs>=1.6'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

.PHONY: screenshots
screenshots: $(BUILD)/tools $(BUILD)/installed ## the pictures in the docs, from the demo's report in Chromium
	@bash tests/browser/install.sh
	@rm -rf $(BUILD)/demo && $(BIN)/lptrack demo -q $(BUILD)/demo
	$(BIN)/lptrack site -q --db $(BUILD)/demo/lptrack.db --out $(BUILD)/demo/site
	$(BIN)/lptrack report --db $(BUILD)/demo/lptrack.db --format xlsx -o $(BUILD)/demo/meeting.xlsx
	PYTHONPATH=. $(BIN)/python -m tests.browser.make_screenshots $(BUILD)/demo docs/images

.PHONY: cassettes
cassettes: $(BUILD)/tools ## rebuild the cassettes from the recorded answers
	PYTHONPATH=. $(BIN)/python -m tests.doubles.launchpad.build_cassette

.PHONY: golden
golden: $(BUILD)/tools ## rewrite the expectations beside the golden logs; review the diff
	PYTHONPATH=. $(BIN)/python -m tests.logs.golden

.PHONY: clean
clean: ## remove what the targets made (not the virtual environment)
	rm -rf $(BUILD) dist .mypy_cache .ruff_cache .hypothesis
	find reports -type f ! -name README.md -delete
