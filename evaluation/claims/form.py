"""The form of a claim. What is right is said by the query and the actions alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.claims.query import KINDS, ORIGINS, ClaimQuery, as_words, read_query
from evaluation.models import Claim, Origin
from modelcards.models import ModelCard
from modelcards.querysets import Reader

SHARES = [("0.5", _("more than half of the benchmarks")), ("0.66", _("more than 66 %")), ("0.75", _("more than 75 %"))]
ORIGIN_NAMES = {Origin.MEASURED: _("measured here"), Origin.IMPORTED: _("imported"), Origin.PUBLISHED: _("published")}


class ClaimForm(forms.Form):
    """A sentence, who says it, and the query that is put to the scores."""

    sentence = forms.CharField(
        label=_("Sentence"), max_length=300, help_text=_("As it is stated, such as: LLaMA-13B beats GPT-3.")
    )
    source = forms.CharField(
        label=_("Who says so"), max_length=300, required=False, help_text=_("A paper, a page, a person")
    )
    kind = forms.ChoiceField(label=_("What it says"), choices=list(KINDS.items()))
    first = forms.CharField(label=_("Model"), required=False, widget=forms.TextInput(attrs={"list": "known-cards"}))
    others = forms.CharField(
        label=_("Against"),
        required=False,
        widget=forms.TextInput(attrs={"list": "known-cards"}),
        help_text=_("For “competitive with” several, with commas between"),
    )
    series = forms.CharField(
        label=_("Series"),
        required=False,
        help_text=_("For sentences about sizes, such as GPT-3, OPT. Blank: all of them"),
    )
    subjects = forms.CharField(
        label=_("Benchmarks"), required=False, help_text=_("Such as hellaswag, piqa. Blank: all of them")
    )
    language = forms.CharField(label=_("Language of the benchmarks"), required=False, help_text=_("Such as en"))
    shots = forms.CharField(label=_("Shots"), required=False, help_text=_("Such as 0, 5. Blank: all of them"))
    origins = forms.MultipleChoiceField(
        label=_("Scores"),
        choices=[(one, ORIGIN_NAMES[Origin(one)]) for one in ORIGINS],
        initial=list(ORIGINS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    sources = forms.CharField(
        label=_("Published in"),
        required=False,
        help_text=_("Words of which a source holds one, such as 2302.13971. Blank: any source"),
    )
    margin = forms.CharField(
        label=_("Margin"),
        required=False,
        initial="0.02",
        help_text=_("For “competitive” and “on a par”: 0.02 is two points of accuracy"),
    )
    share = forms.ChoiceField(label=_("Supported by"), choices=SHARES, initial="0.5")

    def __init__(self, *args: Any, user: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self.query: ClaimQuery | None = None

    def clean(self) -> dict[str, Any]:
        """Names of models become slugs; what is wrong stands beside its field. ``query`` is there when all is right."""
        found = super().clean() or {}
        words = {name: ", ".join(value) if isinstance(value, list) else value for name, value in found.items()}
        words |= {name: ", ".join(self._slugs(words.get(name, ""), name)) for name in ("first", "others")}
        query, errors = read_query(words)
        self.wrong(errors)
        self.query = None if self.errors else query
        return found

    def wrong(self, errors: dict[str, list[str]]) -> None:
        """Put errors beside their fields."""
        for field, texts in errors.items():
            self.add_error(field if field in self.fields else None, texts)

    def _slugs(self, text: str, field: str) -> list[str]:
        """Each word as the slug of a card that the person may read, by slug or by name."""
        asked = [word.strip() for word in text.replace("\0", "").split(",") if word.strip()]
        cards = ModelCard.objects.visible_to(self._user)
        found = []
        for word in asked:
            slug = cards.filter(slug=word).values_list("slug", flat=True).first()
            named = None if slug else list(cards.filter(name__iexact=word).values_list("slug", flat=True)[:2])
            if slug or (named and len(named) == 1):
                found.append(slug or named[0])  # type: ignore[index]
            else:
                self.add_error(field, _("No such model, or not open to you: %(name)s") % {"name": word[:120]})
        return found


def words_of(claim: Claim, query: ClaimQuery) -> dict[str, Any]:
    """What the form of a stored claim begins with."""
    return {
        **as_words(query),
        "origins": list(query.origins),
        "share": f"{query.share:g}",
        "sentence": claim.sentence,
        "source": claim.source,
    }
