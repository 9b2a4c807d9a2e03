"""What scheduling costs: from submitting to the start of work, a long queue, several workers at once.

Real Redis, real Celery workers, SQLite and PostgreSQL; only the runner is a fake (``tests.fake_runner``), which speaks
the protocol and sleeps where a model would compute.
"""
