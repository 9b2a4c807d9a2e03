"""The evolutionary tree: rows of the catalog in, coordinates, paths and a figure out.

``choice`` reads the address, ``reads`` finds the cards by the catalog's own filters (their rows are held by ``kept``),
``series`` and ``select`` choose and hang the chips, ``layout`` places them, ``figure`` draws. ``grown.grow(user,
choice)`` goes from the address to leaves and their plan: every page, list and answer starts there.

Only ``reads`` and ``kept`` know the database; all else gives the same picture for the same rows.
"""
