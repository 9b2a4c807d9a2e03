"""Addresses of evaluation and comparison. Grouped as a reader meets them; live pages answer fragments of themselves."""

from django.urls import path

from evaluation.claim_urls import urlpatterns as claims
from evaluation.notice_urls import urlpatterns as notices
from evaluation.results_urls import urlpatterns as results
from evaluation.views import (
    cardscores,
    compare,
    endpoints,
    evaluations,
    leaderboard,
    new,
    nodes,
    plots,
    queue,
    runs,
    samples,
    sidebyside,
    tasks,
)
from modelcards.views.moved import at_todays_address

app_name = "evaluation"
urlpatterns = [
    path("leaderboard/", leaderboard.leaderboard, name="leaderboard"),
    path("compare/", compare.compare, name="compare"),
    path("compare/samples/", sidebyside.compare_samples, name="compare-samples"),
    path("plots/", plots.plots, name="plots"),
    *claims,
    path("models/<str:slug>/scores/", at_todays_address(cardscores.scores), name="card-scores"),
    path("evaluations/", evaluations.evaluations, name="evaluations"),
    path("evaluations/new/", new.new, name="new"),
    *results,
    path("evaluations/<int:pk>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/cancel/", evaluations.cancel, name="evaluation-cancel"),
    path("evaluations/<int:pk>/retry/", evaluations.retry, name="evaluation-retry"),
    path("queue/", queue.queue, name="queue"),
    path("queue/act/", queue.act, name="queue-act"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/attempts/<int:number>/log.txt", runs.log, name="run-log"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="run-cancel"),
    path("runs/<int:pk>/retry/", runs.retry, name="run-retry"),
    path("cells/<int:pk>/samples/", samples.samples, name="samples"),
    path("cells/<int:pk>/samples.jsonl", samples.download, name="samples-download"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<path:name>/", tasks.task, name="task"),
    path("nodes/", nodes.nodes, name="nodes"),
    path("nodes/<int:pk>/drain/", nodes.change_node, {"to": "drain"}, name="node-drain"),
    path("nodes/<int:pk>/resume/", nodes.change_node, {"to": "resume"}, name="node-resume"),
    path("devices/<int:pk>/drain/", nodes.change_device, {"to": "drain"}, name="device-drain"),
    path("devices/<int:pk>/resume/", nodes.change_device, {"to": "resume"}, name="device-resume"),
    path("served/", endpoints.endpoints, name="endpoints"),
    path("served/<int:pk>/probe/", endpoints.probe, name="endpoint-probe"),
    path("served/<int:pk>/remove/", endpoints.remove, name="endpoint-remove"),
    *notices,
]
