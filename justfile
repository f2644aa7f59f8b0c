# Every recipe uses the project's own `.venv`; `just setup` makes it.

# what there is
default:
    @{{ just_executable() }} --list --unsorted

# the environment to work in: the package editable, the tests' and the lint tools, all at the tested versions
setup:
    python3 -m venv .venv
    .venv/bin/python -m pip install -q 'pip>=25.1'
    .venv/bin/pip install -q -c requirements/constraints.txt -e '.[test]' --group dev

# format and lint
lint:
    .venv/bin/ruff format .
    .venv/bin/ruff check --fix .

# types
types:
    .venv/bin/mypy

# the import rules: layers, purity, no cycles
imports:
    .venv/bin/lint-imports

# the tests, with pytest's arguments if any
test *arguments:
    .venv/bin/python -m pytest -q -n 2 {{ arguments }}

# long and random: what the nightly run does
nightly:
    .venv/bin/python -m pytest -q -n 2 --hypothesis-profile nightly --timeout 0

# measure claims, for example `just claims --tier ci`
claims *arguments:
    .venv/bin/python evidence/run.py {{ arguments }}

# everything CI runs
ci:
    .ci/run

# write the newest versions that fit together to requirements/constraints.txt; run the tests before committing it
pin:
    .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header --no-annotate \
        --extra test --group dev --group bench --output-file requirements/constraints.txt pyproject.toml
