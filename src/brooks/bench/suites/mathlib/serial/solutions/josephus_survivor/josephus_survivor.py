def josephus_survivor(people: int, step: int) -> int:
    """Return who is left of a circle 1 ... `people` when every `step`-th one leaves."""
    if people < 1 or step < 1:
        raise ValueError(f"people and step must be positive: {people!r}, {step!r}")
    survivor = 0
    for circle in range(2, people + 1):
        survivor = (survivor + step) % circle
    return survivor + 1
