"""A tree's canonical form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.paths import PathRefused, clean_path
from brooks.errors import OutsideError
from brooks.workspace.tree import FileEntry, decode_manifest, encode_manifest, hash_of, tree_hash

ONE, TWO = hash_of(b"one"), hash_of(b"two")


def is_clean(path: str) -> bool:
    """Whether a tree may hold this path."""
    try:
        return clean_path(path, existing=True) == path
    except PathRefused:
        return False


TREES = st.dictionaries(
    st.text(min_size=1, max_size=12).filter(is_clean),
    st.builds(FileEntry, blob=st.binary(max_size=4).map(hash_of), executable=st.booleans()),
    max_size=6,
)


def test_a_manifest_is_sorted_and_says_no_more_than_it_must() -> None:
    """The bytes are fixed for ever: old logs hold them, and their hash names the tree."""
    tree = {"b.sh": FileEntry(blob=TWO, executable=True), "ä": FileEntry(blob=ONE)}

    data = encode_manifest(tree)

    expected = f'{{"b.sh":{{"blob":"{TWO}","executable":true}},"ä":{{"blob":"{ONE}"}}}}'
    assert data == expected.encode()
    assert tree_hash(tree) == hash_of(data)


@given(tree=TREES)
def test_a_manifest_gives_the_tree_back(tree: dict[str, FileEntry]) -> None:
    """Writing and reading undo each other, and the order in which a tree was made is forgotten."""
    backwards = dict(reversed(tree.items()))

    assert decode_manifest(encode_manifest(tree)) == tree
    assert encode_manifest(backwards) == encode_manifest(tree)


@given(one=TREES, other=TREES)
def test_only_equal_trees_have_one_hash(
    one: dict[str, FileEntry], other: dict[str, FileEntry]
) -> None:
    """A result remembered for a tree is never taken for another."""
    assert (tree_hash(one) == tree_hash(other)) == (one == other)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"a":1}',
        b'{"a":{}}',
        b'{"a":{"blob":"short"}}',
        f'{{"a":{{"blob":"{ONE}","executable":1}}}}'.encode(),
        f'{{"a":{{"blob":"{ONE}","executable":false}}}}'.encode(),
        f'{{"a": {{"blob":"{ONE}"}}}}'.encode(),
        f'{{"a":{{"blob":"{ONE}"}},"a":{{"blob":"{TWO}"}}}}'.encode(),
        f'{{"../a":{{"blob":"{ONE}"}}}}'.encode(),
        f'{{"/a":{{"blob":"{ONE}"}}}}'.encode(),
        f'{{".git/config":{{"blob":"{ONE}"}}}}'.encode(),
        f'{{"a//b":{{"blob":"{ONE}"}}}}'.encode(),
        f'{{"a":{{"blob":"{ONE}","mode":"0777"}}}}'.encode(),
    ],
)
def test_anything_but_a_canonical_manifest_of_a_safe_tree_is_refused(data: bytes) -> None:
    """A log that someone edited cannot make the program write outside a folder."""
    with pytest.raises(OutsideError, match="manifest is damaged"):
        decode_manifest(data)
