"""Forms of the page of notifications. What is right is said by the actions alone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models import Occasion

OCCASIONS = [(Occasion.ENDED, _("when one is over")), (Occasion.FAILED, _("only when something failed"))]


class WebhookForm(forms.Form):
    """A new webhook."""

    name = forms.CharField(label=_("What it is for"), help_text=_("Such as CI, or the team's chat"))
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Such as https://ci.example.org/hooks. Each message is a signed POST of JSON."),
        widget=forms.URLInput,
    )
    occasion = forms.ChoiceField(label=_("Tell it"), choices=OCCASIONS, initial=Occasion.ENDED)

    def wrong(self, errors: dict[str, list[str]]) -> None:
        """Put the action's errors beside their fields."""
        for field, texts in errors.items():
            self.add_error(field if field in self.fields else None, texts)


class MailForm(forms.Form):
    """Whether e-mail is wanted."""

    occasion = forms.ChoiceField(
        label=_("Write to me"), choices=[("", _("never")), *OCCASIONS], required=False, initial=""
    )
