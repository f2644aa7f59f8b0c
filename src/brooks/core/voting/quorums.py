"""How many voters and how many equal answers it takes: the arithmetic of quorums.

n voters, of whom at most f are faulty. A faulty one crashes (it falls silent at any moment), or lies (it is
*Byzantine*: it says anything, to everyone something else). Any two groups of a and b among n voters share
at least a + b - n of them, and from this all the rest follows (Gifford 1979, Weighted voting for
replicated data; Lamport, Shostak and Pease 1982, The Byzantine generals problem; Castro and Liskov
1999, Practical Byzantine fault tolerance).
"""


def majority_size(voters: int) -> int:
    """The fewest that are more than half."""
    return voters // 2 + 1


def quorum_size(voters: int, *, faulty: int, byzantine: bool = False) -> int:
    """The fewest voters of whom any two groups share one who says the same to both.

    With crashes two groups must share one voter, with lies f + 1: the size is the least q with
    2q - n >= 1, or >= f + 1. At n = 2f + 1 that is f + 1, at n = 3f + 1 with lies 2f + 1. How many may
    crash does not enter: it only says how many must be asked (`fewest_voters`).
    """
    return (voters + faulty if byzantine else voters) // 2 + 1


def fewest_voters(faulty: int, *, byzantine: bool = False) -> int:
    """How many must be asked so that those who are not faulty make up a quorum.

    The least n with `quorum_size` <= n - f: 2f + 1, or 3f + 1 with lies.
    """
    return (3 if byzantine else 2) * faulty + 1


def decides_without_the_slowest(voters: int, *, faulty: int, byzantine: bool = False) -> bool:
    """Whether any n - f ballots decide when those who are not faulty say the same.

    Of any n - f ballots up to f may come from the faulty, so n - 2f must be a quorum: with lies that
    takes 5f + 1 voters, the bound of fast Byzantine agreement (Martin and Alvisi 2006). With crashes it
    takes 4f + 1, because one that crashes later may have said something else before.
    """
    return quorum_size(voters, faulty=faulty, byzantine=byzantine) <= voters - 2 * faulty


def overlap(voters: int, first: int, second: int) -> int:
    """How many voters two groups of these sizes share at least."""
    return max(0, first + second - voters)


def reads_see_writes(voters: int, *, read: int, write: int) -> bool:
    """Whether every read meets the latest write: R + W > N (Gifford 1979)."""
    return read + write > voters


def writes_see_writes(voters: int, *, write: int) -> bool:
    """Whether no two writes can pass each other by: W > N / 2 (Gifford 1979)."""
    return 2 * write > voters
