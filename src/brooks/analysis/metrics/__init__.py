"""What a run is measured by: each metric defined once, over the tables of imported runs and our own."""
