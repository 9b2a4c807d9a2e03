"""A worker: one process per device, which claims runs and supervises a runner. It never loads torch or lm-eval."""
