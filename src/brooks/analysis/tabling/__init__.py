"""The records of one run's log, folded into rows of the five tables that measurements read.

`brooks.analysis.columns` says what each column is. `entities` and `history` tell a run's life as turns,
replies and tasks; `absences` says when agents were gone; `waiting`, `worth` and `critical` judge that
life; `actions` and `conflicts` are folds of their own; `rows` puts everything together.
"""

from brooks.analysis.tabling.about import About, Called
from brooks.analysis.tabling.rows import rows_of

__all__ = ["About", "Called", "rows_of"]
