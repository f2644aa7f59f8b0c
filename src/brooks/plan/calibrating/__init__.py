"""Profiles of simulated models fitted to what real ones did.

`replies` turns tables of runs into one row a reply, `timing`, `wording` and `habits` each estimate some
of a profile's keys from them, `priors` says what is taken where the runs cannot show it, `fitting` puts
a profile together, and `writing` writes it as a file that says from what it was fitted and how well.
`checking` says how far to trust it: it simulates again what `own_runs` knows of runs of ours.
"""

from brooks.plan.calibrating.fitting import Fitted, fit_profile
from brooks.plan.calibrating.writing import write_profile

__all__ = ["Fitted", "fit_profile", "write_profile"]
