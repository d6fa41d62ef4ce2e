# Everything starts here, on a machine that has Python 3.11 and make. Each target does its own set-up.
SHELL := /bin/sh
VENV := .venv/bin
# Tests wait for servers and browsers for half of their time: one process more than there are processors keeps those busy.
WORKERS := $(shell expr `nproc 2>/dev/null || echo 2` + 1)
export PYTHON SYSTEM

.DEFAULT_GOAL := help
.PHONY: help demo test check fix setup page bench lock clean

help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: page ## Start the server, train real models against it, show the page
	@$(VENV)/tidemill demo $(ARGS)

test: page ## Run every test that this machine can run; ARGS="-k name" picks some
	@scripts/boot scripts.system
	@scripts/boot scripts.environments mlflow2 skinny kfp models
	@$(VENV)/python -m scripts.page test
	@$(VENV)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadscope --no-loadscope-reorder $(ARGS)

check: setup ## Format, lint, contracts and types: under half a minute; ARGS=--all checks types of tests too
	@$(VENV)/python -m scripts.check $(ARGS)

fix: setup ## Repair what the checks can repair
	-@$(VENV)/ruff check --fix --quiet
	@$(VENV)/ruff format --quiet
	@$(VENV)/python -m scripts.settings_page
	@$(VENV)/python -m scripts.openapi_page
	@if [ -d ui/node_modules ]; then $(VENV)/python -m scripts.page format; fi

setup: ## Make the virtual environment in .venv
	@scripts/boot scripts.environments main

page: setup ## Build the page into the package
	@$(VENV)/python -m scripts.page

bench: setup ## Measure Tidemill beside its peers; ARGS=--quick is rougher
	@$(VENV)/python benchmarks/tracking.py $(ARGS)
	@$(VENV)/python benchmarks/registry.py $(ARGS)
	@$(VENV)/python benchmarks/compute.py $(ARGS)
	@$(VENV)/python benchmarks/pipelines.py

lock: setup ## Move requirements/*.txt to the newest versions that fit
	@$(VENV)/python -m scripts.lock

clean: ## Remove everything that was made here, the environments too
	rm -rf .venv .setup ui/node_modules src/tidemill/server/page src/tidemill/server/.page-built-from
	rm -rf dist build
	rm -rf .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
