# Python 3.11 or newer, its venv module and make are all that is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOG    := .ceasefire/gaza.db
# the peers have an environment of their own: with numpy beside it the measured command would start more slowly
BENCH  := $(VENV)/bench
SIZE   ?= 10k 100k

.PHONY: watch test ahead soak check bench format pictures clean

watch: $(VENV)/.installed ## the Gaza record in the dashboard (as text when there is no terminal)
	@$(BIN)/ceasefire demo --log $(LOG)

# the many processes that tests start would each compile all of it anew
unexport PYTHONDONTWRITEBYTECODE
# more at once than two processors can: many tests wait for something
TESTS = $(BIN)/python -m pytest -n 4 --dist worksteal
test: $(VENV)/.installed-dev ## every test of the tree, four at once
	$(TESTS)

# left out: faketime's shared memory takes the number of a closed stdin, and a server's own clock is not moved
BROKEN = --deselect 'tests/journeys/test_closed_streams.py::test_so_is_every_other_command[import - <&-]' \
	--deselect tests/log/test_postgres_guards.py::test_who_and_when_are_the_server_s \
	--deselect tests/cli/test_server.py::test_what_stands_of_a_damaged_one_becomes_a_file
AHEAD = FAKETIME_DONT_FAKE_MONOTONIC=1 PYTHONPATH=tests/ahead faketime -m -f
TEN_YEARS = tests/journeys/test_readme.py tests/journeys/test_newcomer.py tests/projections/test_gaza.py
ROOMS = benchmarks domain log cli projections tui journeys reliability
ahead: $(VENV)/.installed-dev ## every test 400 days from now, and the seeds and the README ten years from now: needs faketime
	@command -v faketime >/dev/null || { echo "faketime is not installed (Debian has it: apt-get install faketime); nothing was run" >&2; exit 1; }
	@# room by room, as far as each goes
	failed=0; $(AHEAD) +3653d $(TESTS) $(TEN_YEARS) || failed=1; for room in $(ROOMS); do $(AHEAD) +400d $(TESTS) $(BROKEN) tests/$$room || failed=1; done; exit $$failed

soak: $(VENV)/.installed-dev ## tests/reliability and the random tests at their full figures (over an hour), or SHARE=0.1 of them; the table lands in soak.txt
	CEASEFIRE_SOAK=soak.txt CEASEFIRE_SOAK_SHARE=$(SHARE) $(BIN)/python -m pytest -vv -o tmp_path_retention_policy=failed tests/reliability tests/projections tests/cli/test_hostile.py

check: $(VENV)/.installed-dev ## lint, types, the arrows between the rooms, no bare text at a widget
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.tui.bare_text

bench: $(BENCH)/.installed ## the table of targets; SIZE=1M or SIZE=10M for more, JSON=FILE to keep it
	@$(BENCH)/bin/python -m tests.benchmarks $(SUBJECTS) $(SIZE:%=--size %) $(JSON:%=--json %) --command $(BIN)/ceasefire

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Ceasefire Monitor needs Python 3.11 or newer; try: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing into $(VENV) ..." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "installing the development tools into $(VENV) ..." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(BENCH)/.installed: $(VENV)/.installed
	@echo "installing the benchmarks' peers into $(BENCH) ..." >&2
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[postgres]'
	@touch $@

clean: ## remove the environment and the demonstration log
	rm -rf $(VENV) .ceasefire

PICTURE = $(BIN)/ceasefire screenshot --force --log $(LOG)

pictures: $(VENV)/.installed ## the README's pictures, drawn by the real dashboard
	@$(BIN)/ceasefire demo --log $(LOG) </dev/null >/dev/null
	@$(PICTURE) tui/pictures/live.svg
	@$(PICTURE) tui/pictures/replay.svg --as-of 2026-02-02
	@$(PICTURE) tui/pictures/diff.svg --as-of 2026-02-02 --known-at 2026-02-04 --press 'm b b d'
	@$(PICTURE) tui/pictures/80x24.svg --as-of 2026-02-02 --size 80x24 --press 3
