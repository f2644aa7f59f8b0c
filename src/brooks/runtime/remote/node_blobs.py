"""Contents on a machine that is not the coordinator's: fetched once, then kept in a folder.

Who reads a content that is not there waits for it, with its thread: agents of one machine share one,
and a fetch takes a millisecond where the coordinator is near. While the machine is cut off they wait
together, which they would do anyway.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Condition

from brooks.errors import OutsideError
from brooks.ids import BlobHash
from brooks.log.store import hash_blob


class NodeBlobs:
    """A `BlobSource` that asks the coordinator for what it does not have."""

    def __init__(self, folder: Path, want: Callable[[tuple[BlobHash, ...]], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._want = want
        self._here: set[BlobHash] = set()
        self._asked: set[BlobHash] = set()
        self._news = Condition()
        self._is_closed = False

    def put(self, blobs: Mapping[BlobHash, bytes]) -> None:
        """Keep contents, whose hashes must be right."""
        for blob_hash, data in blobs.items():
            assert hash_blob(data) == blob_hash
            (self._folder / blob_hash).write_bytes(data)
        with self._news:
            self._here.update(blobs)
            self._asked.difference_update(blobs)
            self._news.notify_all()

    def fetch(self, hashes: Iterable[BlobHash]) -> None:
        """Wait until all of these are here.

        Raises:
            OutsideError: The run is over here.
        """
        wanted = dict.fromkeys(hashes)
        with self._news:
            missing = tuple(
                one for one in wanted if one not in self._here and one not in self._asked
            )
            self._asked.update(missing)
        if missing:
            self._want(missing)
        with self._news:
            self._news.wait_for(lambda: self._is_closed or all(one in self._here for one in wanted))
        if self._is_closed:
            raise OutsideError("the run has ended here while a content was on its way")

    def blob(self, blob_hash: BlobHash) -> bytes:
        """A content, fetched if need be."""
        if blob_hash not in self._here:
            self.fetch((blob_hash,))
        return (self._folder / blob_hash).read_bytes()

    def close(self) -> None:
        """Let go of who waits."""
        with self._news:
            self._is_closed = True
            self._news.notify_all()
