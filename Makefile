# Two commands do everything on a fresh machine with Python 3.11 or newer: make verify, make test.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: verify test lint readme gallery notebooks supplement site coq certify benchmark speed clean

verify: .venv/numeric.stamp
	$(BIN)/gdssm verify

test: .venv/dev.stamp
	$(BIN)/pytest --numprocesses auto

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

readme: .venv/dev.stamp ## writes ERRATA.md, .zenodo.json, the generated parts of README.md and of docs/, the pictures of results/
	$(BIN)/python -m derivations.generate.readme README.md docs/claims.md docs/trust.md
	$(BIN)/python -m derivations.generate.errata ERRATA.md
	$(BIN)/python -m derivations.generate.results docs/training.md results
	$(BIN)/python -m derivations.generate.speed docs/training.md benchmarks
	$(BIN)/python -m derivations.generate.experiments README.md docs/experiments.md results
	$(BIN)/python -m derivations.generate.picture results
	$(BIN)/python -m derivations.generate.citation README.md derivations/paper/cite.bib CITATION.cff
	$(BIN)/python -m derivations.generate.archive .zenodo.json CITATION.cff

gallery: .venv/numeric.stamp ## decides every file of recurrences/, and writes the table of them
	$(BIN)/python -m derivations.generate.gallery recurrences

notebooks: .venv/dev.stamp ## builds every notebook from notebooks/sources, runs it, and writes it with its outputs
	$(BIN)/python -m derivations.generate.notebooks notebooks

supplement: .venv/dev.stamp ## settles every claim and typesets the supplement and the trace, in PDF and LaTeX
	$(BIN)/python -m derivations.generate.supplement supplement

site: .venv/dev.stamp ## writes the site: claims, the paper place by place, gallery, guides, notebooks, a page to try it
	$(BIN)/python -m derivations.generate.site site

coq: .venv/numeric.stamp ## writes the numbers of the constructed layers and the updates of recurrences as Coq definitions
	$(BIN)/python -m derivations.generate.coq certificates
	$(BIN)/python -m derivations.generate.coq_updates certificates

certify: .venv/base.stamp ## lets Coq check the certificates; without Coq it says which packages to install
	$(BIN)/python -m derivations.generate.certify certificates

benchmark: .venv/numeric.stamp
	$(BIN)/python benchmarks/unroll.py
	$(BIN)/python benchmarks/train.py

speed: .venv/dev.stamp ## measures training speed on this machine, and long contexts, for docs/training.md
	$(BIN)/python benchmarks/train.py --sizes 10 20 50 100 --workers 1 2 --long 100 1000 10000 100000 1000000 --json > benchmarks/speed.json
	$(BIN)/python benchmarks/operations.py --json > benchmarks/operations.json
	$(BIN)/python -m derivations.generate.speed docs/training.md benchmarks

.venv/base.stamp: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'gdssm needs Python 3.11 or newer; say make PYTHON=python3.12')"
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/numeric.stamp: .venv/base.stamp
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[numeric]'
	touch $@

.venv/dev.stamp: .venv/base.stamp
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,experiments]'
	touch $@

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
