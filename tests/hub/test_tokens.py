"""API tokens: made once, kept as a hash, ended at once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from evaluation.models import AuditEntry
from hub.actions import token_create
from hub.models import ApiToken, Scope
from tests.factories import make_card

pytestmark = pytest.mark.django_db


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def hidden(owner):
    return make_card("Hidden", visibility="restricted", owner=owner)


@pytest.fixture
def secret(owner):
    return token_create(who=owner, user=owner, name="script", scope=Scope.READ, days=30)[1]


def test_a_token_reads_as_its_person(client, hidden, secret):
    assert client.get("/api/v1/models/hidden").status_code == 404
    answer = client.get("/api/v1/models/hidden", headers=bearer(secret))
    assert answer.status_code == 200
    assert ApiToken.objects.get().last_used_at is not None


def test_the_secret_is_nowhere_in_the_database(secret):
    row = ApiToken.objects.values().get()
    assert secret not in map(str, row.values())
    assert secret not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic abc", "arb_x"])
def test_a_wrong_token_is_refused_even_where_reading_is_open(client, header):
    answer = client.get("/api/v1/models", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_expired_token_is_refused(client, secret):
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/models", headers=bearer(secret)).status_code == 401


def test_the_token_of_a_person_who_left_is_refused(client, owner, secret):
    owner.is_active = False
    owner.save()
    assert client.get("/api/v1/models", headers=bearer(secret)).status_code == 401


def test_a_token_that_reads_may_not_queue(client, secret):
    answer = client.post("/api/v1/evaluations", {}, content_type="application/json", headers=bearer(secret))
    assert answer.status_code == 403
    assert "only read" in answer.json()["detail"]


def test_the_page_shows_the_secret_once(owner, signed_in):
    browser = signed_in(owner)
    answer = browser.post("/accounts/tokens/", {"name": "notebook", "scope": "write", "days": "90"})
    secret = answer.context["secret"]
    assert secret.encode() in answer.content
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret.encode() not in browser.get("/accounts/tokens/").content
    token = ApiToken.objects.get()
    assert (token.name, token.scope, token.user) == ("notebook", "write", owner)
    assert timedelta(days=89) < token.expires_at - timezone.now() < timedelta(days=91)
    assert AuditEntry.objects.filter(action="token created", by="owner").exists()


def test_a_wrong_form_is_shown_again_with_reasons(owner, signed_in):
    answer = signed_in(owner).post("/accounts/tokens/", {"name": "", "scope": "all", "days": "5"})
    assert answer.status_code == 400
    assert {"name", "scope", "days"} <= set(answer.context["form"].errors)
    assert not ApiToken.objects.exists()


def test_revoking_ends_a_token_at_once(client, owner, secret, signed_in):
    token = ApiToken.objects.get()
    assert signed_in(owner).post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 302
    assert client.get("/api/v1/models", headers=bearer(secret)).status_code == 401
    assert AuditEntry.objects.filter(action="token revoked", by="owner").exists()


def test_nobody_sees_or_revokes_the_tokens_of_another(secret, teammate, signed_in):
    token = ApiToken.objects.get()
    browser = signed_in(teammate)
    assert token.hint.encode() not in browser.get("/accounts/tokens/").content
    assert browser.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.exists()


def test_the_command_prints_the_secret_alone(client, owner):
    out = StringIO()
    call_command("create_token", "owner", "--scope", "read", "--days", "0", stdout=out)
    token = ApiToken.objects.get()
    assert (token.scope, token.expires_at) == ("read", None)
    assert client.get("/api/v1/models", headers=bearer(out.getvalue().strip())).status_code == 200
    assert AuditEntry.objects.get(action="token created").by == "command line"


def test_the_command_refuses_an_unknown_person():
    with pytest.raises(CommandError, match="no user named 'nobody'"):
        call_command("create_token", "nobody")
