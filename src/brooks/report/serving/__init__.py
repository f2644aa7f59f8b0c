"""Runs as pages in a browser of this machine, which grow as the runs' logs do: `brooks serve`."""
