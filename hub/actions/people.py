"""The only writers of accounts and their roles. Each act leaves an audit entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from hub.roles import ADMINISTRATOR, GROUPS, roles_of


class PeopleError(ValueError):
    """An account that cannot be made or changed so: reasons by field."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {field: list(reasons) for field, reasons in errors.items()}
        super().__init__("; ".join(reason for reasons in self.errors.values() for reason in reasons))


@transaction.atomic
def account_create(*, who: User, username: str, email: str = "", roles: Collection[str] = ()) -> User:
    """A new account without a password: its person sets one through an invitation. Raises PeopleError."""
    _require_administrator(who)
    person = User(username=username, email=email)
    person.set_unusable_password()
    try:
        person.full_clean()
    except ValidationError as wrong:
        raise PeopleError(wrong.message_dict) from None
    person.save()
    audit(who=who, action="person added", target=username)
    return account_set(who=who, person=person, roles=roles)


@transaction.atomic
def account_set(*, who: User, person: User, roles: Collection[str]) -> User:
    """Give the person exactly these roles. Raises PeopleError where nobody would be left to administer the site."""
    _require_administrator(who)
    if unknown := set(roles) - {*GROUPS, ADMINISTRATOR}:
        raise PeopleError({"roles": [_("there is no role “%(role)s”") % {"role": ", ".join(sorted(unknown))}]})
    stored = _locked(person)
    before, administers = roles_of(stored), ADMINISTRATOR in roles
    if stored.is_superuser and not administers:
        _require_another(stored)
    stored.is_superuser = stored.is_staff = administers
    stored.save(update_fields=["is_superuser", "is_staff"])
    stored.groups.remove(*Group.objects.filter(name__in=GROUPS))
    stored.groups.add(*Group.objects.filter(name__in=roles))
    after = roles_of(stored)
    if after != before:
        audit(who=who, action="role changed", target=stored.username, detail={"before": before, "after": after})
    return stored


@transaction.atomic
def account_open(*, who: User, person: User, active: bool) -> User:
    """Let the person sign in, or no more: sessions and tokens end at once. Raises PeopleError."""
    _require_administrator(who)
    stored = _locked(person)
    if stored.is_active == active:
        return stored
    if stored.is_superuser and not active:
        _require_another(stored)
    stored.is_active = active
    stored.save(update_fields=["is_active"])
    audit(who=who, action="account opened" if active else "account closed", target=stored.username)
    return stored


@transaction.atomic
def account_invite(*, who: User, person: User) -> tuple[str, str]:
    """What an invitation's address holds: it sets a password, once, and lapses after some days."""
    _require_administrator(who)
    audit(who=who, action="invitation made", target=person.username)
    return urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)


def _require_administrator(who: User) -> None:
    if not (who.is_active and who.is_superuser):
        raise PermissionDenied(_("Only an administrator may see and change accounts."))


def _require_another(person: User) -> None:
    """Raise unless another active administrator stays; their rows are locked, so that two cannot leave at once."""
    others = User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk")
    if not [other for other in others if other.pk != person.pk]:
        raise PeopleError({"roles": [_("%(name)s is the only administrator") % {"name": person.username}]})


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)
