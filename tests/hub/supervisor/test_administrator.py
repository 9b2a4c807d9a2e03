"""The first administrator's password is generated, kept for its owner's eyes, and dropped once it opens nothing."""

import stat

import pytest
from django.contrib.auth.models import User

from hub.supervisor.administrator import first_administrator
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_first_start_makes_one_with_a_password_nobody_could_guess(tmp_path):
    file = tmp_path / "admin-password"
    made = first_administrator(file)
    assert len(made.password) >= 20
    assert file.read_text().strip() == made.password
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    user = User.objects.get(username=made.name)
    assert user.is_superuser
    assert user.check_password(made.password)


def test_two_sites_have_two_passwords(tmp_path):
    first = first_administrator(tmp_path / "a")
    User.objects.all().delete()
    assert first_administrator(tmp_path / "b").password != first.password


def test_a_later_start_tells_the_file_and_not_the_password(tmp_path):
    file = tmp_path / "admin-password"
    first_administrator(file)
    again = first_administrator(file)
    assert (again.password, again.file) == ("", file)


def test_a_changed_password_makes_the_file_go(tmp_path):
    file = tmp_path / "admin-password"
    made = first_administrator(file)
    user = User.objects.get(username=made.name)
    user.set_password("another one")
    user.save()
    assert first_administrator(file) is None
    assert not file.exists()


def test_a_site_that_has_an_administrator_gets_no_other(tmp_path):
    make_user("chief", is_superuser=True)
    assert first_administrator(tmp_path / "admin-password") is None
    assert User.objects.count() == 1
