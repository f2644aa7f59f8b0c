"""What a run's events add up to. Pure: events in, facts out; no clock, no disk, no chance."""
