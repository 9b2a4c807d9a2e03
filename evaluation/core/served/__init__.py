"""Models behind an OpenAI-compatible address: which addresses are asked, how, and what a server can do.

Standard library only: the site probes with it, and the runner scores with it.
"""
