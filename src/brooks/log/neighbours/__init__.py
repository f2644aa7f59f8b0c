"""Runs in the formats of neighbouring projects.

==================  =================================================================================
`conversation.py`   from a log: what each agent was asked, answered and was told
`atif.py`           ATIF trajectories, the Agent Trajectory Interchange Format of Harbor
`inspect_log.py`    a log of Inspect, in which each run is one graded sample
`otel_names.py`     every OpenTelemetry name that is written, with the day on which it was checked
`spans.py`          a span before anything is encoded
`tracing.py`        from a log: the spans of one trace; `trace.py` is what its parts share,
                    `turn_spans.py`, `merge_spans.py` and `span_events.py` are its parts
`otlp.py`           spans in OTLP, the protocol of OpenTelemetry
`collector.py`      one request to a collector
`following.py`      sends the spans of a run while it goes on
==================  =================================================================================

A log keeps every reply and every tool's result whole, but of a request only its hash: the words of
a prompt are not in it. What an agent was asked is therefore told by the tasks of its turn, as they
are in the log, and every document says so.
"""
