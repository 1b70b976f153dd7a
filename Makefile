# Python that makes the environment; 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
DEMO := data/demo
AWARD := $(DEMO)/award

.PHONY: setup demo campaign test lint bench ui screenshots lock clean

setup: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q $(BIN)/../lib >/dev/null || true
	$(BIN)/python -m pipelines.dbt_runner
	touch $@

# A made-up city, all the way: about a million records, 1% of them dirty.
demo: setup
	rm -rf $(DEMO)/raw $(DEMO)/home
	$(BIN)/cockpit synth --out $(DEMO)/raw --teachers 3000 --from 2022-03-01 --to 2022-05-31 --seed 1 --dirty 0.01
	$(BIN)/cockpit run --raw $(DEMO)/raw --home $(DEMO)/home

# The made-up campaign of one district, after `make demo`: from the frozen index to notice and certificates.
campaign: setup
	rm -rf $(AWARD) $(AWARD)-bundle $(AWARD)-hands
	$(BIN)/cockpit freeze --home $(DEMO)/home award-2022 --out $(AWARD)-bundle --candidates 20
	$(BIN)/cockpit award open $(AWARD) --bundle $(AWARD)-bundle --district 420117 --on 2022-06-01
	$(BIN)/python -m pipelines.synth.campaign nominations $(AWARD)-bundle $(AWARD)-hands --district 420117
	$(BIN)/python -m pipelines.synth.campaign experts $(AWARD)-bundle $(AWARD)-hands --district 420117
	! $(BIN)/cockpit award nominate $(AWARD) $(AWARD)-hands/faulty.csv --on 2022-06-01
	$(BIN)/cockpit award nominate $(AWARD) $(AWARD)-hands/nominations.csv --on 2022-06-01
	$(BIN)/cockpit award sheets $(AWARD) $(AWARD)-hands/experts.csv --on 2022-06-02
	$(BIN)/python -m pipelines.synth.campaign fill $(AWARD)/sheets $(AWARD)-hands
	! $(BIN)/cockpit award score $(AWARD) $(AWARD)-hands/faulty/* --on 2022-06-08
	$(BIN)/cockpit award score $(AWARD) $(AWARD)-hands/good/* --on 2022-06-09
	$(BIN)/cockpit award decide $(AWARD) --on 2022-06-10
	$(BIN)/cockpit award publicize $(AWARD) --on 2022-06-11
	$(BIN)/cockpit award issue $(AWARD) --number 新教函〔2022〕15号 --on 2022-06-20
	$(BIN)/cockpit bulletin --home $(DEMO)/home --district 420117 --out $(AWARD)-hands/bulletin
	$(BIN)/cockpit award showcase $(AWARD) --home $(DEMO)/home --on 2022-06-20
	$(BIN)/cockpit award status $(AWARD)

# Everything CI runs. Three processes on two cores: browsers, disks and killed runs leave one waiting.
test: setup lint
	$(BIN)/python -m pipelines.rulebook --check
	$(BIN)/python -m pytest -n 3 --dist worksteal -q

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# BENCH takes options of pipelines.bench: BENCH="--teachers 1000 10000 100000 --days 365" is a city's year.
bench: setup
	$(BIN)/python -m pipelines.bench $(BENCH)

# Dagster's pages on the demo's HOME (or COCKPIT_HOME and COCKPIT_RAW).
ui: setup
	$(BIN)/python -m pipelines.orchestration.ui

# The README's pictures, of the demo's site and campaign. Needs a Chromium, a Chinese font, poppler-utils and LibreOffice.
screenshots: setup
	$(BIN)/python -m dashboards.screenshots $(DEMO)/home docs/screenshots
	$(BIN)/python -m pipelines.award.pictures $(AWARD) $(DEMO)/home docs/screenshots

# Needs uv; writes hashes and no addresses.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-strip-extras --quiet -o requirements.lock

clean:
	rm -rf .venv $(DEMO)/raw $(DEMO)/home dbt_project/target
