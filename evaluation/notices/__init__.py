"""Telling people that an evaluation is over: what is said, to whom, and the process that sends it."""
