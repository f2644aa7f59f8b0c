import re

TAKES = dict(zip("MLHVCSQTAZ", (2, 2, 1, 1, 6, 4, 4, 2, 7, 0), strict=True))
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
COMMAND = re.compile(rf"\s*([MLHVCSQTAZmlhvcsqtaz])((?:\s*,?\s*{NUMBER})*)\s*")


def parse_path(data: str) -> list[tuple[str, list[float]]]:
    """Return the commands of path data, repeated ones written out."""
    commands: list[tuple[str, list[float]]] = []
    place = 0
    while place < len(data.rstrip()):
        found = COMMAND.match(data, place)
        if found is None or not (commands or found[1] in "Mm"):
            raise ValueError(f"not path data from character {place}: {data[place:]!r}")
        numbers = [float(number) for number in re.findall(NUMBER, found[2])]
        commands += _repetitions(found[1], numbers)
        place = found.end()
    return commands


def _repetitions(letter: str, numbers: list[float]) -> list[tuple[str, list[float]]]:
    takes = TAKES[letter.upper()]
    if takes == 0:
        if numbers:
            raise ValueError(f"{letter!r} takes no numbers")
        return [(letter, [])]
    if not numbers or len(numbers) % takes:
        raise ValueError(f"{letter!r} takes {takes} numbers each time, not {len(numbers)}")
    again = {"M": "L", "m": "l"}.get(letter, letter)
    return [
        (again if start else letter, numbers[start : start + takes])
        for start in range(0, len(numbers), takes)
    ]
