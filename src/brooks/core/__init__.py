"""The pure heart: what may happen (commands), what happened (events), and the board between them.

Nothing here does IO, reads a clock, draws a random number or awaits. Time is an argument.
"""
