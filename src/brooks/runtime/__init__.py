"""The shell around the pure core: clocks, the coordinator, workers, the engine that carries them, faults."""
