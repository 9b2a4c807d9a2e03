"""The form by which an address of a served model is registered. What is right is said by the action alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.actions import Registration
from evaluation.actions.endpoint_register import AUTOMATIC, SERVERS
from modelcards.models import Checkpoint, ModelCard
from modelcards.querysets import Reader

FURTHER = ("max_length", "concurrency", "tries", "timeout")


class EndpointForm(forms.Form):
    """The fields of a ``Registration``."""

    model = forms.CharField(label=_("Model card"), help_text=_("Its short name, as in the address of its page"))
    name = forms.CharField(label=_("Name of the server"), help_text=_("Such as vllm-a100; scores say it"))
    address = forms.CharField(label=_("Address"), help_text=_("The base, such as http://gpu-3:8000/v1"))
    served_model = forms.CharField(
        label=_("The model's name there"), required=False, help_text=_("Not needed where the server has one model")
    )
    key_variable = forms.CharField(
        label=_("Variable of the key"),
        required=False,
        help_text=_("An environment variable that ends in _API_KEY; the key itself is never stored"),
    )
    tokenizer = forms.CharField(
        label=_("Tokenizer"),
        required=False,
        help_text=_("Likelihoods need the served model's own"),
        widget=forms.Select,
    )
    max_length = forms.IntegerField(
        label=_("Longest text in tokens"),
        required=False,
        help_text=_("Prompt and answer together. Blank: as the server says, or 2048 where it does not"),
    )
    concurrency = forms.IntegerField(label=_("Requests at one time"), initial=8)
    tries = forms.IntegerField(label=_("Tries of a request"), initial=5)
    timeout = forms.IntegerField(label=_("Seconds of a try"), initial=120)

    def __init__(self, data: Any = None, *, user: Reader, model: str = "") -> None:
        super().__init__(data, initial={"model": model})
        slug = self.data.get("model", "") if self.is_bound else model
        card = ModelCard.objects.visible_to(user).filter(slug=slug.replace("\0", "")).first() if slug else None
        select = self.fields["tokenizer"].widget
        assert isinstance(select, forms.Select)
        select.choices = [
            (AUTOMATIC, _("of the card's checkpoint here, else the server's")),
            (SERVERS, _("the server's")),
            *((one.revision, f"{card}@{one.revision}") for one in _with_files(card)),
        ]

    def first(self) -> list[forms.BoundField]:
        """What everybody says of a server."""
        return [field for field in self if field.name not in FURTHER]

    def further(self) -> list[forms.BoundField]:
        """What mostly stays as it is."""
        return [self[name] for name in FURTHER]

    def further_wrong(self) -> bool:
        """Whether one of these must be mended, and so be seen."""
        return any(field.errors for field in self.further())

    def asked(self) -> Registration:
        """What was typed."""
        return Registration(**self.cleaned_data)

    def wrong(self, errors: dict[str, list[str]]) -> None:
        """Put the action's errors beside their fields."""
        for field, texts in errors.items():
            self.add_error(field if field in self.fields else None, texts)


def _with_files(card: ModelCard | None) -> list[Checkpoint]:
    return [one for one in card.checkpoints.all() if one.path or one.repo_id] if card else []
