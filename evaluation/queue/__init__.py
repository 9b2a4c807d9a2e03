"""The queue as people see it: which runs, in which order, how far, and why they wait."""
