"""What people see of a run. Importing this is cheap: rich comes with `brooks.report.terminal`."""
