"""Reads a folder of results with lm-eval's own code and prints what it found as JSON.

python -m tests.evaluation.results.harness_readers FOLDER
"""

import json
import sys
from pathlib import Path
from unittest import mock

import datasets
from lm_eval.loggers.evaluation_tracker import EvaluationTracker
from lm_eval.result_schema import EvalResults, SampleResult
from lm_eval.utils import (
    get_file_datetime,
    get_file_task_name,
    get_latest_filename,
    get_results_filenames,
    get_sample_results_filenames,
    make_table,
)


def main(folder: Path) -> None:
    """The names that lm-eval finds, its tables of tasks and groups, its dataset card, and the samples as a dataset."""
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("**/*")) if path.is_file()]
    results, samples = get_results_filenames(names), get_sample_results_filenames(names)
    latest = json.loads((folder / get_latest_filename(results)).read_text(encoding="utf-8"))
    told = {
        "results": results,
        "samples": {
            name: [get_file_task_name(Path(name).name), get_file_datetime(Path(name).name)] for name in samples
        },
        "table": make_table(latest),
        "groups": make_table(latest, "groups") if "groups" in latest else "",
        "unknown": sorted(set(latest) - set(EvalResults.__annotations__)),
        "rows": {name: rows(folder / name) for name in samples},
        "card": card(folder, names),
    }
    print(json.dumps(told))


def rows(path: Path) -> dict[str, object]:
    """A samples file as the datasets library loads it, which is why lm-eval writes all responses as text."""
    found = datasets.load_dataset("json", data_files=str(path), split="train")
    missing = [name for name in SampleResult.__annotations__ if name not in found.column_names]
    return {"rows": len(found), "missing": missing, "arguments": found[0]["arguments"]}


def card(folder: Path, names: list[str]) -> str:
    """The dataset card that lm-eval writes of a repository with these files; nothing leaves this machine."""
    tracker = EvaluationTracker()
    tracker.public_repo, tracker.api = True, mock.Mock(list_repo_files=lambda **_named: names)
    tracker.details_repo = tracker.results_repo = "org/results"
    written: list[str] = []
    load = datasets.load_dataset

    def local(_kind: str, data_files: str, **named: object) -> object:
        here = folder / data_files.split("/main/", 1)[1]
        return load("json", data_files=str(here), split="train")

    with (
        mock.patch("datasets.load_dataset", local),
        mock.patch("lm_eval.loggers.evaluation_tracker.load_dataset", local, create=True),
        mock.patch("huggingface_hub.DatasetCard.push_to_hub", lambda self, *_args, **_named: written.append(str(self))),
    ):
        tracker.recreate_metadata_card()
    return written[0] if written else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
