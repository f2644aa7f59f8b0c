"""One team on many machines: agents and checks live there, the coordinator and its log here.

    coordinator ── RemoteEngine ── Machines ── Wire ═══ Ray ═══ Host ── Node ── workers, checks

Only `ray_hosting` knows Ray. A `Node` is one machine's part of the run; it takes items
of post and gives items back, over whatever carries them. What holds the team together is what holds
it together in one process: numbered letters, acknowledged when they are in the log, and leases that
the board lets expire. Ray starts processes and carries bytes; nobody waits for it to notice that a
machine is gone.
"""
