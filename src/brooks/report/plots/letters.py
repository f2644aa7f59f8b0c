"""Messages between agents: who wrote to whom, how often."""

from collections.abc import Sequence

from brooks.report.page.contents import Columns, Plot, level
from brooks.report.plots.axes import WHOLE, Spec, tip
from brooks.report.plots.told import Told, natural
from brooks.report.wording import count

MOST_AGENTS = 40


def letters_plot(told: Told, *, name: str = "messages") -> Plot | None:
    """Deliveries by sender and receiver; None where there were none."""
    pairs = told.summary.messages.pairs
    if not pairs:
        return None
    everyone = dict.fromkeys(agent for pair in pairs for agent in pair)
    busiest = sorted(
        everyone,
        key=lambda agent: (-sum(n for pair, n in pairs.items() if agent in pair), natural(agent)),
    )
    agents = sorted(busiest[:MOST_AGENTS], key=natural)
    there = set(agents)
    columns: Columns = {"sender": [], "receiver": [], "messages": []}
    for (sender, receiver), number in pairs.items():
        if sender in there and receiver in there:
            columns["sender"].append(sender)
            columns["receiver"].append(receiver)
            columns["messages"].append(number)
    mail = told.summary.messages
    hidden = len(everyone) - len(agents)
    says = "Each square: how many messages of one agent were put into the mailbox of another."
    if hidden:
        says += f" {count(hidden, 'agent')} with the fewest messages are not shown."
    most = max(pairs, key=lambda pair: pairs[pair])
    return Plot(
        name=name,
        title="Messages by sender and receiver",
        says=says,
        alternative=(
            f"{count(mail.letters, 'message')} in {count(mail.deliveries, 'delivery', 'deliveries')}, of "
            f"which {mail.read} were read. The most from {most[0]} to {most[1]}: {pairs[most]}."
        ),
        spec=_spec(agents, pairs[most]),
        data={"pairs": level(columns)},
        simulated=told.simulated,
    )


def _spec(agents: Sequence[str], most: int) -> Spec:
    scale = {"domain": list(agents)}
    tips = [tip("sender", "from"), tip("receiver", "to"), tip("messages", "messages", form=WHOLE)]
    cells: Spec = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "color": {
                "field": "messages", "type": "quantitative", "title": "messages",
                "scale": {"scheme": "viridis", "domainMin": 0},
                "legend": {"orient": "top", "gradientLength": 160, "format": "d", "tickMinStep": 1},
            },
            "tooltip": tips,
        },
    }  # fmt: skip
    numbers: Spec = {
        "mark": {"type": "text", "fontSize": 12},
        "encoding": {
            "text": {"field": "messages", "type": "quantitative", "format": "d"},
            "tooltip": tips,
            "color": {
                "condition": {"test": f"datum.messages > {0.55 * most}", "value": "black"}, "value": "white",
            },
        },
    }  # fmt: skip
    layers = [cells, numbers] if len(agents) <= 12 else [cells]
    return {
        "data": {"name": "pairs"},
        "height": {"step": 26 if len(agents) <= 20 else 14},
        "encoding": {
            "x": {
                "field": "receiver", "type": "nominal", "scale": scale, "title": "to",
                "axis": {"orient": "bottom", "labelAngle": -40, "labelLimit": 90},
            },
            "y": {
                "field": "sender", "type": "nominal", "scale": scale, "title": "from",
                "axis": {"labelLimit": 110},
            },
        },
        "layer": layers,
    }  # fmt: skip
