# make demo    the main job on this machine, without any configuration; ends by itself
# make test    everything: linters, then all tests, real servers included
# All commands make .venv by themselves. PYTHON=/path/to/python3.11 chooses the Python.

VENV := .venv/bin
WORKERS ?= 2

.PHONY: demo test servers lint format pytest kills corpus fuzz languages bench letters migration lock hooks clean

demo: .venv/ready
	$(VENV)/maildesk demo

test: .venv/ready servers lint pytest

servers:
	@scripts/install-servers

lint: .venv/ready
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports --no-cache

format: .venv/ready
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

# A part of it: make pytest ARGS="tests/unit -k gate"
pytest: .venv/ready
	TMPDIR="$$(scripts/scratch)" $(VENV)/pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

# Kills the daemon at random under load, and counts: three thousand times, an hour or more.
kills: .venv/ready servers
	$(VENV)/python -m tests.kills --kills 3000

# Other projects' test mail, beside the libraries that people use instead; and what hostile mail costs.
corpus: .venv/ready
	$(VENV)/python -m scripts.corpus_table $(ARGS)
	$(VENV)/python -m tests.hostile

# Long fuzzing of the reading. Longer, and from more mail: make fuzz ARGS="--minutes 60 --seeds FOLDER"
fuzz: .venv/ready
	$(VENV)/python -m tests.fuzz $(ARGS)

# Every conversation with Norwegians and with Koreans, none of whom may be told a word in English; the tests play a part.
languages: .venv/ready
	TMPDIR="$$(scripts/scratch)" $(VENV)/pytest -q -n $(WORKERS) -m "languages or not languages" tests/test_no_english.py

# All benchmarks, one after the other; on a quiet machine, or compare nothing but the rows of one table.
bench: .venv/ready servers
	$(VENV)/python -m bench.accept
	$(VENV)/python -m bench.imap
	$(VENV)/python -m bench.read
	$(VENV)/python -m bench.process
	$(VENV)/python -m bench.process --postgres
	$(VENV)/python -m bench.process --tickets 20000
	$(VENV)/python -m bench.process --tickets 100000
	$(VENV)/python -m bench.process --tickets 100000 --postgres
	$(VENV)/python -m bench.deliver
	$(VENV)/python -m bench.figures
	$(VENV)/python -m bench.figures --postgres --tickets 10000 100000 1000000
	$(VENV)/python -m bench.end_to_end
	$(VENV)/python -m bench.deadlines
	$(VENV)/python -m bench.memory

# All letters in all languages, drawn by Chromium into docs/letters.
letters: .venv/ready
	$(VENV)/python -m scripts.render_letters $(ARGS)

# What the model has and the migrations have not: make migration NAME="add colour"
migration: .venv/ready
	$(VENV)/python -m scripts.new_migration $(NAME)

# Newer packages. The lock names versions and hashes, never an index.
lock: .venv/ready
	$(VENV)/pip install --quiet 'uv>=0.13'
	$(VENV)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --upgrade --quiet \
		--custom-compile-command "make lock" --output-file requirements.lock

hooks: .venv/ready
	$(VENV)/pre-commit install

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/ready: requirements.lock pyproject.toml scripts/make-venv
	@scripts/make-venv
