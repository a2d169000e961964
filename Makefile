# Everything sets itself up: `make demo` and `make test` need only Python 3.11 or newer.
.PHONY: demo test check bench golden package setup format clean

PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
QUICK := tests/unit tests/property tests/golden tests/house

demo: .venv/.installed
	@$(BIN)/python -m byname demo

test: check
	@$(BIN)/python -m pytest -q tests/integration tests/browser tests/clients tests/e2e

check: .venv/.installed-tests
	@$(BIN)/ruff format --check -q . || { echo "the format differs: make format"; exit 1; }
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest -q -n 2 $(QUICK)

bench: .venv/.installed-tests         ## what a mail, a cold start and a month cost; ends with 1 when a figure falls short
	@$(BIN)/python -m bench

golden: .venv/.installed-tests        ## write the golden letters and mails anew; read the diff before you commit it
	@BYNAME_GOLDEN=write $(BIN)/python -m pytest -q tests/golden
	@git diff --stat tests/golden

package: .venv/.installed             ## what AWS gets, in out/: of your team.toml, or of the example
	@$(BIN)/python -m byname package --team $(firstword $(wildcard team.toml) examples/team.toml)

format: .venv/.installed-tests
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

setup: .venv/.installed-tests

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "byname needs Python 3.11 or newer: install it and try again"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/.installed: .venv/bin/python pyproject.toml
	@echo "Setting up .venv (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

.venv/.installed-tests: .venv/.installed
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test,train]"
	@touch $@

clean:
	rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache
