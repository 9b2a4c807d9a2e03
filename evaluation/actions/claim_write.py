"""Claims that people state: added, changed and removed by who may edit the catalog."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.errors import NotAllowed
from evaluation.actions.permission import is_staff
from evaluation.claims.query import ClaimQuery
from evaluation.core.request import RequestError
from evaluation.models import Claim
from modelcards.querysets import Reader

MOST = 100
LONGEST = 300


def may_claim(user: Reader) -> bool:
    """Whether ``user`` may state claims: an editor of the catalog, or an evaluator."""
    able = ("modelcards.add_modelcard", "evaluation.add_evaluation")
    return user.is_authenticated and any(user.has_perm(one) for one in able)  # type: ignore[attr-defined,union-attr,unused-ignore]


def may_change_claim(user: Reader, claim: Claim) -> bool:
    """Whether ``user`` may change and remove it: who stated it, and administrators; nobody those that ship."""
    return not claim.shipped and may_claim(user) and (claim.author_id == user.pk or is_staff(user))


@transaction.atomic
def claim_add(*, user: Reader, sentence: str, source: str, query: ClaimQuery) -> Claim:
    """A new claim. Raises ``NotAllowed``, and ``RequestError`` by field."""
    if not may_claim(user):
        raise NotAllowed(_("Only editors, evaluators and administrators may state claims."))
    _check(sentence, source)
    assert user.pk is not None
    if Claim.objects.filter(author=user.pk).count() >= MOST:
        raise RequestError({"sentence": [_("You have %(n)d claims already; remove one first.") % {"n": MOST}]})
    claim = Claim.objects.create(
        slug=_free_slug(sentence),
        sentence=sentence.strip(),
        source=source.strip(),
        kind=query.kind,
        query=query.stored(),
        author_id=user.pk,
    )
    audit(who=user, action="claim added", target=f"claim {claim.slug}")
    return claim


@transaction.atomic
def claim_change(*, user: Reader, claim: Claim, sentence: str, source: str, query: ClaimQuery) -> Claim:
    """Another sentence or query at the same address. Raises ``NotAllowed``, and ``RequestError`` by field."""
    _check_own(user, claim)
    _check(sentence, source)
    claim.sentence, claim.source = sentence.strip(), source.strip()
    claim.kind, claim.query = query.kind, query.stored()
    claim.save()
    audit(who=user, action="claim changed", target=f"claim {claim.slug}")
    return claim


@transaction.atomic
def claim_remove(*, user: Reader, claim: Claim) -> None:
    """Take it away. Raises ``NotAllowed``."""
    _check_own(user, claim)
    audit(who=user, action="claim removed", target=f"claim {claim.slug}", detail={"sentence": claim.sentence})
    claim.delete()


def _check_own(user: Reader, claim: Claim) -> None:
    if not may_change_claim(user, claim):
        raise NotAllowed(_("Only the person who stated it, or an administrator, may do this."))


def _check(sentence: str, source: str) -> None:
    errors: dict[str, list[str]] = {}
    for name, text, needed in (("sentence", sentence, True), ("source", source, False)):
        if (needed and not text.strip()) or len(text.strip()) > LONGEST or not text.strip().isprintable():
            errors[name] = [_("One line of at most %(n)d characters.") % {"n": LONGEST}]
    if errors:
        raise RequestError(errors)


def _free_slug(sentence: str) -> str:
    """An address made of the sentence that no claim has, nor any page below ``/claims/``."""
    stem = slugify(sentence)[:100].strip("-") or "claim"
    taken = {"new", *Claim.objects.filter(slug__startswith=stem).values_list("slug", flat=True)}
    return stem if stem not in taken else next(name for n in range(2, 10_000) if (name := f"{stem}-{n}") not in taken)
