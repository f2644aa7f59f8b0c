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
    "idle": PALE,
    "gone": VERMILION,
}
"""What an agent is doing."""

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
