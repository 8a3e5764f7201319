# Every target sets up what it needs in .venv from the pinned constraints; only Python 3.11+, pip and make are assumed.
# One stamp file a set of extras (.venv/installed-*) keeps the second run quick.

VENV ?= .venv
DEMO_ARGS ?=
TEST_ARGS ?= -n auto --maxprocesses 4
BENCH_ARGS ?=

# The first interpreter that runs and is new enough; `make test PYTHON=python3.13` overrides it.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$name"; break; }; done)

PIP = $(PYTHON) -m pip --python $(VENV)/bin/python --disable-pip-version-check
SOURCES = src tests docs benchmarks examples

# $(call install,EXTRAS,CONSTRAINTS) installs this checkout, editable: with uv where it is there and works, else with
# pip. The environment is made without a pip of its own (it takes seconds); one is added only if the machine's is too old.
define install
	@echo "Installing loyaltykit[$(strip $(1))] into $(VENV)"
	@if command -v uv >/dev/null 2>&1 && uv pip install --quiet --python $(VENV)/bin/python $(2) -e ".[$(strip $(1))]"; then :; \
	elif $(PIP) --version >/dev/null 2>&1; then $(PIP) install -qq $(2) -e ".[$(strip $(1))]"; \
	else $(VENV)/bin/python -m ensurepip >/dev/null && $(VENV)/bin/python -m pip install -qq $(2) -e ".[$(strip $(1))]"; fi
	@touch $@
endef
DEV_EXTRAS = demo,http,pandas,parquet,report,sklearn,test,lint
BENCH_EXTRAS = demo,bench

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench docs lock clean

help:  ## show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1|\2/p' Makefile | awk -F'|' '{ printf "  %-12s%s\n", $$1, $$2 }'

demo: $(VENV)/installed-demo  ## tell the story on a simulated school (DEMO_ARGS="--lang ru")
	$(VENV)/bin/loyaltykit demo $(DEMO_ARGS)

test: $(VENV)/installed-dev  ## run the tests (TEST_ARGS="-k streak -x")
	$(VENV)/bin/pytest -q $(TEST_ARGS)

lint: $(VENV)/installed-dev  ## check style and types
	$(VENV)/bin/ruff check $(SOURCES)
	$(VENV)/bin/ruff format --check $(SOURCES)
	$(VENV)/bin/mypy

bench: $(VENV)/installed-bench  ## measure against other rule engines (BENCH_ARGS=...)
	$(VENV)/bin/python -m benchmarks $(BENCH_ARGS)

docs: $(VENV)/installed-dev  ## write the generated pages of docs/reference anew
	$(VENV)/bin/python -m docs.build

lock:  ## resolve the newest versions into constraints.txt and constraints-bench.txt
	rm -rf out/lock && mkdir -p out && : > constraints.txt && : > constraints-bench.txt
	$(MAKE) VENV=out/lock out/lock/installed-bench out/lock/installed-dev
	$(PYTHON) -m pip --python out/lock/bin/python freeze --exclude-editable > out/pins.txt
	rm -rf out/lock && cp out/pins.txt constraints.txt
	$(MAKE) VENV=out/lock out/lock/installed-dev
	$(PYTHON) -m pip --python out/lock/bin/python freeze --exclude-editable > constraints.txt
	grep -vxFf constraints.txt out/pins.txt > constraints-bench.txt
	rm -rf out/lock out/pins.txt

clean:  ## remove the environment, the caches and everything that was built
	rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { \
		echo "loyaltykit needs Python 3.11 or newer, and $(or $(PYTHON),python3) here is: $$($(or $(PYTHON),python3) --version 2>&1)" >&2; \
		echo "Install one, or name it: make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear --without-pip $(VENV)

$(VENV)/installed-demo: pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	$(call install,demo,-c constraints.txt)

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	$(call install,$(DEV_EXTRAS),-c constraints.txt)
	@touch $(VENV)/installed-demo

$(VENV)/installed-bench: pyproject.toml constraints.txt constraints-bench.txt | $(VENV)/pyvenv.cfg
	$(call install,$(BENCH_EXTRAS),-c constraints.txt -c constraints-bench.txt)
