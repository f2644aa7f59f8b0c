"""The folder that another interpreter's pytest is given to find `brooks_counting` in."""
