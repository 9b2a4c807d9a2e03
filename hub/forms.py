"""Forms of the site's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.models import Scope

LIVES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("", _("until revoked"))]


class TokenForm(forms.Form):
    """A new token: what for, what it may, how long."""

    name = forms.CharField(label=_("What it is for"), max_length=100)
    scope = forms.ChoiceField(
        label=_("It may"), choices=[(Scope.READ, _("read")), (Scope.WRITE, _("read, queue, cancel and edit"))]
    )
    days = forms.TypedChoiceField(
        label=_("It works for"), choices=LIVES, coerce=int, empty_value=None, required=False, initial="90"
    )
