"""Catalogs of any size, and what is measured on them. Not part of the site: nothing imports this."""
