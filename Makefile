# The whole site by a few commands: `make run` starts it, `make test` tests it, `make help` lists the others.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help run test test-services check fix bench soak screens drill traceability lock audit sbom development

PYTHON := .venv/bin/python
NOWHERE := $(PYTHON) -m deploy.local.nowhere
MANAGE := $(NOWHERE) $(PYTHON) manage.py
BOOTSTRAP := python=$$(sh deploy/local/python.sh) && $$python -m deploy.local.bootstrap
ARGS ?=
SECONDS ?= 60

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: ## the whole site on this machine, until Ctrl-C
	@$(BOOTSTRAP) && exec $(PYTHON) -m deploy.local.run $(ARGS)

test: ## everything the tests need, then all of them (ARGS='tests/site -k roles' for some)
	@$(BOOTSTRAP) --development --browser
	@PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest -n 3 --dist worksteal -m "not soak and not screens and not services" $(ARGS)

test-services: ## the tests over PostgreSQL, RabbitMQ, Redis, S3 and nginx, of many processes, and the drill (20 minutes at most)
	@sh deploy/services/install.sh
	@$(BOOTSTRAP) --development --browser
	@timeout --kill-after=60 1200 $(PYTHON) -m pytest -m "services and not soak" -W default::pytest.PytestUnraisableExceptionWarning $(ARGS)

check: development ## style, types, templates, migrations, documents, locks
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(NOWHERE) .venv/bin/mypy .
	@.venv/bin/djlint --check --lint templates
	@$(MANAGE) check --deploy --fail-level WARNING
	@$(NOWHERE) $(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run --skip-checks
	@$(MANAGE) document_states --check
	@$(MANAGE) collect_messages --check
	@sh deploy/local/check_locks.sh

fix: development ## put right what a program can
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@.venv/bin/djlint --quiet --reformat templates
	@$(MANAGE) document_states
	@$(MANAGE) collect_messages

bench: development ## speeds and memory beside yardsticks into docs/benchmarks.md (ARGS='--only release --scale 1000 --hours 2')
	@$(PYTHON) -m bench $(ARGS)

soak: ## crashes and full-size runs for SECONDS=60
	@$(BOOTSTRAP) --development
	@MPM_TEST_STANDING=0 SECONDS=$(SECONDS) $(PYTHON) -m pytest -m soak $(ARGS)

screens: ## a picture of every screen of giving into docs/screens/
	@$(BOOTSTRAP) --development --browser
	@$(PYTHON) -m pytest -q -m screens tests/screens

drill: ## back up, erase, restore, replay, search every place (ARGS='--photos 20 --seed-failure kept-epoch-key')
	@$(BOOTSTRAP) --development
	@$(PYTHON) -m deploy.local.drill $(ARGS)

traceability: development ## docs/traceability.md: which test settles which requirement
	@$(PYTHON) -m tests.traceability

lock: development ## new locks from requirements*.in and package.json
	@sh deploy/local/lock.sh

audit: development ## looks every locked package up for known faults; says so where the network does not answer
	@$(PYTHON) -m deploy.local.inventory audit

sbom: development ## an inventory (CycloneDX) of every lock into var/sbom/
	@$(PYTHON) -m deploy.local.inventory sbom

development:
	@$(BOOTSTRAP) --development
