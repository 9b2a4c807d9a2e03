"""Administration by somebody who may look at rows, but not read every card."""

import pytest
from django.contrib.auth.models import Permission

from evaluation.models import PromptSet, SampleSet
from tests.factories import (
    make_card,
    make_cell,
    make_checkpoint,
    make_device,
    make_evaluation,
    make_run,
    make_score,
    make_user,
)

pytestmark = pytest.mark.django_db
PAGES = ("run", "cell", "score", "evaluation", "sampleset", "device")


@pytest.fixture
def clerk():
    person = make_user("clerk", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(content_type__app_label="evaluation"))
    return person


@pytest.fixture
def hidden(owner):
    checkpoint = make_checkpoint(make_card("Quince Hidden", visibility="restricted", owner=owner))
    run = make_run(checkpoint, "done", reason="quince-hidden failed")
    cell = make_cell(checkpoint, state="done", run=run)
    make_score(cell)
    make_evaluation([cell], requested_by=owner, note="quince-hidden again")
    prompts = PromptSet.objects.create(key="k", task=cell.task, num_fewshot=0, file="prompts", sha256="0", rows=1)
    SampleSet.objects.create(cell=cell, prompts=prompts, file="quince-hidden.parquet", sha256="0", rows=1)
    make_device(loaded=str(checkpoint))


@pytest.mark.parametrize("page", PAGES)
def test_rows_of_a_hidden_card_are_not_listed(page, clerk, hidden, signed_in):
    answer = signed_in(clerk).get(f"/admin/evaluation/{page}/")
    assert answer.status_code == 200
    assert "uince" not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES[:-1])
def test_they_are_for_the_superuser(page, hidden, signed_in):
    root = make_user("root", is_staff=True, is_superuser=True)
    assert "uince" in signed_in(root).get(f"/admin/evaluation/{page}/").content.decode()
