def pareto_classes(revenues: dict[str, int]) -> dict[str, str]:
    """Return the class A, B or C of each product, by the revenue of those that stand before it."""
    if min(revenues.values(), default=0) < 0:
        raise ValueError(f"a revenue must not be negative: {revenues!r}")
    total = sum(revenues.values())
    classes: dict[str, str] = {}
    before = 0
    for product, revenue in sorted(revenues.items(), key=lambda item: (-item[1], item[0])):
        if before * 100 < 80 * total:
            classes[product] = "A"
        else:
            classes[product] = "B" if before * 100 < 95 * total else "C"
        before += revenue
    return classes
