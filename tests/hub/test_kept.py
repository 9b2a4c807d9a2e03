"""Markup that is put together once a language."""

from django.template import Context, Template
from django.utils.translation import override

MARKUP = "{% load i18n kept %}{{ word }}{% kept %}<b>{% translate 'Yes' %}{{ word }}</b>{% endkept %}"


def test_words_are_in_the_language_of_each_page_and_values_stay_out():
    page = Template(MARKUP)
    for _time in range(2):
        for language, word in (("en", "Yes"), ("de", "Ja")):
            with override(language):
                assert page.render(Context({"word": "oak"})) == f"oak<b>{word}</b>"


def test_it_is_put_together_once():
    page = Template("{% load kept %}{% kept %}<i>{% now 'u' %}</i>{% endkept %}")
    assert page.render(Context()) == page.render(Context())
