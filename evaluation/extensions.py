"""What evaluation adds to the catalog's registries: score panels on cards, columns, colours of the tree."""


def register() -> None:
    """Fill the catalog's registries; called once when Django is ready."""
