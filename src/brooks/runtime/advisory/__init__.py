"""How agents work where claims are only words: one reply a turn, on files that everyone shares.

This is the protocol of the published experiment (arXiv 2603.12229), in rounds, and of teams that are
left to themselves, without them. `seeing` is what each agent is told of the board, `offering` which
tools it has, `acting` what becomes of its reply, `talk` what it remembers, `floor` how a test run of
one holds up all the others, and `free_worker` puts them together.
"""
