"""The whole site as a newcomer meets it: the supervisor's processes, a real browser, real checkpoints."""
