"""The wiring: settings, addresses, accounts, health, the site frame and the start of everything."""

__version__ = "0.2.0"
