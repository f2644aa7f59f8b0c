"""Merging two changes of one file: what is taken, what is a conflict, and how it compares to git."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from brooks.workspace import line_diff
from brooks.workspace.line_diff import diff
from brooks.workspace.three_way import merge

TEN = [b"line %d\n" % number for number in range(10)]
BASE = b"".join(TEN)
GIT = shutil.which("git") or ""
contents = some.none() | some.lists(some.sampled_from([b"a\n", b"b\n", b"c\r\n", b"a", b"\0"])).map(
    b"".join
)
texts = some.lists(some.sampled_from([b"a\n", b"b\n", b"c\n", b"d"]), max_size=12)


def changed(lines: dict[int, bytes]) -> bytes:
    """The base with these lines replaced."""
    return b"".join(lines.get(number, line) for number, line in enumerate(TEN))


def edited(lines: list[bytes], chance: Random, tag: bytes, *, repeats: bool) -> list[bytes]:
    """A text with a few random edits; the lines they add are new, or such as are there already."""
    result = list(lines)
    for number in range(chance.randint(1, 4)):
        start = chance.randint(0, len(result))
        gone = chance.randint(0, 2)
        added = [
            chance.choice(b"abc").to_bytes(1, "big") + b"\n"
            if repeats
            else b"%s %d %d\n" % (tag, number, each)
            for each in range(chance.randint(0, 2))
        ]
        result[start : start + gone] = added
    return result


def test_changes_of_different_lines_are_merged() -> None:
    """One side edits the top, the other the bottom."""
    merged = merge(BASE, changed({1: b"ours\n"}), changed({8: b"theirs\n"}))

    assert merged.clean
    assert merged.content == changed({1: b"ours\n", 8: b"theirs\n"})


def test_the_same_change_of_both_is_taken_once() -> None:
    """Two agents fix the same typo, and one of them something else."""
    merged = merge(BASE, changed({1: b"fixed\n"}), changed({1: b"fixed\n", 8: b"theirs\n"}))

    assert merged.clean
    assert merged.content == changed({1: b"fixed\n", 8: b"theirs\n"})


@pytest.mark.parametrize("line", [4, 5, 6])
def test_changes_of_the_same_and_of_neighbouring_lines_conflict(line: int) -> None:
    """As in git: who edits the next line should know."""
    merged = merge(BASE, changed({5: b"ours\n"}), changed({line: b"theirs\n"}))

    assert merged.conflicts == 1


def test_a_conflict_shows_all_three_versions() -> None:
    """In git's `diff3` style, with the words an agent is told."""
    merged = merge(b"1\n2\n3\n", b"1\nours\n3\n", b"1\ntheirs\n3\n")

    assert merged.content == (
        b"1\n<<<<<<< yours\nours\n||||||| base\n2\n=======\ntheirs\n>>>>>>> theirs\n3\n"
    )


def test_line_ends_and_a_missing_last_newline_stay() -> None:
    """Also around markers, which end as the lines beside them."""
    clean = merge(b"1\r\n2\r\n3\r\n4", b"0\r\n2\r\n3\r\n4", b"1\r\n2\r\n3\r\n5")
    torn = merge(b"1\r\n2", b"1\r\n3", b"1\r\n4")

    assert (clean.content, clean.clean) == (b"0\r\n2\r\n3\r\n5", True)
    assert torn.content == (b"1\r\n<<<<<<< yours\n3\n||||||| base\n2\n=======\n4\n>>>>>>> theirs\n")


def test_a_file_deleted_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    """What the other wrote is not lost, whichever side it was."""
    merged = merge(b"old\n", None, b"new\n")

    assert merge(b"old\n", None, b"old\n").content is None
    assert merge(b"old\n", None, None).clean
    assert merged.conflicts == merge(b"old\n", b"new\n", None).conflicts == 1
    assert merged.content == (b"<<<<<<< yours\n||||||| base\nold\n=======\nnew\n>>>>>>> theirs\n")


def test_a_file_added_by_both_is_a_conflict_unless_it_is_the_same() -> None:
    """There is nothing that both began with."""
    assert merge(None, b"same\n", b"same\n").clean
    assert merge(None, b"one\n", b"two\n").conflicts == 1
    assert merge(None, b"", b"two\n").content == b"two\n"


def test_what_is_no_text_is_never_merged() -> None:
    """Unless only one side changed it."""
    assert merge(b"\0", b"\0", b"\0new").content == b"\0new"
    assert merge(b"\0", b"\0ours", b"\0theirs").content == b"\0ours"
    assert not merge(b"\0", b"\0ours", b"\0theirs").clean
    assert merge(b"a\0", None, b"b\0").content == b"b\0"


@given(base=contents, changed=contents)
def test_a_side_that_changed_nothing_changes_nothing(
    base: bytes | None, changed: bytes | None
) -> None:
    """Byte for byte, deletions too."""
    for merged in (merge(base, changed, base), merge(base, base, changed)):
        assert (merged.content, merged.clean) == (changed, True)


@given(base=contents, ours=contents, theirs=contents)
def test_exchanging_the_sides_does_not_change_a_clean_merge(
    base: bytes | None, ours: bytes | None, theirs: bytes | None
) -> None:
    """Nor how many conflicts there are."""
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)

    assert one.conflicts == other.conflicts
    assert not one.clean or one.content == other.content


@given(old=texts, new=texts)
def test_the_edits_make_the_new_text_of_the_old(old: list[bytes], new: list[bytes]) -> None:
    """And between any two of them is a line that stayed."""
    made, at, ends = [], 0, -1
    for edit in diff(old, new):
        assert edit.start > ends
        made += old[at : edit.start] + new[edit.new_start : edit.new_end]
        at = ends = edit.end
    made += old[at:]

    assert made == new


@pytest.mark.parametrize("seed", range(8))
def test_a_clean_merge_has_what_both_did(seed: int) -> None:
    """Every added line is in it as often as it was added, and no line that was taken away."""
    chance = Random(seed)
    clean = 0
    for _ in range(50):
        base = [b"%d\n" % number for number in range(chance.randint(0, 25))]
        ours = edited(base, chance, b"ours", repeats=False)
        theirs = edited(base, chance, b"theirs", repeats=False)
        merged = merge(b"".join(base), b"".join(ours), b"".join(theirs))
        if not merged.clean:
            continue
        clean += 1
        assert merged.content is not None
        lines = merged.content.splitlines(keepends=True)
        assert Counter(lines) == Counter(
            [line for line in base if line in ours and line in theirs]
            + [line for line in ours if line not in base]
            + [line for line in theirs if line not in base]
        )
        assert [line for line in lines if line in ours] == [
            line for line in ours if line not in base or line in theirs
        ]
    assert clean > 10


def by_git(folder: Path, base: bytes, ours: bytes, theirs: bytes) -> tuple[int, bytes]:
    """What `git merge-file` makes of the same."""
    for name, data in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_bytes(data)
    labels = ("-L", "yours", "-L", "base", "-L", "theirs")
    done = subprocess.run(  # noqa: S603 - our own words
        [GIT, "merge-file", "-p", "--diff3", *labels, "ours", "base", "theirs"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not GIT, reason="compares with git")
@pytest.mark.parametrize("repeats", [False, True])
def test_git_comes_to_the_same(tmp_path: Path, *, repeats: bool) -> None:
    """Markers and all where new lines are new; nearly always where lines repeat."""
    chance = Random(7)
    differing = clean = 0
    for _ in range(150):
        letters = [bytes([letter]) + b"\n" for letter in b"abcd"]
        base = [
            chance.choice(letters) if repeats else b"%d\n" % number
            for number in range(chance.randint(0, 20))
        ]
        sides = [edited(base, chance, tag, repeats=repeats) for tag in (b"ours", b"theirs")]
        versions = [b"".join(lines) for lines in (base, *sides)]
        versions = [each[:-1] if chance.random() < 0.1 else each for each in versions]
        merged = merge(*versions)
        conflicts, content = by_git(tmp_path, *versions)
        clean += merged.clean
        differing += (merged.conflicts, merged.content) != (conflicts, content)

    assert differing <= (8 if repeats else 0)
    assert 25 < clean < 125


def test_a_text_that_was_written_anew_is_one_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shortest edit of thousands of lines is not looked for; the result is still correct."""
    monkeypatch.setattr(line_diff, "MOST_EDITS", 5)
    new = [b"same\n", *(b"new %d\n" % number for number in range(9)), b"last\n"]
    old = [b"same\n", *TEN, b"new 3\n", b"last\n"]

    assert diff(old, new) == [(1, 12, 1, 10)]
