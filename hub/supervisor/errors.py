"""Why a site cannot start."""


class StartError(Exception):
    """The site cannot start; the message is for the person at the terminal: what is wrong and what would help."""
