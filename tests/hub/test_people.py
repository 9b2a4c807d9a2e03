"""Roles: what each may do, who gives them, and how a person comes in."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User

from evaluation.models import AuditEntry, Evaluation
from hub.actions import PeopleError, account_create, account_open, account_set, token_create
from hub.models import Scope
from hub.roles import ADMINISTRATOR, EDITORS, EVALUATORS, make_groups, roles_of
from tests.factories import make_card, make_checkpoint, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return make_user("admin", roles=(), is_superuser=True, is_staff=True)


@pytest.fixture
def reader(db):
    return make_user("reader", roles=())


def test_the_groups_stand_with_their_permissions_and_are_made_once():
    make_groups()
    assert set(Group.objects.values_list("name", flat=True)) == {EDITORS, EVALUATORS}
    editor, evaluator = make_user(roles=[EDITORS]), make_user(roles=[EVALUATORS])
    rights = ("add_modelcard", "change_modelcard", "delete_modelcard")
    assert all(editor.has_perm(f"modelcards.{right}") for right in rights)
    assert not editor.has_perm("evaluation.add_evaluation")
    assert evaluator.has_perm("evaluation.add_evaluation")
    assert not evaluator.has_perm("modelcards.change_modelcard")


def test_accounts_from_before_there_were_roles_keep_queueing(reader):
    Group.objects.all().delete()
    importlib.import_module("hub.migrations.0002_existing_accounts_evaluate").keep_queueing(apps, None)
    make_groups()
    assert User.objects.get(pk=reader.pk).has_perm("evaluation.add_evaluation")


class TestQueueing:
    @pytest.fixture(autouse=True)
    def things(self):
        make_checkpoint(make_card("Oak"))
        make_task("agreement")

    asked = {"models": "oak", "tasks": "agreement", "num_fewshot": "0"}

    def test_a_reader_is_refused_in_the_form_with_the_reason(self, reader, signed_in):
        answer = signed_in(reader).post("/evaluations/new/", self.asked)
        assert answer.status_code == 403
        assert "role of an evaluator" in answer.content.decode()
        assert not Evaluation.objects.exists()

    def test_a_reader_sees_no_button_to_queue(self, reader, signed_in, client):
        page = signed_in(reader).get("/evaluations/new/", self.asked).content.decode()
        assert "role of an evaluator" in page
        assert 'type="submit">Queue' not in page
        assert "New evaluation" not in signed_in(reader).get("/evaluations/").content.decode()
        assert "New evaluation" in client.get("/evaluations/").content.decode()

    def test_a_readers_token_is_refused(self, reader, client):
        secret = token_create(who=reader, user=reader, name="x", scope=Scope.WRITE, days=1)[1]
        answer = client.post(
            "/api/v1/evaluations",
            {"models": ["oak"], "tasks": ["agreement"]},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == 403
        assert "evaluator" in answer.json()["detail"]


class TestThePage:
    def test_only_administrators_see_it(self, admin, reader, signed_in, client):
        editor = make_user("editor", roles=[EDITORS])
        assert client.get("/people/").status_code == 302
        for person in (reader, editor):
            browser = signed_in(person)
            assert browser.get("/people/").status_code == 403
            for act in ("roles", "state", "invite"):
                assert browser.post(f"/people/{person.pk}/{act}/", {"roles": ADMINISTRATOR}).status_code == 403
            assert "/people/" not in browser.get("/").content.decode()
        assert not AuditEntry.objects.exists()
        assert "/people/" in signed_in(admin).get("/").content.decode()

    def test_roles_are_set_and_noted(self, admin, reader, signed_in):
        browser = signed_in(admin)
        answer = browser.post(f"/people/{reader.pk}/roles/", {"roles": [EDITORS, EVALUATORS], "back": "q=rea"})
        assert answer["Location"] == "/people/?q=rea"
        assert roles_of(User.objects.get(pk=reader.pk)) == [EDITORS, EVALUATORS]
        entry = AuditEntry.objects.get()
        assert (entry.who, entry.action, entry.target) == (admin, "role changed", "reader")
        assert entry.detail == {"before": [], "after": [EDITORS, EVALUATORS]}
        browser.post(f"/people/{reader.pk}/roles/", {"roles": [EDITORS, EVALUATORS]})
        assert AuditEntry.objects.count() == 1

    def test_a_person_comes_in_by_an_invitation_that_works_once(self, admin, signed_in, client):
        page = signed_in(admin).post("/people/", {"username": "newcomer", "roles": [EDITORS]}).content.decode()
        address = page.split('id="invitation" class="mono">')[1].split("<")[0]
        page = client.get(address, follow=True)
        words = {"new_password1": "a long green hedge", "new_password2": "a long green hedge"}
        assert client.post(page.redirect_chain[-1][0], words).status_code == 302
        newcomer = User.objects.get(username="newcomer")
        assert newcomer.check_password("a long green hedge")
        assert client.session["_auth_user_id"] == str(newcomer.pk)
        assert roles_of(newcomer) == [EDITORS]
        assert "was used already" in client.get(address, follow=True).content.decode()

    @pytest.mark.parametrize("name", ["admin", "", "a b", "x" * 151, "a\x00b"])
    def test_a_bad_name_is_told_at_the_field(self, admin, signed_in, name):
        answer = signed_in(admin).post("/people/", {"username": name})
        assert answer.status_code == 400
        assert 'class="error"' in answer.content.decode()
        assert User.objects.count() == 1

    def test_an_unknown_role_is_refused(self, admin, reader, signed_in):
        browser = signed_in(admin)
        assert "no role" in browser.post(f"/people/{reader.pk}/roles/", {"roles": "King"}, follow=True).content.decode()
        assert browser.post("/people/", {"username": "x", "roles": "King"}).status_code == 400

    def test_people_are_found_by_name_and_over_pages(self, admin, signed_in):
        for number in range(60):
            make_user(f"worker{number:02}")
        browser = signed_in(admin)
        assert "worker59" not in browser.get("/people/").content.decode()
        assert "worker59" in browser.get("/people/?page=2").content.decode()
        assert "worker59" in browser.get("/people/?q=R59").content.decode()
        assert browser.get("/people/?q=%00&page=x").status_code == 200


def test_the_last_administrator_stays(admin):
    for act in (
        lambda: account_set(who=admin, person=admin, roles=[]),
        lambda: account_open(who=admin, person=admin, active=False),
    ):
        with pytest.raises(PeopleError, match="only administrator"):
            act()
    other = make_user("other", is_superuser=True)
    account_set(who=other, person=admin, roles=[EDITORS])
    admin.refresh_from_db()
    assert (admin.is_superuser, admin.is_staff) == (False, False)


def test_a_closed_account_is_shut_out_at_once(admin, reader, signed_in, client):
    browser = signed_in(reader)
    secret = token_create(who=reader, user=reader, name="x", scope=Scope.READ, days=1)[1]
    account_open(who=admin, person=reader, active=False)
    assert "Sign in" in browser.get("/").content.decode()
    assert client.get("/api/v1/models", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert AuditEntry.objects.filter(action="account closed", target="reader").exists()


def test_a_group_of_the_sites_own_is_left_alone(admin, reader):
    reader.groups.add(Group.objects.create(name="Book club"))
    account_set(who=admin, person=reader, roles=[EDITORS])
    assert {group.name for group in reader.groups.all()} == {"Book club", EDITORS}


def test_a_new_account_needs_an_administrator(reader):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        account_create(who=reader, username="x")
