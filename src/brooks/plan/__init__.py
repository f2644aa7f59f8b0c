"""From traces and task files to advice: profiles fitted to logs, predictions, plans."""
