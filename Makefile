# The commands of the house; `make help` lists them.

PATH ?= /usr/local/bin:/usr/bin:/bin
PORT ?= 8000
WORKERS ?= auto
PYTEST_ARGS ?=
SCAN_ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input --retries 5
CATALOGUES := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check verify bench scan lock translations system
export PORT PATH

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'

setup: .venv/installed $(CATALOGUES:.po=.mo) ## make .venv, with the portal command in it (PYTHON= picks a Python)

demo: setup ## show the portal with invented people on 127.0.0.1:8000 (PORT= picks another port)
	@$(BIN)/portal demo

test: setup ## run every test (PYTEST_ARGS= adds to the command, WORKERS= sets how many run at once)
	@deploy/setup --tests
	$(BIN)/pytest -n $(WORKERS) $(PYTEST_ARGS)

check: setup ## format, lint, types, doors, translations, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict portal
	$(BIN)/lint-imports
	$(BIN)/pytest tests/structure/test_translations.py
	@rm -rf var/check
	PORTAL_DATABASE_URL= PORTAL_DATA=var/check $(BIN)/portal db check

verify: setup ## run the slow sweeps: the story on other screens, fifty kills, a real key server and object store
	@deploy/setup --tests
	@deploy/servers
	$(BIN)/pytest -m "sweep or servers" tests/functional/test_story.py tests/security tests/unit/vault \
		tests/unit/records/archive

bench: setup ## run every benchmark at its small size
	$(BIN)/python -m bench

scan: setup var/scan/tools/installed ## run wapiti and sqlmap against a demo of its own (SCAN_ARGS= as in bench/scan/README.md)
	$(BIN)/python -m bench.scan $(SCAN_ARGS)

lock: setup ## write both requirements.lock anew
	deploy/lock

translations: setup ## bring the catalogues in line with the texts in code and templates
	@mkdir -p var
	deploy/gather-texts var/messages.pot
	$(BIN)/pybabel --quiet update --input-file var/messages.pot --output-dir portal/translations \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(MAKE) --no-print-directory setup

system:
	@deploy/setup

$(BIN)/python: | system
	@"$$(deploy/find-python)" -m venv --clear .venv

# The stamp stands inside .venv, so that it goes when .venv goes.
.venv/installed: requirements.lock pyproject.toml $(BIN)/python | system
	@echo "Installing the locked packages; this takes about a minute ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(PIP) install --require-hashes --only-binary :all: --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'from portal.kernel.finding.warm import make_ready; make_ready()'
	@touch $@

# The scanners want older packages than the portal, so they stand apart. A few of theirs come as source only.
var/scan/tools/installed: bench/scan/requirements.lock | $(BIN)/python
	@echo "Installing the scanners; this takes about a minute ..."
	@"$$(deploy/find-python)" -m venv --clear var/scan/tools
	@var/scan/tools/bin/python -m pip -qq --disable-pip-version-check --no-input --retries 5 \
		install --require-hashes --prefer-binary --requirement bench/scan/requirements.lock
	@touch $@

%.mo: %.po | .venv/installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
