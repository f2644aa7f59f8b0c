"""What a team would take, before it is paid for: candidates, simulated runs, a choice and its reasons."""
