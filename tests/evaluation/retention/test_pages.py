"""What readers are told once samples or a log are gone, and that everything else goes on without them."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evaluation.actions.prompts_store import prompts_store
from evaluation.actions.prune_logs import logs_prune
from evaluation.actions.prune_samples import samples_prune
from evaluation.core.retention import Rule
from evaluation.models import PromptSet, SampleSet
from evaluation.outcomes.refs import sample_refs
from evaluation.results.exports import exportable, harness_zip
from evaluation.worker.host import why_no_files

pytestmark = pytest.mark.django_db
DAY = "2026-03-07T12:00Z"


@pytest.fixture
def gone(sampled):
    """A cell whose samples the rule has taken."""
    cell = sampled(days=40)
    samples_prune(rule=Rule(days=30))
    SampleSet.objects.update(removed_at=DAY)
    return cell


def test_the_page_of_samples_says_when_and_why_they_went(client, gone, settings):
    settings.HUB_SAMPLES_DAYS, settings.HUB_SAMPLES_MB = 30, 500
    page = client.get(f"/cells/{gone.pk}/samples/").content.decode()
    assert "The samples were removed on 7 March 2026 by the retention rule" in page
    assert "Samples here are kept for 30 days and up to 500 MiB in all, the oldest going first." in page
    assert "The scores stay." in page
    assert "Download JSONL" not in page


def test_without_a_rule_now_it_still_says_when_they_went(client, gone):
    page = client.get(f"/cells/{gone.pk}/samples/").content.decode()
    assert "removed on 7 March 2026" in page
    assert "Samples here are" not in page


def test_they_cannot_be_downloaded(client, gone):
    assert client.get(f"/cells/{gone.pk}/samples.jsonl").status_code == 404


def test_the_page_of_a_run_says_when_its_log_went(client, logged):
    run = logged(days=40)
    assert "the last line" in client.get(f"/runs/{run.pk}/").content.decode()
    logs_prune(rule=Rule(days=30))
    type(run).objects.update(log_removed_at=DAY)
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert "The log was removed on 7 March 2026 by the retention rule." in page
    assert "the last line" not in page


def test_comparison_and_export_go_on_without_them(gone):
    gone.refresh_from_db()
    assert sample_refs([gone]) == ()
    assert b"".join(harness_zip(exportable(type(gone).objects.all())))


def test_a_node_is_not_thought_to_lack_the_directory_of_the_site(gone):
    assert why_no_files() == ""


def test_prompts_that_went_are_stored_again_with_the_next_cell_that_was_asked_them(gone):
    PromptSet.objects.update(removed_at=DAY, bytes=5)
    old = PromptSet.objects.get()
    name = default_storage.save("prompts/ne/new.parquet", ContentFile(b"x"))
    row, fresh = prompts_store(key=old.key, task=old.task, num_fewshot=0, file=name, sha256="c", rows=2)
    assert fresh
    assert (row.pk, row.file, row.removed_at, row.bytes) == (old.pk, name, None, None)
    assert prompts_store(key=old.key, task=old.task, num_fewshot=0, file="other", sha256="d", rows=3)[1] is False
    assert PromptSet.objects.get().file == name
