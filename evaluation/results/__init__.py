"""Results in and out: lm-eval's files of schema 0.2, 0.3 and 0.4, and records for others to read."""
