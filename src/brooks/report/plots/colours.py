"""Which colour means what, on every plot. All are told apart with any colour blindness, on light and dark.

The colours are those of Okabe and Ito, "Color Universal Design" (2008), which differ in lightness too. No
plot tells things apart by colour alone: there is a label, a shape or a tooltip as well.
"""

BLUE = "#0072B2"
SKY = "#56B4E9"
GREEN = "#009E73"
ORANGE = "#E69F00"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
YELLOW = "#F0E442"
GREY = "#8C8C8C"
PALE = "#BFBFBF"

ACTIVITIES = {
    "asks model": SKY,
    "writes": GREEN,
    "waits for check": ORANGE,
    "held back": PURPLE,
    "idle": PALE,
    "gone": VERMILION,
}
"""What an agent is doing."""

IDLENESS = {
    "no task": ("idle, no task ready", PALE),
    "barrier": ("idle, barrier", YELLOW),
    "last look": ("idle, last look", "#C9B8D8"),
    "pause": ("idle, paused", "#5F5F5F"),
    "quarantine": ("idle, quarantined", "#8A5A33"),
    "left": ("left the team", "#DFDFDF"),
    "free": ("idle, a task was ready", GREY),
}
"""Why an agent does nothing: in words, and its colour."""

MOMENTS = {
    "merged": (BLUE, "circle"),
    "check failed": (VERMILION, "cross"),
    "conflict": (PURPLE, "diamond"),
    "claim lost": (ORANGE, "triangle-down"),
    "lease lost": (GREY, "square"),
    "fault": (VERMILION, "triangle-up"),
    "task given up": (GREY, "triangle-left"),
    "task reopened": (YELLOW, "triangle-right"),
}
"""What happened at one moment: its colour, and its shape."""

WAITS = {
    "worked": GREEN,
    "dependency": BLUE,
    "agent": PALE,
    "lease": VERMILION,
    "check": ORANGE,
    "merge": YELLOW,
    "rate limit": PURPLE,
    "barrier": SKY,
}
"""What a task waited for."""

WORTH = {"useful": GREEN, "redundant": ORANGE, "wasted": VERMILION, "unknown": GREY}
"""What tokens came to."""

STATUS = {
    "done": GREEN,
    "failed": VERMILION,
    "blocked": PURPLE,
    "cancelled": GREY,
    "leased": SKY,
    "queued": ORANGE,
    "ready": YELLOW,
    "waiting": PALE,
}
"""Where a task is."""

SERIES = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, GREY)
"""Runs, teams and structures, in this order."""
