"""What the site takes from nodes, and what it refuses."""

import hashlib
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evaluation.models import PromptSet, SampleSet
from hub.actions import token_create
from hub.models import Scope
from tests.factories import make_cell, make_run, make_task, make_user

pytestmark = pytest.mark.django_db

CONTENT = b"what a model answered, " * 50
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.HUB_DATA_DIR = tmp_path


@pytest.fixture
def name() -> str:
    return f"samples/{make_run(state='running').pk}-1/7.parquet"


@pytest.fixture
def node() -> dict[str, str]:
    return bearer(Scope.NODE)


def bearer(scope: Scope) -> dict[str, str]:
    user = make_user()
    secret = token_create(who=user, user=user, name="node", scope=scope, days=1)[1]
    return {"Authorization": f"Bearer {secret}"}


def url(name: str, sha256: str = SHA256, size: int = len(CONTENT), **more: object) -> str:
    return "/api/v1/node-files?" + urlencode({"name": name, "sha256": sha256, "size": size, **more})


def put(client, name: str, body: bytes, headers: dict[str, str], offset: int = 0, **about):
    address = url(name, offset=offset, **about)
    return client.put(address, body, content_type="application/octet-stream", headers=headers)


def test_parts_are_put_together_and_stored_when_the_checksum_holds(client, name, node):
    assert client.get(url(name), headers=node).json() == {"received": 0, "file": ""}
    assert put(client, name, CONTENT[:500], node).json() == {"received": 500, "file": ""}
    assert not default_storage.exists(name)
    assert client.get(url(name), headers=node).json() == {"received": 500, "file": ""}
    said = put(client, name, CONTENT[500:], node, offset=500).json()
    assert said == {"received": len(CONTENT), "file": name}
    with default_storage.open(name) as stored:
        assert stored.read() == CONTENT


def test_a_part_that_does_not_begin_where_the_file_ends_is_not_taken(client, name, node):
    put(client, name, CONTENT[:500], node)
    for offset in (0, 400, 600):
        assert put(client, name, CONTENT[offset:], node, offset=offset).json() == {"received": 500, "file": ""}


def test_a_whole_file_that_is_sent_again_is_stored_once(client, name, node):
    first = put(client, name, CONTENT, node).json()
    assert put(client, name, CONTENT, node).json() == first
    assert client.get(url(name), headers=node).json() == first
    assert default_storage.listdir(name.rpartition("/")[0])[1] == ["7.parquet"]


def test_a_file_with_another_checksum_is_dropped_and_may_be_sent_again(client, name, node, tmp_path):
    damaged = b"X" + CONTENT[1:]
    answer = put(client, name, damaged, node)
    assert answer.status_code == 422
    assert "checksum" in answer.json()["errors"]["sha256"][0]
    assert not default_storage.exists(name)
    assert not list((tmp_path / "uploads").iterdir())
    assert put(client, name, CONTENT, node).json()["file"] == name


def test_more_bytes_than_were_announced_are_refused(client, name, node):
    answer = put(client, name, CONTENT + b"more", node)
    assert answer.status_code == 422
    assert "size" in answer.json()["errors"]


@pytest.mark.parametrize(
    "wrong",
    [
        "../hub.sqlite3",
        "samples/../../x.parquet",
        "samples/1-1/7.txt",
        "secret-key",
        "logs/1-1.log/x",
        "prompts/a.parquet",
    ],
)
def test_other_names_are_refused(client, node, wrong):
    answer = put(client, wrong, CONTENT, node)
    assert answer.status_code == 422
    assert "name" in answer.json()["errors"]


def test_files_of_an_attempt_that_there_never_was_are_refused(client, node):
    run = make_run(state="running")
    for wrong in (f"samples/{run.pk}-2/7.parquet", f"logs/{run.pk + 1}-1.log"):
        assert put(client, wrong, CONTENT, node).status_code == 422
    assert put(client, f"logs/{run.pk}-1.log", CONTENT, node).status_code == 200


@pytest.mark.parametrize(("about", "field"), [({"sha256": "abc"}, "sha256"), ({"size": 9 * 2**30}, "size")])
def test_what_cannot_be_a_file_is_refused(client, name, node, about, field):
    answer = put(client, name, CONTENT, node, **about)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


@pytest.mark.parametrize("scope", [Scope.READ, Scope.WRITE])
def test_other_tokens_send_no_files(client, name, scope):
    assert put(client, name, CONTENT, bearer(scope)).status_code == 403
    assert client.get(url(name), headers=bearer(scope)).status_code == 403


def test_nobody_sends_no_files(client, name):
    assert put(client, name, CONTENT, {}).status_code == 401
    assert put(client, name, CONTENT, {"Authorization": "Bearer made-up"}).status_code == 401


def test_a_nodes_token_queues_nothing(client, node):
    answer = client.post("/api/v1/evaluations", "{}", content_type="application/json", headers=node)
    assert answer.status_code == 403


def test_nodes_are_not_slowed_down_but_made_up_tokens_are(client, name, node, settings):
    settings.HUB_WRITES_PER_MINUTE = 2
    for offset in range(0, 600, 100):
        part = CONTENT[offset : offset + 100]
        assert put(client, name, part, node, offset=offset).json()["received"] == offset + 100
    made_up = {"Authorization": "Bearer arb_made-up"}
    assert [put(client, name, b"x", made_up).status_code for _each in range(3)] == [401, 401, 429]


def test_a_file_that_was_sent_for_nothing_is_dropped_but_not_one_that_is_in_use(client, node):
    run = make_run(state="running")
    task = make_task()
    cell = make_cell(run.checkpoint, task, run=run)
    used, idle = f"samples/{run.pk}-1/1.parquet", f"samples/{run.pk}-1/2.parquet"
    for file in (used, idle):
        default_storage.save(file, ContentFile(CONTENT))
    prompts = PromptSet.objects.create(key="k", task=task, num_fewshot=0, file="prompts/aa/aa.parquet", rows=1)
    SampleSet.objects.create(cell=cell, prompts=prompts, file=used, rows=1)
    for file in (used, idle):
        address = "/api/v1/node-files?" + urlencode({"name": file})
        assert client.delete(address, headers=node).status_code == 204
    assert default_storage.exists(used)
    assert not default_storage.exists(idle)
