"""Template tags of the site frame."""
