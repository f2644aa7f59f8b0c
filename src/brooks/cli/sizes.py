"""The value of `-n`: how many agents, or the fewest and the most."""

import click

from brooks.spec.sizes import Bounds, read_size


class _Size(click.ParamType[int | Bounds]):
    name = "N or MIN-MAX"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | Bounds:
        if isinstance(value, int | Bounds):
            return value
        size = read_size(str(value))
        if size is None:
            self.fail(f"{value!r} is no number of agents: write 4, or 1-8.", param, ctx)
        return size


SIZE = _Size()
"""`4`, or `1-8` for a team that grows and shrinks between the two."""
