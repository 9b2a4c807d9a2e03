"""What saving a draft would change, and how its text would read."""

from __future__ import annotations

from dataclasses import dataclass

from modelcards.editing.draft import SHARING, Draft
from modelcards.fields import FIELDS
from modelcards.history import ChangedField, changed_fields
from modelcards.markdown import CardText, card_text
from modelcards.textdiff import TextDiff, text_diff


@dataclass(frozen=True)
class Preview:
    """The fields that would change, the difference of the text line by line, and the text as it would be shown."""

    fields: list[ChangedField]
    text: TextDiff | None
    shown: CardText | None

    @property
    def nothing(self) -> bool:
        """Whether saving would change nothing."""
        return not self.fields and self.text is None


def preview_of(draft: Draft, stored: Draft) -> Preview:
    """The draft against the stored card."""
    changed = [key for key in (*FIELDS, *SHARING) if draft.differs(key, stored)]
    before, after = _state(stored, changed), _state(draft, changed)
    same = {key for key in before if key.endswith(" source") and before[key] == after.get(key)}
    fields = changed_fields(
        {key: value for key, value in before.items() if key not in same},
        {key: value for key, value in after.items() if key not in same},
        set(),
        may_change=True,
    )
    text = text_diff(stored.text or "", draft.text or "") if draft.differs("text", stored) else None
    return Preview(fields, text, card_text(draft.text, draft.fact("hf_repo").value) if draft.text else None)


def _state(draft: Draft, keys: list[str]) -> dict[str, str]:
    """As the history notes it."""
    state = {key: draft.get(key) for key in keys if draft.get(key) or key in SHARING}
    return state | {f"{key} source": draft.fact(key).source for key in keys if draft.fact(key).value}
