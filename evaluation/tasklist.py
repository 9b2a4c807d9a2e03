"""Which tasks a list shows: the same question on the page, in the form and in the API."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When

from evaluation.models import Task

WORDS = 6
LONGEST_SEARCH = 100


def find_tasks(*, search: str = "", kind: str = "", output_type: str = "", ready: bool = False) -> QuerySet[Task]:
    """Tasks that match; ``ready``: whose data is here and that run no code of their own. Best first."""
    found = search_tasks(search[:LONGEST_SEARCH])
    if kind:
        found = found.filter(kind=kind)
    if output_type:
        found = found.filter(output_type=output_type)
    return found.filter(data_reason="", runs_code=False) if ready else found


def search_tasks(search: str) -> QuerySet[Task]:
    """Tasks whose name holds every word of ``search``, best first."""
    tasks = Task.objects.all()
    words = search.split()[:WORDS]
    for word in words:
        tasks = tasks.filter(name__icontains=word)
    first = words[0] if words else ""
    ranks = [When(name__iexact=first, then=Value(0)), When(name__istartswith=first, then=Value(1))]
    rank = Case(*ranks, default=Value(2), output_field=IntegerField())
    return tasks.annotate(rank=rank).order_by("-shipped", "rank", "name")
