"""Team structures as pure policies: what to claim, whom to ask for a turn, when."""
