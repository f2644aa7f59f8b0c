"""Reading a history from a file, whichever of the formats it has."""

from pathlib import Path

from brooks.errors import OutsideError, UsageError
from brooks.log.foreign import key_value, register
from brooks.log.foreign.history import Format, History, Pairing, Place

_READERS = {Format.REGISTER: register.read_line, Format.KEY_VALUE: key_value.read_line}


def read_history(path: Path) -> History:
    """The history in a file.

    Raises:
        UsageError: It is no history, or not a whole one; with file, line and value.
        OutsideError: It cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{str(path)!r} is no history: byte {error.start} is not UTF-8; give a text file with an "
            "operation a line"
        ) from error
    except OSError as error:
        raise OutsideError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    return parse_history(text, file=str(path))


def parse_history(text: str, *, file: str) -> History:
    """The history in a text; `file` is its name, for complaints.

    Raises:
        UsageError: It is no history, or not a whole one; with file, line and value.
    """
    lines = [
        (Place(file=file, line=number), line.strip())
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    if not lines:
        raise UsageError(f"{file!r} has no operation in it: give a file with a history")
    form = _format(*lines[0])
    pairing = Pairing()
    for place, line in lines:
        _READERS[form](pairing, place, line)
    return History(format=form, operations=pairing.operations())


def _format(place: Place, line: str) -> Format:
    if line.startswith("{"):
        return Format.KEY_VALUE
    if register.LINE.fullmatch(line):
        return Format.REGISTER
    raise place.error(
        f"{line!r} begins no history that is known: lines are `PROCESS KIND FUNCTION VALUE` of a "
        'register, or maps `{:process 0, :type :invoke, :f :get, :key "k", :value nil}`'
    )
