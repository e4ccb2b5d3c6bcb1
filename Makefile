SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run client client-dev client-check client-anew client-lighthouse stress bench bench-onsale bench-growth test test-tools test-install coverage check \
	browsers clients fuzz stop openapi requirements

PORT ?= 8000
HOST = 127.0.0.1
ARGS ?=
# Two for each processor: many tests wait for processes, servers and locks.
PARALLEL = -n $$((2 * $$(getconf _NPROCESSORS_ONLN))) --dist loadfile --no-loadscope-reorder
ALL = $(PARALLEL) -m "not needs"
PY := .venv/bin/python
READY := .venv/ready-for-moviebooking
PYTHONS := python3.14 python3.13 python3.12 python3.11 python3
OLDEST_PYTHONS := python3.11 python3.12 python3.13 python3.14 python3
FIND_PYTHON = python=; for name in $(1); do \
		if $$name -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then python=$$name; break; fi; done; \
	if [ -z "$$python" ]; then \
		echo "MovieBooking needs Python 3.11 or newer with venv (on Debian: python3-venv)." >&2; exit 1; fi
# pip says a line for each package; of these one in ten is shown.
INSTALL = $(1) -m pip install --disable-pip-version-check --progress-bar off --require-hashes -r $(2) | \
	awk -v all="$$(grep -c '==' $(2))" '/^(Collecting|Requirement already)/ { if (++n % 10 == 0) \
		{ printf "  %d of %d packages\n", n, all; fflush() } } \
		/^Installing collected/ { print "  writing them into the environment …"; fflush() } \
		/^Successfully/ { print "  done" }'
COMPILE = $(PY) -m uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make requirements"
PRODUCTION = DEVELOPMENT=false SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') \
	ALLOWED_HOSTS=cinema.example EMAIL_URL=submission://smtp.cinema.example \
	DATABASE_URL=$${DATABASE_URL:-$$($(PY) -m core.embedded url)}

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export DEVELOPMENT := true
run: $(READY) ## Start everything on http://127.0.0.1:8000/ (or PORT=… HOST=…); Ctrl-C stops it
	@$(PY) bin/run $(PORT) $(HOST)

client: $(READY) ## Build the web client, if anything in client/ has changed
	@$(PY) bin/client

client-dev: $(READY) ## Serve the web client on http://127.0.0.1:5173/ with hot reload, beside make run (BACKEND=…)
	@$(PY) bin/client dev

client-check: $(READY) ## Check the web client: types, lint, its rules, its copy of the schema, its size
	@$(PY) bin/client check

client-anew: $(READY) ## Say how long the web client takes to build where nothing was installed
	@$(PY) bin/client anew

client-lighthouse: $(READY) ## Let Lighthouse look at the web client (Chromium; ARGS="--url http://…" for one that runs)
	@$(PY) -m lab.lighthouse $(ARGS)

test: export DEVELOPMENT := true
test: export PYTHONDONTWRITEBYTECODE :=
test: $(READY) ## Run all tests, or those that ARGS="…" names
	@$(PY) -m pytest $(or $(ARGS),$(ALL)) $(if $(COVERAGE),--cov --cov-report=term)
	@$(if $(DATABASE_URL),,echo "The tests' PostgreSQL keeps running, for the next run; make stop ends it.")

test-tools: export DEVELOPMENT := true
test-tools: $(READY) ## Run the tests that need Chromium, nginx, PgBouncer, Node.js and root
	@$(PY) -m pytest $(PARALLEL) -m needs

test-install: ## Install the requirements as on a new machine, with the pip that Python brings
	@$(call FIND_PYTHON,$(OLDEST_PYTHONS)); \
	for file in requirements.txt requirements-dev.txt; do \
		$$python -m venv --clear var/install; \
		echo "$$file by $$(var/install/bin/python -m pip --version | cut -d' ' -f1,2) of $$($$python --version)"; \
		$(call INSTALL,var/install/bin/python,$$file); \
		var/install/bin/python -m pip check; \
	done; rm -rf var/install

coverage: ## Run all tests and say which lines and branches none of them reaches
	@$(MAKE) --no-print-directory test COVERAGE=yes

bench: $(READY) ## Measure the program beside its limits and its typical twin (ARGS="--plot file.svg")
	@$(PY) -m lab.bench $(ARGS)

bench-onsale: $(READY) ## Let 10,000 customers at 300 seats
	@$(PY) -m lab.bench.onsale

bench-growth: $(READY) ## Compare a hundred times the seats with few
	@$(PY) -m lab.bench.growth

check: export DEVELOPMENT := true
check: $(READY) ## Check format, lint, types, imports, security, migrations, settings, schema
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m bandit --quiet --recursive . bin/run bin/client --configfile pyproject.toml
	$(PY) -m mypy . bin/run
	$(PY) -m mypy bin/client
	$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()'
	$(PY) -m lab.rooms --check
	$(PY) manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, with production's settings"
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	@mkdir -p var
	$(PY) manage.py spectacular --validate --fail-on-warn --file var/openapi.yaml
	@diff -u docs/openapi.yaml var/openapi.yaml || { echo "docs/openapi.yaml is out of date: make openapi"; exit 1; }
	$(PY) -m lab.contract
	@$(PY) bin/client check
	@if command -v npm >/dev/null; then $(PY) -m tests.clients.lint; \
		else echo "Spectral and Redocly do not run: there is no npm."; fi

clients: export DEVELOPMENT := true
clients: $(READY) ## Generate clients from the schema and compile them: Python, TypeScript, Kotlin
	@$(PY) -m tests.clients

fuzz: export DEVELOPMENT := true
fuzz: $(READY) ## Ask the server as each role what the schema allows and what not (SECONDS=… SEED=…)
	@$(PY) -m tests.fuzz

stress: $(READY) ## Inject faults while many buy, and prove that nothing is lost (SEED=… MINUTES=…)
	@$(PY) -m lab.stress $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

browsers: $(READY) ## Let four browsers contend for few seats, and ask the database (ROUNDS=… SEED=…)
	@$(PY) -m lab.browsers $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED))

stop: $(READY) ## Stop the embedded databases
	@$(PY) -m core.embedded stop

openapi: export DEVELOPMENT := true
openapi: $(READY) ## Write docs/openapi.yaml from the code
	$(PY) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	@$(PY) bin/client types

requirements: $(READY) ## Pin the requirements of pyproject.toml (UPGRADE=--upgrade for newer ones)
	$(COMPILE) pyproject.toml $(UPGRADE) --output-file requirements.txt
	$(COMPILE) pyproject.toml $(UPGRADE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --no-deps $(UPGRADE) tests/clients/requirements.in --output-file tests/clients/requirements.txt

$(READY): requirements-dev.txt
	@$(call FIND_PYTHON,$(PYTHONS)); \
	echo "Installing the requirements into .venv with $$($$python --version) …"; \
	[ -x $(PY) ] || $$python -m venv --clear .venv
	@$(call INSTALL,$(PY),requirements-dev.txt)
	@touch $@
