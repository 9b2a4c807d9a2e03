"""The tasks: documents from a seed, splits that share nothing, and the shipped files as the generator writes them."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from reference.exercises import KINDS
from reference.taskdata import DOCUMENTS, PREFIX, SHIPPED, SHOTS, TASK_SEED, draw_documents, write_tasks

ROOT = Path(__file__).parents[2]
by_name = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@by_name
def test_a_seed_gives_the_same_documents_and_another_seed_others(kind):
    assert draw_documents(kind, 1, 50) == draw_documents(kind, 1, 50)
    assert draw_documents(kind, 1, 50) != draw_documents(kind, 2, 50)


@by_name
def test_documents_are_as_many_as_asked_and_each_is_another(kind):
    drawn = draw_documents(kind, TASK_SEED)
    assert len({document["prompt"] for document in drawn.test}) == DOCUMENTS
    assert len({document["prompt"] for document in drawn.shots}) == SHOTS


@by_name
def test_no_shot_is_a_test_document(kind):
    drawn = draw_documents(kind, TASK_SEED)
    assert not {shot["prompt"] for shot in drawn.shots} & {document["prompt"] for document in drawn.test}


def test_no_shot_tells_a_fact_that_the_test_asks_in_other_words():
    facts = next(kind for kind in KINDS if kind.name == "facts")
    drawn = draw_documents(facts, TASK_SEED)

    def asked(document):
        return document["choices"][document["answer"]], next(
            word.strip("?") for word in document["prompt"].split()[1:] if word[0].isupper()
        )

    assert not {asked(shot) for shot in drawn.shots} & {asked(document) for document in drawn.test}


@by_name
def test_every_position_holds_the_answer_equally_often(kind):
    positions = Counter(document["answer"] for document in draw_documents(kind, TASK_SEED).test)
    choices = 2 if kind.name == "agreement" else 4
    assert set(positions) == set(range(choices))
    assert max(positions.values()) < 1.35 * DOCUMENTS / choices


def test_the_shipped_files_are_what_the_generator_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_tasks(SHIPPED, TASK_SEED)
    written = {path.name: path.read_text() for path in (tmp_path / SHIPPED).iterdir()}
    shipped = {path.name: path.read_text() for path in (ROOT / SHIPPED).iterdir()}
    assert written == shipped


def test_the_command_writes_tasks_that_point_to_their_own_data(tmp_path):
    command = [sys.executable, "-m", "reference.taskdata", "--seed", "77", "--documents", "30", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for path in tmp_path.glob(f"{PREFIX}*.yaml"):
        task = yaml.safe_load(path.read_text())
        assert task["task"] == path.stem
        assert task["metadata"]["version"]
        rows = Path(task["dataset_kwargs"]["data_files"]["test"]).read_text().splitlines()
        assert len(rows) == 30
        assert set(json.loads(rows[0])) == {"prompt", "choices", "answer"}
    assert len(list(tmp_path.glob(f"{PREFIX}*.yaml"))) == len(KINDS) + 1


def test_corpus_and_tasks_need_no_torch():
    code = "import sys, reference.corpus, reference.taskdata; print(bool({'torch', 'transformers'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "False"
