"""Templates of prompts: those that come with the package, and a user's own."""

from pathlib import Path

import pytest
from tests.runtime.prompting.orders import DictTree, order, task, told

from brooks.errors import OutsideError, UsageError
from brooks.models.base import Reply, StopReason
from brooks.runtime.prompting import PLACEHOLDERS, Prompter, Templates, answer_to

MINIMAL = {
    "opening": "$tasks",
    "task": "$header\n$description\n$output",
    "system": "Work.",
    "no_call": "Call.",
    "cut_off": "Shorter.",
    "refused": "Again.",
}


def test_the_bundled_ones_pass_as_a_users_own(tmp_path: Path) -> None:
    """A user starts from a copy of them, and a copy changes nothing."""
    for name, text in Templates.bundled().texts:
        (tmp_path / f"{name}.md").write_text(text)

    templates = Templates.load(tmp_path)

    assert templates == Templates.bundled()
    assert templates.changed() == ()


def test_a_users_file_replaces_the_bundled_one_of_its_name(tmp_path: Path) -> None:
    """One file is the user's, the others stay; a hidden file is none of ours."""
    (tmp_path / "task.md").write_text("\ufeff$header\r\n$$5: $description\r\n$output\r\n", "utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"\xff")

    templates = Templates.load(tmp_path)

    text = told(task("a", description="costs $agent"), templates=templates)
    assert "Task a\n$5: costs $agent\n\n" in text
    assert templates.text("system") == Templates.bundled().text("system")


def test_what_a_run_keeps_gives_the_same_prompts(tmp_path: Path) -> None:
    """A resume has the texts that differ and no folder."""
    for name, text in MINIMAL.items():
        (tmp_path / f"{name}.md").write_text(text)
    templates = Templates.load(tmp_path)

    again = Templates.of(templates.changed())

    assert again == templates
    system, user = Prompter("p", again, DictTree()).opening(order(task("a")))
    assert (system.text, user.text) == ("Work.", "Task a")
    answers = [answer_to(Reply(stop=stop), again) for stop in StopReason]
    assert [answer and answer.text for answer in answers] == [
        "Call.",
        "Call.",
        "Shorter.",
        "Again.",
    ]


def test_placeholders_are_replaced_and_two_dollars_are_one() -> None:
    """With braces and without, side by side, and a value that looks like a placeholder itself."""
    templates = Templates.of((("system", "$$5 for ${project}s, $agent$project.\n\n100 $$."),))

    text = templates.fill("system", project="$x", agent="b")

    assert text == "$5 for $xs, b$x.\n\n100 $."


def test_lines_and_paragraphs_without_a_value_are_left_out() -> None:
    """Words around a placeholder go with it, and words alone stay."""
    opening = (
        "Always.\n\n\n\nNotes:\n$notes\n\n$tasks\nMore: $more\nLeft: $more $agent\n\nThe end.\n"
    )
    templates = Templates.of((("opening", opening),))

    text = told(task("a"), templates=templates)

    assert text == "Always.\n\nTask a\nLeft:  agent-1\n\nThe end."


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("tsak.md", "x", "did you mean 'task.md'? there are system.md, opening.md, task.md"),
        ("README.txt", "x", "this is no template: there are system.md"),
        ("system.md", "Hi $agnet", "system.md:1: there is no placeholder '$agnet': did you mean '$agent'?"),
        ("system.md", "\n\n$tasks", "system.md:3: there is no placeholder '$tasks': in system.md there are"),
        ("no_call.md", "a ${agent}", "no_call.md:1: there is no placeholder '$agent': here there are none"),
        ("system.md", "a\nfor 5$ only", "system.md:2: a '$' must begin a placeholder"),
        ("opening.md", "$files", "opening.md: '$tasks' must be in it: in opening.md there are '$project',"),
        ("task.md", "$header", "task.md: '$description', '$output' must be in it"),
        ("task.md", "$output\n # $header\n$description", "task.md:2: '$header' must stand alone on its line"),
        ("refused.md", " \n", "refused.md: it is empty: delete it"),
        ("refused.md", "x" * 100_001, "100,001 characters are over the limit of 100,000"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_what_there_is(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    """Whatever is wrong is found before a run begins, and the message says where and what else."""
    (tmp_path / file).write_text(text)

    with pytest.raises(UsageError) as caught:
        Templates.load(tmp_path)

    assert said in str(caught.value)
    assert str(tmp_path / file) in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """The line of the first wrong byte is where the user looks."""
    (tmp_path / "system.md").write_bytes(b"one\ntwo \xff")

    with pytest.raises(UsageError, match=r"system\.md:2: the byte b'\\xff' is not UTF-8"):
        Templates.load(tmp_path)


def test_a_folder_that_is_none_is_the_users_mistake(tmp_path: Path) -> None:
    """A path that is not there, or a file in its place."""
    (tmp_path / "file").write_text("")

    for name in ("nowhere", "file"):
        with pytest.raises(UsageError, match="is not a folder: name one with templates in it"):
            Templates.load(tmp_path / name)


def test_a_template_that_cannot_be_read_is_the_outsides_fault(tmp_path: Path) -> None:
    """A folder stands where a file should."""
    (tmp_path / "system.md").mkdir()

    with pytest.raises(OutsideError, match=r"system\.md' cannot be read: Is a directory"):
        Templates.load(tmp_path)


def test_a_kept_text_is_looked_through_too() -> None:
    """A log may have been written by another version, with other templates."""
    with pytest.raises(UsageError, match="there is no template 'greeting': there are system,"):
        Templates.of((("greeting", "Hello"),))
    with pytest.raises(UsageError, match=r"system\.md:1: there is no placeholder '\$model'"):
        Templates.of((("system", "$model"),))


def test_every_template_is_bundled_and_short() -> None:
    """Together they are what a turn costs before it is about anything."""
    texts = dict(Templates.bundled().texts)

    assert list(texts) == list(PLACEHOLDERS)
    of_a_turn = ("system", "opening", "task", "cut_off", "no_call", "refused")
    assert sum(len(texts[name]) for name in of_a_turn) < 4_000
