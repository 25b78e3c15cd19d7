# The commands of the project. `make run` and `make test` need Python 3.11+, Node 20+, make and git, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
FRONTEND_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) \
	frontend/index.html frontend/vite.config.ts frontend/compress.mjs frontend/tsconfig.json

.PHONY: containers docs schema run dev test test-backend test-frontend test-services lint format e2e firefox bench lock frontend clean parity reliability

# Everything on this machine, on one address. ARGS are passed on: make run ARGS="--speed 30".
run: $(VENV)/installed frontend/dist/index.html
	@exec $(MANAGE) up $(ARGS)

# The same, starting again when Python code changes, with Vite beside it: http://localhost:5173/.
dev: $(VENV)/installed-dev frontend/node_modules/.installed
	@trap 'kill 0' EXIT; \
	(cd frontend && npm run dev) & \
	PATH="$(CURDIR)/$(BIN):$$PATH" deploy/reload python manage.py up $(ARGS)

# Tests of one file follow each other in one process; there are as many processes as cores, and the slow files are first.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder

test: $(VENV)/installed-dev frontend/node_modules/.installed
	@mkdir -p var
	@$(BIN)/python -m pytest $(PARALLEL) | tee var/test-backend.log; exit $${PIPESTATUS[0]}
	@cd frontend && NO_COLOR=1 FORCE_COLOR=0 npm test 2>&1 | tee ../var/test-frontend.log; exit $${PIPESTATUS[0]}
	@echo "--- backend:  $$(tail -n 1 var/test-backend.log)"
	@echo "--- frontend: $$(grep -E '^ *Tests ' var/test-frontend.log | tail -n 1)"

test-backend: $(VENV)/installed-dev
	$(BIN)/python -m pytest $(PARALLEL)

test-frontend: frontend/node_modules/.installed
	cd frontend && npm test

# The backend's tests over PostgreSQL and Redis, and the product as the separate processes of docker-compose.yml.
# Needs Debian's postgresql, redis-server, nginx and docker-compose. The two halves run side by side, each with a PostgreSQL and
# a Redis of its own. Left out is what touches neither, brings an SQLite of its own, or takes long: `make test` has run it.
ROOMS := bots trades positions marketdata engine research events notifications web
ELSEWHERE := engine/core engine/backtest tradingbot/tests/test_killed.py tradingbot/tests/test_lockstep.py \
	tradingbot/tests/test_up.py tradingbot/tests/test_days_that_differ.py engine/live/tests/test_random_books.py \
	engine/live/tests/test_safeguards.py engine/live/tests/test_altered_answers.py tradingbot/tests/test_cloud.py
SERVICES := SESSIONS=5 RANDOM_BOTS=3 deploy/with-services $(BIN)/python -m pytest -m "not containers" $(ELSEWHERE:%=--ignore=%)

test-services: $(VENV)/installed-dev frontend/dist/index.html
	@mkdir -p var
	@$(MAKE) --silent --jobs 2 var/test-services-rooms.log var/test-services-product.log
	@for half in rooms product; do echo "--- services, $$half: $$(tail -n 1 var/test-services-$$half.log)"; done

.PHONY: var/test-services-rooms.log var/test-services-product.log
var/test-services-rooms.log:
	@$(SERVICES) $(ROOMS) | tee $@; exit $${PIPESTATUS[0]}

var/test-services-product.log:
	@$(SERVICES) tradingbot | tee $@; exit $${PIPESTATUS[0]}

# The images, built and run as the services over a PostgreSQL and a Redis of this machine.
BUILD := docker build
containers: $(VENV)/installed-dev
	$(BUILD) -f deploy/Dockerfile -t tradingbot-backend .
	$(BUILD) -f frontend/Dockerfile -t tradingbot-frontend frontend
	deploy/with-services $(BIN)/python -m pytest -m containers tradingbot/tests/test_containers.py

lint: $(VENV)/installed-dev frontend/node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	@before="$$(cat docs/openapi.yaml frontend/src/types/api.gen.d.ts | sha256sum)"; $(MAKE) --silent schema >/dev/null || exit 1; \
	[ "$$before" = "$$(cat docs/openapi.yaml frontend/src/types/api.gen.d.ts | sha256sum)" ] || \
	{ echo "The schema or the types made of it were older than the code: commit what make schema wrote."; exit 1; }
	cd frontend && npm run lint

# The published schema and the page's types made of it; `make lint` fails where either is older than the code.
SCHEMA := docs/openapi.yaml
TYPES := frontend/src/types/api.gen.d.ts

schema: $(VENV)/installed frontend/node_modules/.installed
	$(MANAGE) spectacular --validate --fail-on-warn --file $(SCHEMA)
	frontend/node_modules/.bin/openapi-typescript $(SCHEMA) --output $(TYPES)

format: $(VENV)/installed-dev frontend/node_modules/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd frontend && npm run format

# Against the real product in a real browser; needs Chromium (Debian: apt-get install chromium).
e2e: $(VENV)/installed frontend/dist/index.html
	cd frontend && npm run e2e

firefox: $(VENV)/installed-dev frontend/dist/index.html
	FIREFOX_WANTED=yes $(BIN)/pytest -s tradingbot/tests/test_firefox.py

# In one process, and over PostgreSQL and Redis (needs the packages of test-services).
bench: $(VENV)/installed-dev frontend/dist/index.html
	$(BIN)/python -m benchmarks.backtest_speed
	$(BIN)/python -m benchmarks.exchange
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.pages
	deploy/with-services $(BIN)/python -m benchmarks

# The versions chosen in requirements*.in, with all they need and the hashes of every file. Needs uv (pip install uv).
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" requirements.in --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" requirements-dev.in --output-file requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" requirements-docs.in --output-file requirements-docs.txt

# 500 random bots, live in lockstep against the backtest: docs/measurements.md has what it printed last.
parity: $(VENV)/installed-dev
	RANDOM_BOTS=500 $(BIN)/python -m pytest -v --durations=0 tradingbot/tests/test_random_bots.py

# The long forms of docs/reliability.md: a few hours. What they printed last stands there.
reliability: $(VENV)/installed-dev frontend/dist/index.html
	$(BIN)/python -m benchmarks.reliability

# The documents as a site that loads nothing from elsewhere: var/site/index.html. A link that leads nowhere is an error.
DOCS := var/docs
docs: $(DOCS)/installed $(DOCS)/mermaid.min.js
	@NO_MKDOCS_2_WARNING=1 $(DOCS)/venv/bin/mkdocs build --strict --quiet
	@echo "the site is var/site/index.html"

frontend: frontend/dist/index.html

clean:
	rm -rf $(VENV) $(DOCS) frontend/node_modules frontend/dist

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# In an environment of its own: what builds pages has no say in what trades.
$(DOCS)/installed: requirements-docs.txt
	$(PYTHON) -m venv $(DOCS)/venv
	$(DOCS)/venv/bin/pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	@touch $@

# One file of the package, without what the package depends on.
$(DOCS)/mermaid.min.js: docs/mermaid.sha256
	@mkdir -p $(DOCS)
	npm pack --silent --pack-destination $(DOCS) "$$(sed -E 's/.* mermaid-(.*)[.]tgz/mermaid@\1/' $<)" >/dev/null
	cd $(DOCS) && sha256sum --check --quiet $(CURDIR)/$< && tar -xzOf mermaid-*.tgz package/dist/mermaid.min.js > mermaid.new
	@rm $(DOCS)/mermaid-*.tgz && mv $(DOCS)/mermaid.new $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/package.json
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/index.html: frontend/node_modules/.installed $(FRONTEND_SOURCES)
	cd frontend && npm run build
	@touch $@

SHELL := /bin/bash
