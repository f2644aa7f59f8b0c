"""Which team was better, by how much, how sure that is, and how many more runs would tell.

`deciding.decide` is the way in for two teams whose runs are paired by seed, `many.decide_all` for
several such comparisons at once, `unpaired` for runs that are not paired, `intervals` for single
numbers. docs/statistics.md says what each answer means. Needs the extra `data`.
"""
