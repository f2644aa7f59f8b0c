"""The stops of a train."""

from itertools import pairwise

from parse_stop import parse_stop


def parse_train(text: str) -> list[tuple[str, int]]:
    """Return the stops of a train, each with its time in minutes since midnight."""
    train = [parse_stop(line) for line in text.splitlines() if line.strip()]
    if len(train) < 2 or len({name for name, _ in train}) < len(train):
        raise ValueError("a train has two stops at least, and each of them once")
    if any(earlier >= later for (_, earlier), (_, later) in pairwise(train)):
        raise ValueError("each stop is later than the one before it")
    return train
