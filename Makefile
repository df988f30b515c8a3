# Each target sets up what it needs in .venv; the second run is quick.

PYTHON := .venv/bin/python
VSIX := editors/vscode/kong-lsp.vsix
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check bench docs vscode clean

run: .venv/.run  ## check the two example plugins
	@echo; echo "== examples/broken =="
	@$(PYTHON) -m kong_lsp check --fail-on never examples/broken
	@echo; echo "== examples/fixed =="
	@$(PYTHON) -m kong_lsp check examples/fixed

test: .venv/.dev .venv/.vscode vscode  ## run every test
	$(PYTHON) -m pytest -q -n auto --dist worksteal

check: .venv/.dev  ## lint and type-check
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

bench: .venv/.dev  ## measure speed against its bars (needs node and npm)
	$(PYTHON) -m tests.benchmarks

docs: .venv/.run  ## write docs/rules and the README's table anew
	$(PYTHON) docs/generate.py

vscode: $(VSIX)  ## package the extension for VS Code
	@echo "$(VSIX) is made. Install it: code --install-extension $(VSIX)"

$(VSIX): $(shell find kong_lsp grammars editors/vscode -name node_modules -prune -o \
	-path '*/.vscode-test' -prune -o -path '*/libs' -prune -o -name __pycache__ -prune -o \
	-path '*/vscode/test' -prune -o -path '*/vscode/out' -prune -o -path '*/vscode/dist' -prune -o \
	-type f ! -name '*.vsix' -print) .venv/.dev
	./editors/vscode/setup build
	./editors/vscode/package.sh

.venv/.vscode: .venv/.dev editors/vscode/setup editors/vscode/package-lock.json
	./editors/vscode/setup test
	touch $@

.venv/.run: pyproject.toml .ci/setup
	./.ci/setup run

.venv/.dev: pyproject.toml .ci/setup
	./.ci/setup dev

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .bench
	cd editors/vscode && rm -rf node_modules dist out .vscode-test bundled/libs kong-lsp.vsix
