"""Measurements for Prometheus: what the rows say, and how long requests take."""
