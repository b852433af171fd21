# Everything happens in .venv; its stamps remember what was installed from which files.

PYTHON ?= python3
ARGS ?=
SECONDS ?= 60
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock'

# FLAGS holds the CMAKE_ARGS of the last compile: without CMAKE_ARGS they stay, with others it is compiled anew.
TOOLS := $(VENV)/.stamp-tools
FLAGS := $(VENV)/.stamp-cmake-args
PLAY := $(VENV)/.stamp-play
DEV := $(VENV)/.stamp-dev

.DEFAULT_GOAL := help
.PHONY: help setup chat run test check bench evening pictures fuzz words lock clean FORCE

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PLAY) ## install everything that playing needs into .venv (CMAKE_ARGS chooses a GPU)
	@echo 'Troupe is set up: make chat'

# exec, here and below: a shell in between would die of the Ctrl-C that only stops a reply.
chat: $(PLAY) ## set up and play in this terminal (ARGS='--model my.gguf')
	@exec $(BIN)/troupe chat $(ARGS)

run: $(PLAY) ## set up and start the bot with the platforms that are configured
	@exec $(BIN)/troupe run $(ARGS)

test: $(DEV) ## set up and run all tests (ARGS='-k plan')
	@exec $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(DEV) ## check format, lint, types and import rules, then run all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory test

bench: $(PLAY) ## set up and measure the engine on this machine
	@exec $(BIN)/troupe bench $(ARGS)

evening: $(PLAY) ## set up and play an evening of 120 turns with all actions, to see what is read again (ARGS=my.gguf)
	@exec $(BIN)/python -m tests.evening $(ARGS)

pictures: $(DEV) ## play a scene on Discord and Telegram with the demo model, and draw it to docs/pictures (ARGS=FOLDER; takes Chromium)
	@exec $(BIN)/python -m tests.pictures $(ARGS)

fuzz: $(DEV) ## feed what reads cards with what may break it, SECONDS=60 for each kind
	@for kind in card json png chunk charx yaml prompt ages book face; do \
		$(BIN)/python -m tests.characters.fuzz $$kind -max_total_time=$(SECONDS) || exit 1; done

words: $(DEV) ## bring the translations in bot/words up to what the bot says
	@$(BIN)/python -m bot.words.catalogues

lock: $(TOOLS) ## write the lock files anew from pyproject.toml (ARGS=--upgrade for newer versions)
	$(PIP) install --quiet uv
	$(COMPILE) $(ARGS) --group build --output-file requirements-build.lock
	$(COMPILE) $(ARGS) pyproject.toml --output-file requirements.lock
	$(COMPILE) $(ARGS) pyproject.toml --group dev --constraints requirements.lock \
		--constraints requirements-build.lock --output-file requirements-dev.lock
	$(COMPILE) $(ARGS) --no-deps --group demo --output-file requirements-demo.lock

clean: ## remove caches and build output, but not .venv
	rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(TOOLS): requirements-build.lock
	@command -v $(PYTHON) >/dev/null || \
		{ echo 'There is no $(PYTHON) here: Troupe needs Python 3.11 or newer.' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Troupe needs Python 3.11 or newer, but $(PYTHON) is $$($(PYTHON) -V 2>&1): name another with PYTHON=…" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV) || \
		{ echo '$(PYTHON) cannot make a virtual environment: on Debian and Ubuntu, install python3-venv.' >&2; exit 1; }
	@$(PIP) install --quiet --require-hashes -r requirements-build.lock
	@touch $@

ifneq ($(origin CMAKE_ARGS),undefined)
$(FLAGS): FORCE
endif
$(FLAGS): | $(TOOLS)
	@test "$$(cat $@ 2>/dev/null)" = "$${CMAKE_ARGS-}" || { $(PIP) uninstall -qq --yes llama-cpp-python; rm -f $@; }
	@test -f $@ || printf '%s' "$${CMAKE_ARGS-}" > $@

# pip's cache does not know CMAKE_ARGS: what is compiled with them neither comes from it nor goes into it.
$(PLAY): requirements.lock requirements-demo.lock pyproject.toml $(TOOLS) $(FLAGS)
	@command -v cmake >/dev/null || \
		{ echo 'cmake is missing, and llama-cpp-python is compiled here: on Debian and Ubuntu, install cmake.' >&2; exit 1; }
	@command -v $${CXX:-c++} >/dev/null || \
		{ echo 'A C++ compiler is missing, and llama-cpp-python is compiled here: on Debian and Ubuntu, install build-essential.' >&2; exit 1; }
	@echo 'Installing. Unless pip has llama-cpp-python from before, it is compiled now: about 4 minutes on 2 cores.'
	@CMAKE_ARGS="$$(cat $(FLAGS))" $(PIP) install $$(test ! -s $(FLAGS) || echo --no-cache-dir) \
		--require-hashes --no-build-isolation -r requirements.lock
	@$(PIP) install --require-hashes --no-deps -r requirements-demo.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(PLAY)
	@echo "Installing the tools that check."
	@$(PIP) install --quiet --require-hashes --no-build-isolation -r requirements-dev.lock
	@touch $@
