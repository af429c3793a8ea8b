# Every target installs what it needs into .venv, from the hashed locks in requirements/, and then does its job.
PYTHON := .venv/bin/python
LOCKS := pyproject.toml $(wildcard requirements/*)
COMPILE := .venv/bin/uv pip compile --python .venv/bin/python --quiet --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"
DATASETS ?=
SYMBOLS ?=
NOTEBOOKS ?=
.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help: ## Print this
	@echo "The kit. What there is to make:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | \
		while IFS='	' read -r target words; do printf '  make %-10s %s\n' "$$target" "$$words"; done

.PHONY: reports
reports: .venv/.run ## Render all reports into reports/; DATASETS=, SYMBOLS=, NOTEBOOKS= choose, KIT_DATA=folder adds real recordings
	$(PYTHON) -m kit reports --datasets "$(DATASETS)" --symbols "$(SYMBOLS)" --notebooks "$(NOTEBOOKS)"

.PHONY: test
test: .venv/.dev ## Run the tests; KIT_DATA=folder adds those on real recordings
	$(PYTHON) -m pytest -n auto

.PHONY: lab
lab: .venv/.run ## Open JupyterLab on the kit's kernel
	$(PYTHON) -m jupyterlab --MultiKernelManager.default_kernel_name=kit

.PHONY: bench
bench: .venv/.dev ## Measure every workload against its peers
	@for workload in bench/w*.py; do echo "== $$workload"; $(PYTHON) $$workload || failed=1; done; exit $${failed:-0}

.PHONY: gpu-check
gpu-check: .venv/.dev ## Run the tests and benches that need a GPU; fails, and says so, where there is none
	@KIT_BACKEND=gpu $(PYTHON) -m kit backend || { echo "No GPU here: nothing was run, so nothing was checked."; exit 2; }
	KIT_BACKEND=gpu $(PYTHON) -m pytest -m gpu
	@for workload in bench/w*.py; do echo "== $$workload"; KIT_BACKEND=gpu $(PYTHON) $$workload || exit 1; done

.PHONY: lint
lint: .venv/.dev ## Check the style of the code
	$(PYTHON) -m ruff check .

.PHONY: lock
lock: .venv/.dev ## Resolve pyproject.toml anew and rewrite the locks: one version of a package in all of them
	$(COMPILE) --upgrade --group uv -o requirements/uv.txt
	$(COMPILE) --upgrade --group dev --extra gpu pyproject.toml -o requirements/gpu-cu13.txt
	$(COMPILE) --upgrade --group dev -c requirements/gpu-cu13.txt pyproject.toml -o requirements/dev.txt
	$(COMPILE) --upgrade -c requirements/dev.txt pyproject.toml -o requirements/cpu.txt
	$(COMPILE) --upgrade --group dev --extra gpu-cu12 -c requirements/dev.txt pyproject.toml -o requirements/gpu-cu12.txt

.PHONY: clean
clean: ## Remove .venv, rendered reports and caches
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build dist
	rm -f reports/*.html reports/*.json reports/*.failed.ipynb reports/factors/*.html
	find kit tests bench -name __pycache__ -prune -exec rm -rf {} +

.venv/.run: $(LOCKS)
	@requirements/install.sh run

.venv/.dev: $(LOCKS)
	@requirements/install.sh dev
