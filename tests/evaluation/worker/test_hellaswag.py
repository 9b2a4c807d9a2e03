"""A benchmark in HellaSwag's form, really scored by two models, and its documents side by side.

The real file has 10,042 documents, of which a few are scored; ``HELLASWAG_DOCUMENTS=10042`` scores all, which takes
twenty minutes of processor time, and holds size and time of the whole to what is promised.
"""

import json
import math
import os
import sys
import time

import pytest
from django.conf import settings as site_settings
from django.core.files.storage import default_storage

from evaluation.core.samples import read_outcomes
from evaluation.models import SampleSet, Score
from tests.factories import make_card, make_checkpoint, make_user
from tests.services import ROOT, real_node

REAL = site_settings.BASE_DIR.parent / "shared" / "data" / "benchmarks" / "hellaswag" / "validation.jsonl"
WHOLE = 10_042
DOCUMENTS = int(os.environ.get("HELLASWAG_DOCUMENTS", "16"))
MODELS = ("sapling-gpt2", "sapling-llama")
TASK = """task: hellaswag_here
dataset_path: json
dataset_kwargs: {data_files: {validation: validation.jsonl}}
validation_split: validation
output_type: multiple_choice
doc_to_text: "{{activity_label}}: {{ctx}}"
doc_to_target: "{{label}}"
doc_to_choice: "{{endings}}"
metric_list: [{metric: acc}, {metric: acc_norm}]
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.site(
        RUNNER_COMMAND=f"{sys.executable} -m evaluation.runner",
        HUB_CHECKPOINT_DIRS=str(ROOT),
        RUN_LEASE_SECONDS="30",
        RUN_SILENCE_SECONDS="300",
        RUN_LOAD_SECONDS="300",
        HF_HUB_OFFLINE="1",
        HF_DATASETS_OFFLINE="1",
    ),
]


def own_lines():
    """Documents of the project's own in the same form."""
    for number, line in enumerate((ROOT / "reference/tasks/sapling_facts.jsonl").read_text().splitlines()[:16]):
        asked = json.loads(line)
        words = {"ctx": asked["prompt"], "endings": asked["choices"], "label": asked["answer"]}
        yield json.dumps({"ind": number, "activity_label": "Facts", **words})


def real_lines():
    return REAL.read_text(encoding="utf-8").splitlines()[:DOCUMENTS]


@pytest.fixture
def lines(live, settings):
    """The documents of a task of this site's own directories: real ones where the file is beside this checkout."""
    found, folder = list(real_lines() if REAL.is_file() else own_lines()), live.directory / "tasks"
    folder.mkdir()
    (folder / "validation.jsonl").write_text("\n".join(found), encoding="utf-8")
    (folder / "hellaswag.yaml").write_text(TASK)
    live.environment |= {"HUB_TASK_DIRS": str(folder)}
    settings.HUB_CHECKPOINT_DIRS, settings.HUB_TASK_DIRS = [ROOT], [folder]
    return found


def test_its_documents_stand_side_by_side_with_each_models_probabilities(live, lines, client):
    make_user("admin", is_superuser=True, is_staff=True)
    for slug in MODELS:
        make_checkpoint(make_card(slug), path=f"reference/models/{slug}")
    asked = ("--models", ",".join(MODELS), "--tasks", "hellaswag_here", "--batch-size", "64")
    with real_node(live, "real"):
        done = live.manage("evaluate", *asked, "--wait", timeout=7200)
    assert done.returncode == 0, done.stdout + done.stderr
    held_by_scores(len(lines))
    path = f"models={','.join(MODELS)}&task=hellaswag_here&shots=0"
    page = client.get(f"/compare/samples/?{path}")
    assert page.status_code == 200
    told = client.get(f"/api/v1/compare/samples?{path}").json()
    assert (told["shared"], told["count"], told["comparable"]) == (len(lines), len(lines), True)
    for document in told["items"]:
        held_by_answers(document, json.loads(lines[document["number"]]))
    if len(lines) == WHOLE:
        held_as_promised(client, path)


def held_by_scores(documents):
    """The stored scores are the means of what stands in the samples."""
    for stored in SampleSet.objects.select_related("cell"):
        with default_storage.open(stored.file) as file:
            rows = list(read_outcomes(file))
        assert len(rows) == documents
        for metric in ("acc", "acc_norm"):
            score = Score.objects.get(cell=stored.cell, metric=metric)
            assert score.n == documents
            assert score.value == pytest.approx(math.fsum(row["metrics"][metric] for row in rows) / documents)


def held_by_answers(document, line):
    """A document as it was asked, each model's probabilities of its four endings, and who has it right."""
    assert line["ctx"] in document["question"]
    assert [choice.strip() for choice in document["choices"]] == [text.strip() for text in line["endings"]]
    assert document["target_choice"] == line["label"]
    for answer in document["answers"]:
        weights = [math.exp(value - max(answer["loglikelihoods"])) for value in answer["loglikelihoods"]]
        assert answer["probabilities"] == pytest.approx([weight / sum(weights) for weight in weights])
        assert answer["probability"] == pytest.approx(answer["probabilities"][line["label"]])
        right = answer["probabilities"][line["label"]] == max(answer["probabilities"])
        assert answer["value"] in (0.0, 1.0)
        assert answer["preferred"] is not None
        assert right == (answer["preferred"] == line["label"])


def held_as_promised(client, path):
    """One model's documents take 2 MB at the most, and a page 200 ms in the server."""
    assert all(stored.bytes is None or stored.bytes <= 2_000_000 for stored in SampleSet.objects.all())
    for stored in SampleSet.objects.all():
        print(stored.file, default_storage.size(stored.file), "bytes")
        assert default_storage.size(stored.file) <= 2_000_000
    for words in ("", "&page=1004", f"&right={MODELS[0]}&wrong={MODELS[1]}", "&sort=disagreement", "&search=water"):
        client.get(f"/compare/samples/?{path}{words}")
        started = time.process_time()
        assert client.get(f"/compare/samples/?{path}{words}").status_code == 200
        seconds = time.process_time() - started
        print(words or "first page", f"{seconds * 1000:.0f} ms of the processor")
        assert seconds < 0.2
