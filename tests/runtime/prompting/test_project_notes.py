"""The AGENTS.md files of a project, as an agent is shown them."""

from tests.runtime.prompting.orders import DictTree, task, told


def test_the_nearest_comes_last() -> None:
    """Those on the way to the turn's files are shown, from the root down; others are not."""
    tree = DictTree(
        {
            "src/a/AGENTS.md": "for a",
            "AGENTS.md": "for all",
            "src/AGENTS.md": "for src",
            "src/b/AGENTS.md": "for b",
            "docs/AGENTS.md": "for docs",
        }
    )

    text = told(task("b", files=["src/b/x.py"]), task("a", files=["src/a/y.py"]), tree=tree)

    notes = text.split("\n\nTask")[0].split("holds):\n")[1]
    assert notes == (
        "AGENTS.md:\nfor all\n\n"
        "src/AGENTS.md, for files in src/:\nfor src\n\n"
        "src/a/AGENTS.md, for files in src/a/:\nfor a\n\n"
        "src/b/AGENTS.md, for files in src/b/:\nfor b"
    )


def test_a_project_without_them_has_no_such_paragraph() -> None:
    """Nor has one where they are empty, deleted, or called something else."""
    files = {"AGENTS.md": " \n", "agents.md": "no", "src/AGENTS.md": None, "src/AGENTS.MD": "no"}

    text = told(task("a", files=["src/a.py"]), tree=DictTree(files))

    assert text.startswith("Task a\n")


def test_a_long_one_is_cut_and_says_so() -> None:
    """Beyond 8,000 characters the agent is told where the rest is."""
    text = told(task("a"), tree=DictTree({"AGENTS.md": "x" * 8_000 + "y" * 1_234}))

    assert "x\n[… 1,234 more characters: read_file of AGENTS.md]\n" in text
    assert "xy" not in text


def test_one_that_is_no_text_is_left_out_with_a_note() -> None:
    """Bytes that are not UTF-8 would be shown as something that nobody wrote; a mark of order is dropped."""
    tree = DictTree({"AGENTS.md": b"\xff\xfe", "a/AGENTS.md": "\ufeffReadable.".encode()})

    text = told(task("a", files=["a/b.py"]), tree=tree)

    assert "[AGENTS.md is left out: it is not UTF-8 text]" in text
    assert "files in a/:\nReadable." in text


def test_many_are_named_when_they_are_too_much() -> None:
    """A turn that goes through a hundred folders is shown some of the notes and told of the rest."""
    folders = [f"d{number:03}" for number in range(100)]
    tree = DictTree({f"{folder}/AGENTS.md": "x" * 7_900 for folder in folders})

    text = told(task("a", files=[f"{folder}/a.py" for folder in folders]), tree=tree)

    assert len(text) < 40_000
    assert "[read before you work there: d004/AGENTS.md, d005/AGENTS.md, " in text
    assert "d053/AGENTS.md and 46 more]" in text
