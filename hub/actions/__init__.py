"""The only writers of the site's own rows: tokens, accounts and their roles."""

from hub.actions.people import PeopleError, account_create, account_invite, account_open, account_set
from hub.actions.tokens import token_create, token_revoke, token_used

__all__ = [
    "PeopleError",
    "account_create",
    "account_invite",
    "account_open",
    "account_set",
    "token_create",
    "token_revoke",
    "token_used",
]
