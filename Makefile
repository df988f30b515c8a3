# Each target sets up what it needs in .venv; the second run is quick.

PYTHON := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check bench docs clean

run: .venv/.run  ## check the two example plugins
	@echo; echo "== examples/broken =="
	@$(PYTHON) -m kong_lsp check --fail-on never examples/broken
	@echo; echo "== examples/fixed =="
	@$(PYTHON) -m kong_lsp check examples/fixed

test: .venv/.dev  ## run every test
	$(PYTHON) -m pytest -q -n auto

check: .venv/.dev  ## lint and type-check
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

bench: .venv/.dev  ## measure speed against its bars (needs node and npm)
	$(PYTHON) -m tests.benchmarks

docs: .venv/.run  ## write docs/rules and the README's table anew
	$(PYTHON) docs/generate.py

.venv/.run: pyproject.toml .ci/setup
	./.ci/setup run

.venv/.dev: pyproject.toml .ci/setup
	./.ci/setup dev

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .bench
