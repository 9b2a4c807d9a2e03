# run: the whole site on this machine. test: everything, system packages included. lint: what must hold of the source.
# Settings by environment as in docs/configuration.md: HUB_DATA_DIR=/srv/hub PORT=8001 make run
PY := .venv/bin/python
ARGS ?=

.PHONY: run test lint

run: .venv/installed
	@exec $(PY) manage.py up

test: .venv/installed-dev
	@sh .ci/system-packages.sh
	@sh .ci/with-own-data.sh $(PY) -m pytest $(ARGS)

lint: .venv/installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	PYTHONPATH=. .venv/bin/lint-imports
	@sh .ci/with-own-data.sh $(PY) manage.py makemigrations --check --dry-run

.venv/installed: pyproject.toml constraints.txt .ci/install.sh
	@sh .ci/install.sh web,worker,runner
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt .ci/install.sh
	@sh .ci/install.sh web,worker,runner,dev
	@touch $@ .venv/installed
