# First Light: run it, test it, look after it. `make` alone lists the commands.
.POSIX:
.SUFFIXES:

PORT ?= 8501
ADDRESS ?= 127.0.0.1
PYTEST_ARGS ?=

PYTHON = .venv/bin/python

.PHONY: help run test bench lint format samples clean

help:
	@echo 'First Light. Commands:'
	@echo
	@echo '  make run       open the dashboard at http://localhost:$(PORT)'
	@echo '                 (make run PORT=9000 ADDRESS=0.0.0.0: another port, for the whole network)'
	@echo '  make test      check everything: style, types, unit, page and browser tests'
	@echo '                 (make test PYTEST_ARGS="-k split -x": some of the tests)'
	@echo '  make bench     measure speed and memory against other engines'
	@echo '  make lint      check style and types only'
	@echo '  make format    put the code into its usual form'
	@echo '  make samples   make the built-in samples in data/ anew'
	@echo '  make clean     remove .venv and every cache; your projects stay'
	@echo
	@echo 'Each installs what it needs into .venv first; the first time takes some minutes.'

# On this machine alone the address is known beforehand; for a network Streamlit finds it.
run:
	@sh .ci/venv requirements.txt
	@case '$(ADDRESS)' in \
	  127.0.0.1|localhost) \
	    echo 'First Light starts at http://localhost:$(PORT) (Ctrl-C ends it)'; \
	    set -- --logger.hideWelcomeMessage true ;; \
	  *) set -- ;; \
	esac; \
	exec $(PYTHON) -m streamlit run streamlit_app.py \
	  --server.address '$(ADDRESS)' --server.port '$(PORT)' "$$@"

# Three at a time: on two cores, tests of pages and of processes wait for most of their time.
test:
	@sh .ci/venv requirements-dev.txt
	@$(PYTHON) -m tests.find_runtime --install >/dev/null
	@CHROMIUM=$$($(PYTHON) tests/find_browser.py --install) && export CHROMIUM && \
	$(PYTHON) -m ruff check . && \
	$(PYTHON) -m ruff format --check . && \
	$(PYTHON) -m mypy && \
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

bench:
	@sh .ci/venv requirements-bench.txt
	@$(PYTHON) -m tests.benchmarks

lint:
	@sh .ci/venv requirements-dev.txt
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

format:
	@sh .ci/venv requirements-dev.txt
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .

samples:
	@sh .ci/venv requirements.txt
	@$(PYTHON) data/make_samples.py

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo 'Clean. The next command makes .venv anew.'
