"""Every list's line for the shell asks for what its page shows."""

import html
import re
import shlex
from urllib.parse import urlsplit

import pytest

from tests.factories import (
    make_card,
    make_cell,
    make_checkpoint,
    make_device,
    make_evaluation,
    make_fact,
    make_lineage,
    make_task,
    make_user,
)
from tests.modelcards.api.asking import change

pytestmark = pytest.mark.django_db
# A page with filters, and how many things it lists for who is signed in and for nobody.
LISTS = [
    ("/models/", 4, 3),
    ("/models/?architecture_family=encoder-only&sort=name&view=scatter&columns=stage&chosen=oak&page_size=50", 2, 1),
    ("/models/?search=elm&parameters_min=1&parameters_max=2M", 1, 1),
    ("/models/oak/history/", 2, 2),
    ("/models/oak/descendants/?relation=finetune", 2, 1),
    ("/evaluations/", 2, 2),
    ("/evaluations/?state=done&mine=1", 1, 1),
    ("/tasks/", 2, 2),
    ("/tasks/?search=acorn&kind=task&output_type=multiple_choice&ready=1", 1, 1),
    ("/nodes/", 1, 1),
]


@pytest.fixture
def browser(db, signed_in):
    """The browser of an administrator, who sees a card that others do not and has asked for an evaluation."""
    person = make_user("person", is_superuser=True)
    oak, elm = make_card("Oak"), make_card("Elm", architecture_family="encoder-only")
    make_lineage(elm, oak)
    make_lineage(make_card("Hidden", visibility="restricted", architecture_family="encoder-only"), oak)
    make_lineage(make_card("Ash"), oak, "quantized")
    make_fact(oak, "name", "Oak")
    found = signed_in(person)
    for body in ({"parameters": "7B"}, {"card_text": "Text"}):
        assert change(found, "oak", body).status_code == 200
    done = make_cell(make_checkpoint(oak), make_task("acorns"), state="done")
    make_evaluation([done], requested_by=person)
    make_evaluation([make_cell(done.checkpoint, make_task("leaves", data_reason="no data"))], requested_by=person)
    make_device()
    return found


def listed(context):
    """How many things a page says that its list holds."""
    page = context.get("page")
    if page is not None:
        return page.paginator.count if hasattr(page, "paginator") else page.count
    return len(context["rows"] if "rows" in context else context["cards"])


def line_of(browser, page):
    """The words of the line on a page, and the address in it."""
    text = browser.get(page).content.decode()
    [line] = re.findall(r'id="curl"[^>]*>(.*?)</', text)
    words = shlex.split(html.unescape(line))
    assert words[0] == "curl"
    assert words[-1].startswith("http://testserver/api/v1/")
    return words, words[-1].removeprefix("http://testserver")


@pytest.mark.parametrize(("page", "count", "_for_nobody"), LISTS)
def test_the_address_answers_with_as_many_as_the_page_lists(browser, page, count, _for_nobody):
    words, address = line_of(browser, page)
    assert words[1:3] == ["-H", "Authorization: Bearer $TOKEN"]
    assert listed(browser.get(page).context) == count
    answer = browser.get(address)
    assert (answer.status_code, answer.json()["count"]) == (200, count)


@pytest.mark.parametrize(("page", "_signed_in", "count"), [one for one in LISTS if "mine" not in one[0]])
def test_it_does_so_for_nobody_too(browser, client, page, _signed_in, count):
    words, address = line_of(client, page)
    assert len(words) == 2
    assert listed(client.get(page).context) == count
    answer = client.get(address)
    assert (answer.status_code, answer.json()["count"]) == (200, count)


def test_the_filters_of_the_page_are_those_of_the_line(browser):
    _words, address = line_of(browser, LISTS[1][0])
    assert urlsplit(address).query == "architecture_family=encoder-only&sort=name"


def test_a_card_has_the_line_of_its_lineage(browser, client):
    _words, address = line_of(client, "/models/oak/")
    assert client.get(address).json()["descendants"] == ["elm", "ash"]


def test_what_a_reader_writes_cannot_leave_the_quotes(browser):
    _words, address = line_of(browser, "/models/?search=%27%3B+rm+-rf+%24HOME+%60id%60%22%3Cb%3E")
    assert browser.get(address).status_code == 200
    assert urlsplit(address).path == "/api/v1/models"
