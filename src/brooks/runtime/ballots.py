"""What of an agent's work is compared with that of others where a team votes on it."""

from hashlib import sha256

from brooks.ids import BlobHash
from brooks.runtime.draft import Change


def answer_to_compare(change: Change) -> BlobHash:
    """The same for two changes that give the same answer: same files, same words.

    Upper and lower case and white space make no difference, since models differ in them though
    they mean the same. A file that is not text is compared byte by byte.
    """
    contents = {BlobHash(sha256(data).hexdigest()): data for data in change.blobs}
    digest = sha256()
    for file in sorted(change.files, key=lambda file: file.path):
        data = b"" if file.blob is None else contents[file.blob]
        digest.update(file.path.encode("utf-8", "surrogatepass") + b"\0")
        digest.update(b"-" if file.blob is None else sha256(_plain(data)).digest())
    return BlobHash(digest.hexdigest())


def _plain(data: bytes) -> bytes:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    return " ".join(text.casefold().split()).encode()
