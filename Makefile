# run: the whole site on this machine. test: everything, system packages included. lint: what must hold of the source.
# bench: what is measured, beside peers; SIZE= cards of the catalog, ARGS="peer browse" some parts of it only,
# BENCH=scheduling ARGS="start sqlite" those of scheduling, BENCH=compare those of comparing, BENCH=tree those of the
# tree (docs/benchmarks.md).
# chaos: RUNS= runs while workers, runners, Redis and PostgreSQL are killed; SEED= chooses the storm.
# Settings by environment as in docs/configuration.md: HUB_DATA_DIR=/srv/hub PORT=8001 make run
PY := .venv/bin/python
ARGS ?=
SIZE ?= 1000000
BENCH ?= $(if $(ARGS),catalog,catalog scheduling compare tree)
RUNS ?= 5000
SEED ?= 20260101

.PHONY: run test lint bench chaos

run: .venv/installed
	@exec $(PY) manage.py up

test: .venv/installed-dev
	@sh .ci/system-packages.sh
	@PY=$(PY) sh .ci/test.sh $(ARGS)

lint: .venv/installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	PYTHONPATH=. .venv/bin/lint-imports
	@sh .ci/with-own-data.sh $(PY) manage.py makemigrations --check --dry-run

chaos: .venv/installed-dev
	@sh .ci/system-packages.sh
	@CHAOS_RUNS=$(RUNS) CHAOS_SEED=$(SEED) sh .ci/with-own-data.sh $(PY) -m pytest -q tests/chaos

bench: .venv/installed-bench
	@$(if $(filter catalog,$(BENCH)),$(PY) -m benchmarks catalog --size $(SIZE) $(ARGS))
	@$(if $(filter scheduling,$(BENCH)),$(PY) -m benchmarks scheduling $(ARGS))
	@$(if $(filter compare,$(BENCH)),$(PY) -m benchmarks compare $(ARGS))
	@$(if $(filter tree,$(BENCH)),$(PY) -m benchmarks tree $(ARGS))

.venv/installed: pyproject.toml constraints.txt .ci/install.sh
	@sh .ci/install.sh web,worker,runner
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt .ci/install.sh
	@sh .ci/install.sh web,worker,runner,dev
	@touch $@ .venv/installed

.venv/installed-bench: pyproject.toml constraints.txt .ci/install.sh
	@sh .ci/install.sh web,bench
	@touch $@
