"""The evolutionary tree: rows of the catalog in, coordinates, paths and a figure out.

``nodes`` says what the layout takes, ``select`` chooses and hangs the models, ``layout`` places them, ``figure`` draws.
Only ``reads`` knows the database; everything else is pure and gives the same picture for the same rows.

``document.tree_document(user, show)`` is what the API answers.
"""
