from primitive_root import primitive_root


def index_table(prime: int) -> dict[int, int]:
    """Return the exponent by which the smallest primitive root gives each of 1 ... `prime` - 1."""
    root = primitive_root(prime)
    return {pow(root, exponent, prime): exponent for exponent in range(prime - 1)}
