def tree_layout(
    children: dict[str, list[str]], root: str, across: float = 40.0, down: float = 50.0
) -> dict[str, tuple[float, float]]:
    """Return a place for each node: leaves side by side, parents in the middle above."""
    depths: dict[str, int] = {}
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if node in depths:
            raise ValueError(f"{node!r} is reached twice, so this is no tree")
        depths[node] = depth
        waiting += [(child, depth + 1) for child in reversed(children.get(node, []))]
    leaves = [node for node in depths if not children.get(node)]
    xs = {leaf: across * place for place, leaf in enumerate(leaves)}
    for node in reversed(depths):
        if own := children.get(node):
            xs[node] = (xs[own[0]] + xs[own[-1]]) / 2
    return {node: (xs[node], down * depth) for node, depth in depths.items()}
