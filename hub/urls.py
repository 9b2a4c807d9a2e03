"""The site's addresses."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from hub.api import api
from hub.views import health, home, tokens

accounts = [
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("favicon.ico", home.icon, name="icon"),
    path("accounts/", include(accounts)),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("", include("modelcards.urls")),
    path("", include("evaluation.urls")),
]

handler400 = "hub.views.errors.bad_request"
handler403 = "hub.views.errors.denied"
handler404 = "hub.views.errors.missing"
handler500 = "hub.views.errors.broken"
