"""Read what the edit page sent: its form, its raw text, or both where only one of them was edited."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from modelcards.editing.draft import SHARING, Draft, Given, with_source
from modelcards.editing.raw import RawError, read_raw, text_digest, write_raw
from modelcards.fields import FIELDS

RawErrors = list[tuple[int, str]]


@dataclass(frozen=True)
class Posted:
    """The draft that counts; the raw text as the page shows it; where the draft's fields stand in that text.

    ``broken``: what is wrong with the raw text itself, by line. ``torn``: form and raw text were both edited.
    """

    draft: Draft
    raw: str
    lines: dict[str, int]
    by_raw: bool = False
    broken: tuple[tuple[int, str], ...] = ()
    torn: bool = False

    @property
    def readable(self) -> bool:
        """Whether there is one draft."""
        return not self.broken and not self.torn


def read_posted(post: QueryDict, stored: Draft, base: Draft, *, new: bool) -> Posted:
    """What was sent, against the stored card. Which of form and raw text was edited since they were shown decides.

    ``base``: the card as it was when the person began, which tells what they touched.
    """
    source = post.get("source", "")
    form = with_source(read_form(post, stored), base, source)
    raw = post.get("raw", "").replace("\r\n", "\n")
    edited = "raw" in post and text_digest(raw) != post.get("raw_was", "")
    if not edited or post.get("use") == "form":
        return of_form(form, new=new)
    if post.get("form_was", form.digest) != form.digest and post.get("use") != "raw":
        return Posted(form, raw, {}, torn=True)
    try:
        read = read_raw(raw, new=new)
    except RawError as refused:
        return Posted(form, raw, {}, by_raw=True, broken=refused.errors)
    draft = read.draft if stored.text is not None else replace(read.draft, text=None)
    draft = draft if new else replace(draft, slug=stored.slug)
    return Posted(with_source(draft, base, source), raw, read.lines, by_raw=True)


def of_form(form: Draft, *, new: bool) -> Posted:
    """The form decides; the raw text is written anew."""
    return Posted(form, write_raw(form, new=new), {})


def read_form(post: QueryDict, stored: Draft) -> Draft:
    """The form's fields; what was not sent is as stored."""
    facts = {key: _given(post, key, stored) for key in FIELDS}
    text = post.get("text")
    draft = replace(stored, facts={key: fact for key, fact in facts.items() if fact.value or fact.source})
    for key in ("slug", *SHARING):
        draft = draft.putting(key, post.get(key, draft.get(key)).strip())
    if text is None or stored.text is None:
        return draft
    return replace(draft, text=text.replace("\r\n", "\n"))


def why_torn() -> str:
    """What to do when both were edited."""
    return _("You edited both the form and the raw text. Say below which of them counts; the other is left out.")


def _given(post: QueryDict, key: str, stored: Draft) -> Given:
    old = stored.fact(key)
    value, source = post.get(f"f-{key}", old.value), post.get(f"s-{key}", old.source)
    return Given(value.replace("\r\n", "\n").strip(), source.strip(), post.get(f"c-{key}", old.citation).strip())
