"""Editing a card by hand: what a person typed, as a form or as raw text, against what is stored. Writes nothing."""
