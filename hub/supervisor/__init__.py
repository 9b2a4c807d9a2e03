"""`make run`: everything that a site on one machine needs, started, watched and stopped together."""
