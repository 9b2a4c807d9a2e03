"""Models side by side: rows in, plain records out, and verdicts only where they are warranted."""
