"""Before anything is run: profiles fitted to what happened, teams simulated, and which one to take."""
