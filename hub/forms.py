"""Forms of the site's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.models import Scope
from hub.roles import NAMES, READER

LIVES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("", _("until revoked"))]
ROLE_CHOICES = [(key, name) for key, name in NAMES.items() if key != READER]


class TokenForm(forms.Form):
    """A new token: what for, what it may, how long."""

    name = forms.CharField(label=_("What it is for"), max_length=100)
    scope = forms.ChoiceField(
        label=_("It may"),
        choices=[
            (Scope.READ, _("read")),
            (Scope.WRITE, _("read, queue, cancel and edit")),
            (Scope.METRICS, _("read /metrics alone, if you are an administrator")),
        ],
    )
    days = forms.TypedChoiceField(
        label=_("It works for"), choices=LIVES, coerce=int, empty_value=None, required=False, initial="90"
    )


class AccountForm(forms.Form):
    """A new account: its name, and what its person may do."""

    username = forms.CharField(label=_("Name to sign in with"), max_length=150)
    email = forms.EmailField(label=_("E-mail (not needed)"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple, choices=ROLE_CHOICES
    )
