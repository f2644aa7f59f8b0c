"""What an agent sees and is told of its own writes, before and after they are proposed."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from brooks.core.state import FileVersion
from brooks.ids import BlobHash, TaskId
from brooks.log.store import hash_blob
from brooks.runtime.draft import Change, Draft

A, B, C = TaskId("a"), TaskId("b"), TaskId("c")


class GrowingTree:
    """A tree with a history, to which a test commits what it likes."""

    def __init__(self, **files: bytes) -> None:
        self._blobs: dict[BlobHash, bytes] = {}
        self._history: dict[str, list[FileVersion]] = {}
        self.head = 0
        for path, data in files.items():
            self._write(path, data)

    def _write(self, path: str, data: bytes | None, *, executable: bool = False) -> None:
        blob = None if data is None else hash_blob(data)
        if blob is not None and data is not None:
            self._blobs[blob] = data
        history = self._history.setdefault(path, [])
        history.append(FileVersion(self.head, len(history) + 1, blob, executable=executable))

    def commit(self, executable: bool = False, **files: bytes | None) -> None:
        """Make one commit, as another agent would."""
        self.head += 1
        for path, data in files.items():
            self._write(path, data, executable=executable)

    def merge(self, change: Change) -> bool:
        """Merge a proposed change, if no file of it has changed since; True when it was."""
        for file in change.files:
            if len(self._history.get(file.path, [])) != file.base:
                return False
        self.head += 1
        contents = {hash_blob(data): data for data in change.blobs}
        for file in change.files:
            data = None if file.blob is None else contents[file.blob]
            self._write(file.path, data, executable=file.executable)
        return True

    def paths(self, head: int) -> list[str]:
        """Files that are there after `head` commits."""
        there = {path: self.file(path, head) for path in self._history}
        return sorted(path for path, version in there.items() if version and version.blob)

    def versions(self, path: str) -> list[FileVersion]:
        """Every version of a file."""
        return self._history.get(path, [])

    def file(self, path: str, head: int) -> FileVersion | None:
        """A file after `head` commits."""
        versions = [each for each in self._history.get(path, []) if each.commit <= head]
        return versions[-1] if versions else None

    def count(self, head: int) -> int:
        """How many files there are."""
        return len(self.paths(head))

    def clash(self, path: str) -> str | None:
        """Nothing clashes here."""
        return None

    def blob(self, blob_hash: BlobHash) -> bytes:
        """A content."""
        return self._blobs[blob_hash]


def bases(change: Change) -> dict[str, int]:
    """The version that each file of a change was made from."""
    return {file.path: file.base for file in change.files}


def test_reads_are_of_the_snapshot_whatever_others_commit() -> None:
    """Another agent changes one file, deletes one and adds one after the turn has begun."""
    tree = GrowingTree(kept=b"1", changed=b"1", deleted=b"1")
    draft = Draft(tree, head=0)

    tree.commit(changed=b"2", deleted=None, new=b"1")

    assert draft.paths() == ["changed", "deleted", "kept"]
    assert [draft.read(path) for path in draft.paths()] == [b"1", b"1", b"1"]
    assert draft.read("new") is None


def test_a_newer_head_shows_what_others_committed() -> None:
    """After a verdict the agent is shown the current tree."""
    tree = GrowingTree(changed=b"1", deleted=b"1")
    draft = Draft(tree, head=0)
    tree.commit(changed=b"2", deleted=None, new=b"1")

    draft.head = tree.head

    assert draft.paths() == ["changed", "new"]
    assert draft.read("changed") == b"2"


def test_the_agents_own_writes_come_before_the_snapshot() -> None:
    """It writes a new file, writes over one, deletes one, and brings one back."""
    tree = GrowingTree(over=b"old", gone=b"old", back=b"old")
    draft = Draft(tree, head=0)

    draft.write("new", b"mine")
    draft.write("over", b"mine")
    draft.write("gone", None)
    draft.write("back", None)
    draft.write("back", b"again")

    assert draft.paths() == ["back", "new", "over"]
    assert draft.read("over") == b"mine"
    assert draft.read("gone") is None
    assert draft.read("back") == b"again"


def test_a_change_names_the_versions_it_was_made_from() -> None:
    """One file is new, one was committed twice before the turn, and one is deleted."""
    tree = GrowingTree(twice=b"1", deleted=b"1")
    tree.commit(twice=b"2")
    draft = Draft(tree, head=1)
    draft.write("new", b"n")
    draft.write("twice", b"3")
    draft.write("deleted", None)

    change = draft.propose(A, ())

    assert bases(change) == {"new": 0, "twice": 2, "deleted": 1}
    assert [file.blob for file in change.files] == [hash_blob(b"n"), hash_blob(b"3"), None]
    assert change.blobs == (b"n", b"3")


def test_the_base_is_that_of_the_first_write_even_if_the_head_moved_since() -> None:
    """The agent wrote from version 1, was shown version 2, and did not look at it again."""
    tree = GrowingTree(file=b"1")
    draft = Draft(tree, head=0)
    draft.write("file", b"mine")
    tree.commit(file=b"2")
    draft.head = tree.head
    draft.write("file", b"mine, more")

    assert bases(draft.propose(A, ())) == {"file": 1}


def test_files_of_other_open_tasks_are_kept_back() -> None:
    """Two tasks of a batch are written in one go and completed one after the other."""
    draft = Draft(GrowingTree(), head=0)
    draft.write("a.py", b"a")
    draft.write("b.py", b"b")
    draft.write("shared.py", b"s")

    first = draft.propose(A, {"b.py"})
    second = draft.propose(B, ())

    assert sorted(bases(first)) == ["a.py", "shared.py"]
    assert sorted(bases(second)) == ["b.py"]


def test_an_executable_file_stays_executable() -> None:
    """An agent edits a script and has no way to say that it may be run."""
    tree = GrowingTree()
    tree.commit(script=b"1", executable=True)
    draft = Draft(tree, head=1)
    draft.write("script", b"2")

    assert [file.executable for file in draft.propose(A, ()).files] == [True]


def test_a_proposed_file_still_reads_as_the_agents_own() -> None:
    """The change is in the queue; the agent goes on with its next task on top of it."""
    draft = Draft(GrowingTree(file=b"1"), head=0)
    draft.write("file", b"mine")
    draft.propose(A, ())

    assert draft.read("file") == b"mine"
    assert draft.written() == ()


def test_a_write_on_top_of_an_own_proposal_foretells_its_version() -> None:
    """Three tasks of a batch append to one file; each stands on the one before."""
    tree = GrowingTree(file=b"0")
    draft = Draft(tree, head=0)
    changes = []
    for name, content in ((A, b"0a"), (B, b"0ab"), (C, b"0abc")):
        draft.write("file", content)
        changes.append(draft.propose(name, ()))

    assert [bases(change)["file"] for change in changes] == [1, 2, 3]
    assert [tree.merge(change) for change in changes] == [True, True, True]
    for name in (A, B, C):
        draft.merged(name)
    draft.head = tree.head
    assert draft.read("file") == b"0abc"


def test_after_a_merge_the_next_write_is_made_from_the_merged_version() -> None:
    """The agent's change is part of the tree, and it edits the same file for its next task."""
    tree = GrowingTree(file=b"1")
    draft = Draft(tree, head=0)
    draft.write("file", b"2")
    assert tree.merge(draft.propose(A, ()))
    draft.merged(A)

    draft.write("file", b"3")

    assert bases(draft.propose(B, ())) == {"file": 2}


def test_after_a_merge_anothers_later_version_is_what_is_read() -> None:
    """The agent's change was merged, and then another agent changed the file again."""
    tree = GrowingTree(file=b"1")
    draft = Draft(tree, head=0)
    draft.write("file", b"2")
    tree.merge(draft.propose(A, ()))
    draft.merged(A)
    tree.commit(file=b"3 by another")

    draft.head = tree.head

    assert draft.read("file") == b"3 by another"
    draft.write("file", b"4")
    assert bases(draft.propose(B, ())) == {"file": 3}


def test_a_dropped_change_comes_back_to_be_mended() -> None:
    """The check failed; the files are as the agent left them, made from the same versions."""
    draft = Draft(GrowingTree(file=b"1"), head=0)
    draft.write("file", b"wrong")
    draft.write("new", b"n")
    draft.propose(A, ())

    anew = draft.dropped(A, ())

    assert anew == ()
    assert draft.read("file") == b"wrong"
    assert bases(draft.propose(A, ())) == {"file": 1, "new": 0}


def test_of_a_stale_change_only_what_others_changed_is_forgotten() -> None:
    """One of two files was changed by another agent; the other comes back."""
    tree = GrowingTree(stale=b"1", fine=b"1")
    draft = Draft(tree, head=0)
    draft.write("stale", b"mine")
    draft.write("fine", b"mine")
    draft.propose(A, ())
    tree.commit(stale=b"2 by another")

    anew = draft.dropped(A, ["stale"])
    draft.head = tree.head

    assert anew == ("stale",)
    assert draft.read("stale") == b"2 by another"
    assert draft.read("fine") == b"mine"
    draft.write("stale", b"2 and mine")
    change = draft.propose(A, ())
    assert bases(change) == {"fine": 1, "stale": 2}
    assert tree.merge(change)


def test_what_stands_on_a_dropped_proposal_is_forgotten_with_it() -> None:
    """The agent went on writing on top of a change that is then dropped as stale."""
    tree = GrowingTree(file=b"1")
    draft = Draft(tree, head=0)
    draft.write("file", b"mine")
    draft.propose(A, ())
    draft.write("file", b"mine, more")
    draft.write("other", b"o")
    tree.commit(file=b"2 by another")

    anew = draft.dropped(A, ["file"])
    draft.head = tree.head

    assert anew == ("file",)
    assert draft.read("file") == b"2 by another"
    assert draft.written() == ("other",)


def test_a_proposal_that_stands_on_a_dropped_one_must_be_written_anew() -> None:
    """Two tasks of a batch wrote one file; both changes are dropped, the first one first."""
    tree = GrowingTree(file=b"1")
    draft = Draft(tree, head=0)
    draft.write("file", b"a")
    draft.propose(A, ())
    draft.write("file", b"a b")
    draft.propose(B, ())

    first = draft.dropped(A, ())
    second = draft.dropped(B, ())

    assert first == ()
    assert second == ("file",)
    assert draft.read("file") == b"a"
    assert bases(draft.propose(A, ())) == {"file": 1}


def test_a_write_that_stands_on_a_merged_proposal_is_kept() -> None:
    """The ground under the later write has become part of the tree."""
    tree = GrowingTree(file=b"1")
    draft = Draft(tree, head=0)
    draft.write("file", b"a")
    change = draft.propose(A, ())
    draft.write("file", b"a b")
    draft.propose(B, ())

    tree.merge(change)
    draft.merged(A)
    anew = draft.dropped(B, ())

    assert anew == ()
    assert draft.read("file") == b"a b"
    assert bases(draft.propose(B, ())) == {"file": 2}


PATHS = st.sampled_from("xy")
CONTENTS = st.sampled_from([b"1", b"2", None])


class Queue:
    """The merge queue as the board keeps it, for one agent's draft and for what others propose."""

    def __init__(self) -> None:
        self.tree = GrowingTree(x=b"0")
        self.draft = Draft(self.tree, head=0)
        self.entries: list[tuple[TaskId | None, Change]] = []
        """Task and change; no task for what others propose."""
        self.made_from: dict[str, bytes | None] = {}
        """What the agent saw of each file when it began to write it anew."""
        self.grounds: dict[TaskId | None, dict[str, bytes | None]] = {}
        self.proposed = 0

    def write(self, path: str, data: bytes | None) -> None:
        """The agent writes."""
        if path not in self.draft.written():
            self.made_from[path] = self.draft.read(path)
        self.draft.write(path, data)

    def others_propose(self, path: str, data: bytes | None) -> None:
        """Another agent proposes a change from the current tree."""
        other = Draft(self.tree, self.tree.head)
        other.write(path, data)
        change = other.propose(A, ())
        if not self._stale(change, self.entries):
            self.entries.append((None, change))

    def propose(self) -> None:
        """The agent proposes all it has written; refused at once if that is stale."""
        if not self.draft.written():
            return
        self.proposed += 1
        name = TaskId(f"t{self.proposed}")
        self.grounds[name] = {path: self.made_from[path] for path in self.draft.written()}
        change = self.draft.propose(name, ())
        stale = self._stale(change, self.entries)
        if stale:
            self._drop(name, stale)
        else:
            self.entries.append((name, change))

    def merge_front(self) -> None:
        """The check of the front passed."""
        if not self.entries:
            return
        name, change = self.entries.pop(0)
        before = {file.path: self._content(file.path) for file in change.files}
        assert self.tree.merge(change)
        if name is not None:
            assert before == self.grounds[name]
            self.draft.merged(name)

    def drop_front(self) -> None:
        """The check of the front failed; those behind it may have become stale by that."""
        if not self.entries:
            return
        (gone, _), *behind = self.entries
        self.entries = []
        self._drop(gone, [])
        for name, change in behind:
            stale = self._stale(change, self.entries)
            if stale:
                self._drop(name, stale)
            else:
                self.entries.append((name, change))

    def look(self) -> None:
        """The agent is shown the current tree."""
        self.draft.head = self.tree.head

    def _drop(self, name: TaskId | None, stale: list[str]) -> None:
        if name is not None:
            before = self.draft.written()
            self.draft.dropped(name, stale)
            came_back = [path for path in self.draft.written() if path not in before]
            self.made_from.update({path: self.grounds[name][path] for path in came_back})

    def _stale(self, change: Change, ahead: list[tuple[TaskId | None, Change]]) -> list[str]:
        writes = [file.path for _, each in ahead for file in each.files]
        return [
            file.path
            for file in change.files
            if file.base != len(self.tree._history.get(file.path, [])) + writes.count(file.path)
        ]

    def _content(self, path: str) -> bytes | None:
        there = self.tree.file(path, self.tree.head)
        return None if there is None or there.blob is None else self.tree.blob(there.blob)


moves = st.lists(
    st.one_of(
        st.builds(lambda path, data: lambda q: q.write(path, data), PATHS, CONTENTS),
        st.builds(lambda path, data: lambda q: q.others_propose(path, data), PATHS, CONTENTS),
        st.sampled_from(
            [Queue.propose, Queue.propose, Queue.merge_front, Queue.drop_front, Queue.look]
        ),
    ),
    max_size=25,
)


@given(moves=moves)
def test_whatever_is_merged_was_made_from_what_it_replaces(
    moves: list[Callable[[Queue], None]],
) -> None:
    """Writes, proposals of the agent and of others, and verdicts in any order.

    A version that the draft foretells is only a number. When the queue takes a change by it, the
    agent must have seen the very content that the change replaces.
    """
    queue = Queue()

    for move in moves:
        move(queue)
    while queue.entries:
        queue.merge_front()
