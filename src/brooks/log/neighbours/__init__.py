"""Runs in the formats of neighbouring projects.

=================  =====================================================================
`conversation.py`  from a log: what each agent was asked, answered and was told
`atif.py`          ATIF trajectories, the Agent Trajectory Interchange Format of Harbor
`inspect_log.py`   a log of Inspect, in which each run is one graded sample
=================  =====================================================================

A log keeps every reply and every tool's result whole, but of a request only its hash: the words of
a prompt are not in it. What an agent was asked is therefore told by the tasks of its turn, as they
are in the log, and every document says so.
"""
