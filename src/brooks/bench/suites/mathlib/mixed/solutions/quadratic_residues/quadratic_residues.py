from index_table import index_table


def quadratic_residues(prime: int) -> list[int]:
    """Return the nonzero remainders modulo `prime` that are squares, in ascending order."""
    return sorted(number for number, index in index_table(prime).items() if index % 2 == 0)
