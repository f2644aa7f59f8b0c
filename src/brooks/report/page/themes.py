"""How plots look in light and in dark: text, grid, axes. Which colour means what is in `plots.colours`."""

from typing import Any, Literal

Theme = Literal["light", "dark"]

PAGE_FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif"
)
"""What every system has of its own: nothing is loaded."""
PICTURE_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
"""What papers and viewers of SVG know."""

INK: dict[Theme, dict[str, str]] = {
    "light": {"text": "#1f2328", "quiet": "#59636e", "grid": "#e4e7eb", "axis": "#b6bdc6"},
    "dark": {"text": "#e6e8eb", "quiet": "#9aa4af", "grid": "#2b3139", "axis": "#4a535e"},
}
LEGEND_ENTRY = 150
"""Pixels that an entry of a legend takes, about."""
PAPER: dict[Theme, str] = {"light": "#ffffff", "dark": "#14171b"}
SIMULATED: dict[Theme, str] = {"light": "#8a4b00", "dark": "#f0b35a"}
"""The word "simulated", which must be seen and must not shout."""


def vega_config(theme: Theme, *, picture: bool = False) -> dict[str, Any]:
    """The configuration of Vega-Lite; a picture has paper of its own, a page shows through."""
    ink = INK[theme]
    return {
        "background": PAPER[theme] if picture else "transparent",
        "font": PICTURE_FONT if picture else PAGE_FONT,
        "padding": 12 if picture else {"left": 2, "right": 8, "top": 4, "bottom": 4},
        "axis": _axis(ink),
        "axisX": {"grid": False, "tickColor": ink["axis"]},
        "legend": _legend(ink),
        "header": {
            "labelColor": ink["text"],
            "titleColor": ink["quiet"],
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        "title": {
            "color": ink["text"],
            "subtitleColor": ink["quiet"],
            "anchor": "start",
            "fontSize": 15,
            "fontWeight": 600,
            "subtitleFontSize": 12,
            "offset": 10,
        },
        "text": {"color": ink["text"], "fontSize": 11},
        "rule": {"color": ink["quiet"]},
        "view": {"stroke": None},
    }


def _axis(ink: dict[str, str]) -> dict[str, Any]:
    return {
        "labelColor": ink["text"],
        "titleColor": ink["quiet"],
        "gridColor": ink["grid"],
        "domainColor": ink["axis"],
        "tickColor": ink["grid"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "labelLimit": 200,
    }


def _legend(ink: dict[str, str]) -> dict[str, Any]:
    return {
        "labelColor": ink["text"],
        "titleColor": ink["quiet"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "orient": "top",
        "direction": "horizontal",
        "symbolStrokeWidth": 0,
        "symbolType": "square",
        "symbolSize": 110,
        "labelLimit": 240,
        "columnPadding": 14,
        "layout": {"top": {"anchor": "start", "direction": "horizontal", "margin": 18}},
    }
