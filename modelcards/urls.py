"""Addresses of the catalog."""

from django.urls import URLPattern, path

from modelcards import edit_urls, exchange_urls
from modelcards.views.browse import browse
from modelcards.views.card import card
from modelcards.views.descendants import descendants
from modelcards.views.facts import choose
from modelcards.views.family import family
from modelcards.views.history import change, history, revert
from modelcards.views.moved import at_todays_address
from modelcards.views.searches import searches
from modelcards.views.tree import embed, tree

app_name = "modelcards"
urlpatterns: list[URLPattern] = [
    path("models/", browse, name="browse"),
    *edit_urls.urlpatterns,
    *exchange_urls.urlpatterns,
    path("models/searches/", searches, name="searches"),
    path("models/<str:slug>/", card, name="card"),
    path("models/<str:slug>/descendants/", descendants, name="descendants"),
    path("models/<str:slug>/family/", family, name="family"),
    path("models/<str:slug>/facts/<int:pk>/choose/", choose, name="choose"),
    path("models/<str:slug>/history/", history, name="history"),
    path("models/<str:slug>/history/<int:pk>/", change, name="change"),
    path("models/<str:slug>/history/<int:pk>/revert/", revert, name="revert"),
    path("tree/", tree, name="tree"),
    path("tree/embed/", embed, name="tree-embed"),
]
for pattern in urlpatterns:
    if "<str:slug>" in str(pattern.pattern):
        pattern.callback = at_todays_address(pattern.callback)
