# The two commands: `make book` and `make test`. `make help` lists the rest.
# Written for GNU make 3.81 (macOS) and later.

.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first Python that really runs and is 3.11 or later. A name on PATH proves nothing: it can be a
# shim without an interpreter behind it. `make PYTHON=/path/to/python3.12 book` chooses another.
CANDIDATES := python3.13 python3.12 python3.11 python3 python
SUPPORTED := import sys, venv, ensurepip; sys.exit(not sys.version_info[:2] >= (3, 11))
ifndef PYTHON
PYTHON := $(shell for p in $(CANDIDATES); do \
	if "$$p" -c "$(SUPPORTED)" >/dev/null 2>&1; then echo "$$p"; break; fi; done)
endif

VENV := .venv
# -E: what the shell says to Python in variables is said to other programs.
RUN := $(VENV)/bin/python -E -X utf8
STAMP := $(VENV)/.complete
ORACLE := $(VENV)/.oracle
PORT ?= 8000
# make solutions=no book: the edition for a class, in a folder of its own.
SITE := _build/html$(if $(filter no,$(solutions)),-class)

# pip's own words are shown only if it fails: a machine's settings can make it warn by the screen. Most
# modules are never imported: what is, Python compiles then. The lock names all that is needed.
PIP_LOG := $(VENV)/pip.log
install = $(RUN) -m pip install --quiet --disable-pip-version-check --no-compile $(1) >$(PIP_LOG) 2>&1 \
	|| { cat $(PIP_LOG) >&2; exit 1; }; rm -f $(PIP_LOG)

# The package and the machine are imported from this folder, in kernels as well.
export PYTHONPATH := $(CURDIR)
# A kernel that is installed for another Python must not run the chapters.
export JUPYTER_PREFER_ENV_PATH := 1
# Where chapters find the results of long computations, and where they put those that fit no more.
export NNMATH_KEPT := $(CURDIR)/book/kept-runs
export NNMATH_RUNS := $(CURDIR)/_build/runs

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed 's/:[^#]*## /|/' | \
		awk -F '|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

.PHONY: book
book: $(STAMP) ## Build the site in _build/html; with solutions=no a class edition in _build/html-class
	@$(RUN) -m literate build $(if $(solutions),--solutions $(solutions))
	@echo "or run \`make $(if $(solutions),solutions=$(solutions) )serve\` and open http://localhost:$(PORT)/"

.PHONY: why
why: $(STAMP) ## Say what `make book` would make again, and because of what
	@$(RUN) -m literate why $(if $(solutions),--solutions $(solutions))

.PHONY: test
test: environment ## Prove everything: build from a clean folder, then run every test
	@$(RUN) -m literate browser
	@$(RUN) -m literate build --all
	@$(RUN) -m pytest -n auto --dist loadfile --no-loadscope-reorder --nbval tests _build/jupyter_execute

.PHONY: environment
environment: $(STAMP) $(ORACLE) ## Make the environment that the tests need, and nothing else

.PHONY: quick
quick: $(STAMP) ## Run every chapter from a clean kernel, straight from its source
	@$(RUN) -m pytest --nbval-lax book

# The chapter on the command line is left out: it shows to the digit what its program learns in
# float32, which another processor rounds otherwise.
.PHONY: kernels
kernels: book ## See that what chapters print holds on other processors (x86 only)
	@for kernel in Haswell Nehalem; do LITERATE_KERNEL=$$kernel $(RUN) -m pytest --nbval \
		-p no:cacheprovider _build/jupyter_execute \
		--ignore _build/jupyter_execute/command_line.ipynb || exit 1; done

.PHONY: runs
runs: $(STAMP) ## Compute the results of long computations anew, for book/kept-runs (some ten minutes)
	@$(RUN) -m literate runs

# The library that makes the mutants burdens no other target: it lies in a folder of its own.
MUTMUT := $(VENV)/mutmut

.PHONY: mutants
mutants: $(MUTMUT)/.complete ## Change the package in every small way, and see that a test notices
	@$(RUN) -m literate.checks.mutants $(MUTMUT)

$(MUTMUT)/.complete: requirements-mutants.txt $(STAMP)
	@echo "Adding mutmut to $(VENV), for the mutants"
	@rm -rf $(MUTMUT)
	@$(call install,--no-deps --target $(MUTMUT) -r requirements-mutants.txt)
	@touch $@

.PHONY: proofs
proofs: | python ## Let Rocq check the proofs of the appendix (needs coqc, MathComp and Coquelicot)
	@"$(PYTHON)" -m literate.checks.proofs

# The libraries that the fast step is compared with lie in a folder of their own as well.
BENCH := $(VENV)/bench

.PHONY: bench
bench: $(BENCH)/.complete $(ORACLE) ## Time the fast step beside others, on a quiet machine, for the chapter on speed
	@PYTHONPATH="$$PYTHONPATH:$$PYTHONPATH/$(BENCH)" $(VENV)/bin/python -m benchmarks

$(BENCH)/.complete: requirements-bench.txt $(STAMP)
	@echo "Adding the libraries to compare with to $(VENV)"
	@rm -rf $(BENCH)
	@$(call install,--no-deps --target $(BENCH) -r requirements-bench.txt)
	@touch $@

# The package alone, in an environment of its own: what its tests need, and a NumPy and a Pillow.
TOOLS := $(shell grep -E '^(pytest|pytest-xdist|sympy)==' requirements.txt)
tested_with = rm -rf $(1) && "$(PYTHON)" -m venv $(1) && $(1)/bin/python -m pip install --quiet \
	--disable-pip-version-check --only-binary :all: $(TOOLS) $(2) && $(1)/bin/python -m pytest \
	--confcutdir tests/chapters -p no:cacheprovider -n auto --dist loadfile tests/chapters

.PHONY: floor
floor: | python ## Test the package with the lowest of what it needs that it admits (PYTHON=python3.11)
	@$(call tested_with,_build/floor,`"$(PYTHON)" -m literate.checks.lowest`)

.PHONY: newest
newest: | python ## Test the package with the newest of what it needs that this Python admits
	@$(call tested_with,_build/newest,numpy pillow distributed)

.PHONY: lab
lab: $(STAMP) ## Open the chapters as notebooks in JupyterLab, the pages beside them
	@$(RUN) -m literate lab

.PHONY: notebooks
notebooks: $(STAMP) ## Write the chapters as notebooks in _build/notebooks
	@$(RUN) -m literate notebooks

.PHONY: pdf
pdf: book ## Print the whole book as _build/pdf/book.pdf
	@$(RUN) -m literate browser
	@$(RUN) -m literate pdf

.PHONY: slides
slides: book ## Build the site, with a deck of slides for each chapter, and say where the decks are
	@echo "open $(SITE)/slides/index.html"

.PHONY: figures
figures: book ## Write each figure as SVG and PDF under its number, in _build/figures
	@$(RUN) -m literate browser
	@$(RUN) -m literate figures

.PHONY: problems
problems: $(STAMP) ## Write the problem sets for students and for the teacher, in _build/problems
	@$(RUN) -m literate problems

.PHONY: serve
serve: ## Serve the built site on this machine (PORT=8000)
	@test -f $(SITE)/index.html || { echo "There is no built site in $(SITE); run \`make $(if $(solutions),solutions=$(solutions) )book\` first."; exit 1; }
	@echo "Open http://localhost:$(PORT)/ (stop with Ctrl+C)"
	@"$(or $(PYTHON),python3)" -m http.server --bind localhost --directory $(SITE) $(PORT)

.PHONY: tangle
tangle: $(STAMP) ## Write the package nnmath from the chapters
	@$(RUN) -m literate tangle

.PHONY: chapter
chapter: $(STAMP) ## Begin a chapter: NAME=output_error TITLE="…", and PART="…" if it is not the last
	@$(RUN) -m literate chapter "$$NAME" "$$TITLE" $(if $(PART),--part "$$PART")

.PHONY: untangle
untangle: $(STAMP) ## Carry edits made in nnmath back into the chapters
	@$(RUN) -m literate untangle

.PHONY: format
format: $(STAMP) ## Format the code, in files and in the chapters' cells
	@$(RUN) -m ruff format .
	@$(RUN) -m literate format

.PHONY: lint
lint: $(STAMP) ## Check style and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

.PHONY: screenshots
screenshots: $(STAMP) ## Photograph every built page, wide, narrow and dark, into _build/screenshots
	@$(RUN) -m literate.build.screenshots

.PHONY: lock
lock: ## Make requirements.txt anew from requirements.in (needs uv)
	@command -v uv >/dev/null || { echo "uv is not installed: see https://docs.astral.sh/uv/"; exit 1; }
	uv pip compile --universal --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt

.PHONY: clean
clean: ## Remove what was built; the environment stays
	rm -rf _build

.PHONY: distclean
distclean: clean ## Remove the environment as well
	rm -rf $(VENV)

# The environment. The stamp is written last, so that a half-made environment is not taken for a
# whole one, and holds the version of the Python that made it: another version makes it anew.
.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "No suitable Python: install Python 3.11, 3.12 or 3.13 with its venv module (on Debian: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python3.12 book"; exit 1; }
	@"$(PYTHON)" -c "$(SUPPORTED)" 2>/dev/null || { echo "$(PYTHON) does not serve: this needs Python 3.11 or later with the modules venv and ensurepip (on Debian: apt install python3-venv)"; exit 1; }

VERSION := import platform; print(platform.python_version())
ifeq ($(shell test -f $(STAMP) && test "`cat $(STAMP)`" = "`"$(PYTHON)" -c "$(VERSION)" 2>/dev/null`" && echo same),same)
STALE :=
else
STALE := stale
endif

.PHONY: stale
$(STAMP): requirements.txt pyproject.toml $(STALE) | python
	@echo "Making the environment in $(VENV) (about half a minute)"
	@rm -rf $(VENV)
	@"$(PYTHON)" -m venv $(VENV)
	@$(call install,--no-deps -r requirements.txt)
	@"$(PYTHON)" -c "$(VERSION)" > $(STAMP)

# PyTorch and scikit-learn, independent judges of the gradients. The tests alone need them.
$(ORACLE): requirements-oracle.txt $(STAMP)
	@echo "Adding PyTorch and scikit-learn to $(VENV), for the tests"
	@$(call install,-r requirements-oracle.txt)
	@touch $(ORACLE)
