"""What a user is told about a task file that is wrong: file, line, value, and what to do."""

import json
from pathlib import Path

import pytest

from brooks.errors import UsageError
from brooks.spec.documents import MOST_PROBLEMS
from brooks.spec.load import load_tasks

WRONG = {
    "a number that is text": (
        "tasks:\n  - id: a\n    effort: fast\n",
        "3: tasks[0].effort: 'fast' is not a number: write one such as 1.5",
    ),
    "no effort at all": (
        "tasks:\n  - id: a\n    effort: 0\n",
        "3: tasks[0].effort: 0 is too small: it must be more than 0",
    ),
    "an endless effort": (
        "tasks:\n  - id: a\n    effort: .inf\n",
        "3: tasks[0].effort: inf is not finite: write a plain number",
    ),
    "an effort that is a truth value": (
        "tasks:\n  - id: a\n    effort: true\n",
        "3: tasks[0].effort: True is not a number: write one such as 1.5",
    ),
    "a misspelt key of the file": (
        "workspce: .\ntasks: [{id: a}]\n",
        "1: workspce: there is no key 'workspce' here: did you mean 'workspace'?",
    ),
    "a misspelt key of a task": (
        "tasks:\n  - id: a\n    efort: 2\n",
        "3: tasks[0].efort: there is no key 'efort' here: did you mean 'effort'?",
    ),
    "a misspelt key without a value": (
        "tasks:\n  - id: a\n    efort:\n",
        "3: tasks[0].efort: there is no key 'efort' here: did you mean 'effort'?",
    ),
    "a key like no other": (
        "tasks: [{id: a}]\nbudget: {euros: 3}\n",
        "2: budget.euros: there is no key 'euros' here: there are usd, tokens, minutes, turns",
    ),
    "a misspelt key of a member": (
        "tasks: [{id: a}]\nteam:\n  members:\n    - id: x\n      sped: 2\n",
        "5: team.members[0].sped: there is no key 'sped' here: did you mean 'speed'?",
    ),
    "a key twice": (
        "tasks:\n  - id: a\n    effort: 1\n    effort: 2\n",
        "4: tasks[0].effort: the key 'effort' is already on line 3: keep one of the two",
    ),
    "a dependency that is not there": (
        "tasks:\n  - id: get_records\n  - id: b\n    depends_on:\n      - get_record\n",
        "5: tasks[1].depends_on[0]: there is no task 'get_record': did you mean 'get_records'?",
    ),
    "a dependency like no task": (
        "tasks:\n  - id: a\n    depends_on: [zzz]\n",
        (
            "3: tasks[0].depends_on[0]: there is no task 'zzz': "
            "add the task, or take the dependency out"
        ),
    ),
    "a task that waits for itself": (
        "tasks:\n  - id: a\n    needs: [a]\n",
        "3: tasks[0].needs[0]: 'a' is this task itself: take the dependency out",
    ),
    "a cycle": (
        "tasks:\n  - id: a\n    depends_on: [b]\n  - id: b\n    depends_on: [a]\n",
        (
            "5: tasks[1].depends_on[0]: "
            "'a' closes a cycle, a -> b -> a, in which every task waits for "
            "the one before it: take out one of these dependencies"
        ),
    ),
    "dependencies under two names": (
        "tasks:\n  - id: a\n  - id: b\n    depends_on: [a]\n    needs: [a]\n",
        (
            "5: tasks[1].needs: 'needs' means the same as 'depends_on', and both are there: put "
            "everything under 'depends_on'"
        ),
    ),
    "dependencies that are no list": (
        "tasks:\n  - id: a\n  - id: b\n    depends_on: a\n",
        "4: tasks[1].depends_on: 'a' is not a list: write one such as [a, b]",
    ),
    "an id twice": (
        "tasks:\n  - id: a\n  - title: again\n    id: a\n",
        (
            "4: tasks[1].id: 'a' is already the id of the task on line 2: "
            "give each task an id of its own"
        ),
    ),
    "a number and a text as the same id": (
        "tasks:\n  - id: 1\n  - id: '1'\n",
        (
            "3: tasks[1].id: '1' is already the id of the task on line 2: "
            "give each task an id of its own"
        ),
    ),
    "no id": (
        "tasks:\n  - id: a\n  - title: b\n",
        "3: tasks[1]: 'id' is missing: add it",
    ),
    "an empty id": ("tasks:\n  - id: ''\n", "2: tasks[0].id: '' is empty: give it a name"),
    "an id with a space at its end": (
        "tasks:\n  - id: 'a '\n",
        "2: tasks[0].id: 'a ' begins or ends with a space: take it out",
    ),
    "an id with a tab in it": (
        'tasks:\n  - id: "a\\tb"\n',
        "2: tasks[0].id: 'a\\tb' has a character that cannot be printed: take it out",
    ),
    "an id that begins with a slash": (
        "tasks:\n  - id: /a\n",
        "2: tasks[0].id: '/a' begins with '/': use another first character",
    ),
    "an id that is too long": (
        f"tasks:\n  - id: {'x' * 101}\n",
        f"2: tasks[0].id: '{'x' * 27} … {'x' * 27}' has 101 characters: 100 is the most",
    ),
    "an id with a point": (
        "tasks:\n  - id: 1.5\n",
        "2: tasks[0].id: 1.5 is not text: write text, in quotes if it looks like something else",
    ),
    "a task that is text": (
        "tasks:\n  - do it\n",
        "2: tasks[0]: 'do it' is not a mapping: write 'key: value' here",
    ),
    "a title that is a list": (
        "tasks:\n  - id: a\n    title: [b]\n",
        (
            "3: tasks[0].title: a list is not text: "
            "write text, in quotes if it looks like something else"
        ),
    ),
    "no tasks": ("tasks: []\n", "1: tasks: there are no tasks: add at least one"),
    "tasks without a value": ("tasks:\n", "1: tasks: there are no tasks: add at least one"),
    "tasks that are a mapping": (
        "tasks:\n  a: {title: x}\n",
        (
            "1: tasks: {'a': {'title': 'x'}} is not a list: "
            "write one task after the other, each beginning with '-'"
        ),
    ),
    "no key 'tasks'": ("project: x\n", "1: 'tasks' is missing: add a list of tasks"),
    "a misspelt 'tasks'": ("task: [{id: a}]\n", "1: 'tasks' is missing: is it the 'task' here?"),
    "text alone": (
        "hello\n",
        "1: 'hello' is no task file: write 'tasks:' and a list of tasks",
    ),
    "an unknown preset": (
        "tasks: [{id: a}]\nteam: {preset: leasd}\n",
        (
            "2: team.preset: there is no preset 'leasd': did you mean 'leased'? "
            "There are single, preassigned, leased, lead, hybrid, voting, decentralized, "
            "paper-preassigned, paper-decentralized"
        ),
    ),
    "a misspelt skill of a task": (
        "tasks:\n  - id: a\n    skil: test\n",
        "3: tasks[0].skil: there is no key 'skil' here: did you mean 'skill'?",
    ),
    "an empty skill": (
        "tasks:\n  - id: a\n    skill: ''\n",
        "3: tasks[0].skill: '' is empty: write something, or leave the key out",
    ),
    "a deadline at once": (
        "tasks:\n  - id: a\n    deadline: 0\n",
        "3: tasks[0].deadline: 0 is too small: it must be more than 0",
    ),
    "a deadline in words": (
        "tasks:\n  - id: a\n    deadline: 5 minutes\n",
        "3: tasks[0].deadline: '5 minutes' is not a number: write one such as 1.5",
    ),
    "a team of none": (
        "tasks: [{id: a}]\nteam: {size: 0}\n",
        "2: team.size: 0 is too small: 1 is the least",
    ),
    "half an agent": (
        "tasks: [{id: a}]\nteam: {size: 2.5}\n",
        "2: team.size: 2.5 is not a whole number: write one such as 4",
    ),
    "a single that is three": (
        "tasks: [{id: a}]\nteam:\n  preset: single\n  size: 3\n",
        "2: team: the preset 'single' has 1 agent, not 3: use 'hybrid:3'",
    ),
    "two sizes of a team": (
        "tasks: [{id: a}]\nteam: {size: 3, members: [{}, {}]}\n",
        "2: team: 'size' is 3 and 'members' has 2: leave 'size' out, or make them agree",
    ),
    "two members of one name": (
        "tasks: [{id: a}]\nteam: {members: [{id: agent-2}, {}]}\n",
        "2: team: the members 1 and 2 are both called 'agent-2': give each its own 'id'",
    ),
    "no members": (
        "tasks: [{id: a}]\nteam: {members: []}\n",
        "2: team.members: an empty list is too short: 1 is the least",
    ),
    "a budget of no dollars": (
        "tasks: [{id: a}]\nbudget:\n  usd: 0\n",
        "3: budget.usd: 0 is too small: it must be more than 0",
    ),
    "a budget of half a token": (
        "tasks: [{id: a}]\nbudget: {tokens: 0.5}\n",
        "2: budget.tokens: 0.5 is not a whole number: write one such as 4",
    ),
    "a model's settings twice": (
        "tasks: [{id: a}]\nmodels: [{model: x}, {model: y}, {model: x}]\n",
        "2: models: 'x' has settings twice: put them together",
    ),
    "settings of no model": (
        "tasks: [{id: a}]\nmodels:\n  - concurrency: 2\n",
        "3: models[0]: 'model' is missing: add it",
    ),
    "a misspelt setting of a model": (
        "tasks: [{id: a}]\nmodels:\n  - model: x\n    falback: y\n",
        "4: models[0].falback: there is no key 'falback' here: did you mean 'fallback'?",
    ),
    "a misspelt price": (
        "tasks: [{id: a}]\nmodels:\n  - model: x\n    price: {input: 1, output: 2, cachd: 0}\n",
        "4: models[0].price.cachd: there is no key 'cachd' here: did you mean 'cached'?",
    ),
    "a price below nothing": (
        "tasks: [{id: a}]\nmodels: [{model: x, price: {input: -1, output: 2}}]\n",
        "2: models[0].price.input: -1 is too small: 0 is the least",
    ),
    "fewer than no tasks for agents to add": (
        "tasks: [{id: a}]\nteam: {found_tasks: -1}\n",
        "2: team.found_tasks: -1 is too small: 0 is the least",
    ),
    "an unknown fault": (
        "tasks: [{id: a}]\nfaults:\n  agents:\n    - {kind: crush, agent: x, at: 1}\n",
        (
            "4: faults.agents[0].kind: there is no fault 'crush': did you mean 'crash'? "
            "There are crash, stall, slow, partition"
        ),
    ),
    "a probability over 1": (
        "tasks: [{id: a}]\nfaults: {messages: {lost: 2}}\n",
        "2: faults.messages.lost: 2 is too large: 1 is the most",
    ),
    "an absolute file": (
        "tasks:\n  - id: a\n    files: [a.py, /etc/passwd]\n",
        (
            "3: tasks[0].files[1]: '/etc/passwd' is absolute: "
            "write a path relative to its folder, such as 'src/main.py'"
        ),
    ),
    "a file out of the workspace": (
        "tasks:\n  - id: a\n    files: [../a.py]\n",
        (
            "3: tasks[0].files[0]: '../a.py' has '..' in it and could lead out of its folder: "
            "write a path relative to its folder, such as 'src/main.py'"
        ),
    ),
    "a folder among the files": (
        "tasks:\n  - id: a\n    files: [src/]\n",
        "3: tasks[0].files[0]: 'src/' is a folder: name the files in it",
    ),
    "a workspace that is not there": (
        "workspace: nowhere\ntasks: [{id: a}]\n",
        (
            "1: workspace: 'nowhere' ({folder}/nowhere) is not there: "
            "make the folder, or name another"
        ),
    ),
    "a workspace at home": (
        "workspace: ~/work\ntasks: [{id: a}]\n",
        (
            "1: workspace: '~/work' ({folder}/~/work) is not there: "
            "make the folder, or name another (a '~' is not replaced)"
        ),
    ),
    "a workspace that is a file": (
        "workspace: tasks.yaml\ntasks: [{id: a}]\n",
        "1: workspace: 'tasks.yaml' ({folder}/tasks.yaml) is not a folder: name one",
    ),
    "a check of a file that nobody has": (
        "tasks:\n  - id: a\n    check: python -m pytest -q tests/test_a.py\n",
        (
            "3: tasks[0].check: 'python -m pytest -q tests/test_a.py' needs 'tests/test_a.py', "
            "which is not in the workspace '{folder}': add it, or name it in the 'files' of the "
            "task that writes it"
        ),
    ),
    "a check of the project of a file that nobody has": (
        "check: bash scripts/all.sh\ntasks: [{id: a}]\n",
        (
            "1: check: 'bash scripts/all.sh' needs 'scripts/all.sh', which is not in the workspace "
            "'{folder}': add it, or name it in the 'files' of the task that writes it"
        ),
    ),
    "a check whose quotes do not close": (
        "tasks:\n  - id: a\n    check: pytest 'x\n",
        '3: tasks[0].check: "pytest \'x" is no command: no closing quotation: close the quotes',
    ),
    "an empty check": (
        "tasks:\n  - id: a\n    check: ' '\n",
        "3: tasks[0].check: ' ' is empty: write something, or leave the key out",
    ),
    "a solution that is not there": (
        "tasks:\n  - id: a\n    solution: solutions/a\n",
        "3: tasks[0].solution: there is no folder 'solutions/a' beside the task file: make it",
    ),
    "a solution out of the folder": (
        "tasks:\n  - id: a\n    solution: ../other\n",
        (
            "3: tasks[0].solution: '../other' has '..' in it and could lead out of its folder: "
            "write a path relative to its folder, such as 'src/main.py'"
        ),
    ),
    "a solution that is absolute": (
        "tasks:\n  - id: a\n    solution: /etc\n",
        (
            "3: tasks[0].solution: '/etc' is absolute: "
            "write a path relative to its folder, such as 'src/main.py'"
        ),
    ),
    "a solution that is a file": (
        "tasks:\n  - id: a\n    solution: tasks.yaml\n",
        "3: tasks[0].solution: 'tasks.yaml' is not a folder: name the folder the files are in",
    ),
    "a solution that is a number": (
        "tasks:\n  - id: a\n    solution: 3\n",
        (
            "3: tasks[0].solution: 3 is no solution: "
            "name a folder, or write a mapping of paths to text"
        ),
    ),
    "a solution's file that is no text": (
        "tasks:\n  - id: a\n    solution:\n      a.py: 3\n",
        (
            "4: tasks[0].solution['a.py']: 3 is not the text of a file: write text, "
            "or 'part: text' for this task's part of a shared file"
        ),
    ),
    "a solution's file out of the workspace": (
        "tasks:\n  - id: a\n    solution: {../a.py: x}\n",
        (
            "3: tasks[0].solution['../a.py']: '../a.py' has '..' in it and could lead out of its "
            "folder: write a path relative to its folder, such as 'src/main.py'"
        ),
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_answered_with_file_line_and_value(
    tmp_path: Path, text: str, message: str
) -> None:
    """A user has made one mistake in `tasks.yaml`, and is told this."""
    path = tmp_path / "tasks.yaml"
    path.write_text(text)

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert str(raised.value) == f"{path}:{message}".replace("{folder}", str(tmp_path.resolve()))


def test_several_problems_are_reported_together_in_the_files_order(tmp_path: Path) -> None:
    """Three mistakes in three places take one reading, not three."""
    path = tmp_path / "tasks.yaml"
    path.write_text(
        "tasks:\n  - id: a\n    effort: -1\n  - id: b\n    needs: [c]\nbudget: {turns: 0}\n"
    )

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert str(raised.value).splitlines() == [
        f"{path}:3: tasks[0].effort: -1 is too small: it must be more than 0",
        (
            f"{path}:5: tasks[1].needs[0]: there is no task 'c': "
            "add the task, or take the dependency out"
        ),
        f"{path}:6: budget.turns: 0 is too small: 1 is the least",
    ]


@pytest.mark.parametrize(
    ("more", "last"), [(1, "… and 1 more problem in"), (7, "… and 7 more problems in")]
)
def test_no_more_than_ten_problems_are_shown(tmp_path: Path, more: int, last: str) -> None:
    """A file made by a program has the same mistake in every task."""
    path = tmp_path / "tasks.yaml"
    tasks = [{"id": f"t{number}", "efort": 1} for number in range(MOST_PROBLEMS + more)]
    path.write_text(json.dumps({"tasks": tasks}))

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    shown = str(raised.value).splitlines()
    assert len(shown) == MOST_PROBLEMS + 1
    assert shown[-1] == f"{last} {path}"


def test_a_task_that_is_wrong_is_still_known_to_those_that_wait_for_it(tmp_path: Path) -> None:
    """One mistake is not reported as three: neither its dependants nor its check files follow."""
    path = tmp_path / "tasks.yaml"
    path.write_text(
        "tasks:\n  - {id: a, effort: x, files: [t.py]}\n"
        "  - {id: b, needs: [a], check: python t.py}\n"
    )

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert str(raised.value) == (
        f"{path}:2: tasks[0].effort: 'x' is not a number: write one such as 1.5"
    )


def test_a_long_cycle_is_shown_by_its_ends(tmp_path: Path) -> None:
    """A cycle of a hundred tasks would fill the screen."""
    path = tmp_path / "tasks.yaml"
    tasks = [{"id": f"t{n}", "needs": [f"t{(n - 1) % 100}"]} for n in range(100)]
    path.write_text(json.dumps({"tasks": tasks}))

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert "t0 -> t1 -> t2 -> t3 -> t4 -> t5 -> (89 more) -> t95" in str(raised.value)
    assert str(raised.value).count("->") == 12
