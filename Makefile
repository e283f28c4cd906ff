# What each target does stands in README.md; the work is done by tools/bootstrap.py.
PYTHON ?= python3
PORT ?= 8000
RUN = $(PYTHON) tools/bootstrap.py

.PHONY: demo test soak golden lint format types bench fresh lock venv

demo: ; @$(RUN) demo --port $(PORT)
test: ; @$(RUN) test
soak: ; @$(RUN) soak
golden: ; @$(RUN) golden
lint: ; @$(RUN) lint
format: ; @$(RUN) format
types: ; @$(RUN) types
bench: ; @$(RUN) bench
fresh: ; @$(RUN) fresh
lock: ; @$(RUN) lock
venv: ; @$(RUN) venv
