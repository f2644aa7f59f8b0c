"""The published study over any runs: its figures and findings, and what they hide."""
