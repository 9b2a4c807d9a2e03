"""The site's addresses."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from hub.api import api
from hub.views import health, home, metrics, people, tokens

accounts = [
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path(
        "invitation/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(
            template_name="registration/invitation.html",
            post_reset_login=True,
            post_reset_login_backend="django.contrib.auth.backends.ModelBackend",
            success_url="/",
        ),
        name="invitation",
    ),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
]

administration = [
    path("", people.people, name="roles"),
    path("<int:pk>/roles/", people.roles, name="person-roles"),
    path("<int:pk>/state/", people.state, name="person-state"),
    path("<int:pk>/invite/", people.invite, name="person-invite"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("favicon.ico", home.icon, name="icon"),
    path("accounts/", include(accounts)),
    path("people/", include(administration)),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("", include("modelcards.urls")),
    path("", include("evaluation.urls")),
]

handler400 = "hub.views.errors.bad_request"
handler403 = "hub.views.errors.denied"
handler404 = "hub.views.errors.missing"
handler500 = "hub.views.errors.broken"
