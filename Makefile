# One command from a bare clone to the running application: make demo. The tests: make test.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?=
PORT   ?= 8000
# Two workers; the tests of a file share its fixtures, so they stay on one; files come in our own order.
PYTEST := $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help install demo example test test-postgres attaques check lint types layers fast sbom licences audit bench affluence charge chaos conformance docs captures paquet conteneur essai-installation lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	# The lock is whole: pip does not resolve it again, which it could not with hashes and an extra (pydantic[email]).
	# Most of what comes is never imported: Python compiles what is.
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

ASSETS := src/maillage/web/socle/static/socle/actifs.json

node_modules/.installed: package-lock.json $(VENV)/.installed
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --no-audit --no-fund
	touch $@

$(ASSETS): node_modules/.installed $(shell find assets -type f)
	PATH="$$PATH:$(CURDIR)/$(BIN)" node assets/build.mjs

install: $(VENV)/.installed $(ASSETS) ## everything into .venv, and what pages load

demo: install ## the application on the embedded example, or on real data: make demo DATA=DIR
	$(BIN)/maillage demo $(if $(DATA),--from "$(DATA)") --port $(PORT)

exemple/node_modules: exemple/package-lock.json $(VENV)/.installed
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund --prefix exemple
	touch $@

example: install exemple/node_modules ## make the embedded example again, to the same bytes
	$(BIN)/python -m exemple

check: install lint types layers fast ## what each commit passes, under 90 s

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

layers: install
	$(BIN)/lint-imports

fast: install
	$(PYTEST) -m "not lent and not navigateur"

test: install exemple/node_modules ## everything CI runs
	bash .ci/system
	$(MAKE) -j3 --output-sync lint types layers sbom
	$(PYTEST)

test-postgres: install ## the tests of the web application and the attacks, on a PostgreSQL of their own
	$(BIN)/python -m tests.web.serveur.grappe $(PYTEST) -m "not navigateur" tests/web tests/attaques --ignore tests/web/serveur

attaques: install ## the attacks that were tried, kept by kind: tests/attaques/LISEZMOI.md
	MAILLAGE_TOURS=1 $(BIN)/pytest -q tests/attaques

sbom: install ## what is shipped that others wrote, in CycloneDX: build/maillage.cdx.json
	$(BIN)/python -m bench.dependances sbom

licences: install ## docs/licences.md, from the locks and what each package says of itself
	$(BIN)/python -m bench.dependances licences

audit: install ## known flaws of what the locks hold; asks public services, says so and fails (3) when they do not answer
	$(BIN)/python -m bench.dependances audit

bench: install ## the whole table of docs/performance.md
	$(BIN)/python -m bench

charge: install ## 50 readers without pause, alone then beside 1,000 idle connections and 24 exports: CHARGE="--duree 20"
	$(BIN)/python -m bench.charge_fermee $(CHARGE)

affluence: install ## 500 readers on a real département, served as in production: AFFLUENCE="--atlas DIR --from DATA"
	$(BIN)/python -m bench.affluence $(AFFLUENCE)

chaos: install ## a day of all roles while servers are killed, an hour long: CHAOS="--minutes 3"; also --production
	$(BIN)/python -m tests.web.serveur.chaos $(CHAOS)

conformance: install ## docs/conformite.md: our figures against published ones
	$(BIN)/python -m bench.conformance

docs: install ## method pages and glossary from the catalogue
	$(BIN)/maillage catalogue pages docs/methodes

captures: install ## pictures of every page in build/captures; those of the README: python -m bench.captures --from DIR
	$(BIN)/python -m bench.captures

paquet: install ## what an install takes, in dist/: the wheel, its hashed requirements, units, the guide
	$(BIN)/python -m deploiement.paquet dist

conteneur: install ## the container image of this commit, by podman, buildah or docker: CONTENEUR="--build-arg BASE=…"
	$(BIN)/python -m deploiement.conteneur $(CONTENEUR)

essai-installation: install ## as root: the guide played on new Debians: install, restore elsewhere, upgrade; needs systemd-nspawn
	$(BIN)/python -m bench.installation_neuve

lock: ## resolve the dependencies again: hashes, no index addresses
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --extra postgresql --group dev --group bench -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist var
