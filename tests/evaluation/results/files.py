"""Results files as lm-eval writes them, small; anything may be overridden."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from evaluation.actions.results_import import results_import
from evaluation.results.bundles import bundles, named_files, path_files
from modelcards.exchange.report import Outcome


def old_results(**changes: Any) -> dict[str, Any]:
    """Schema 0.3: one number of shots for all tasks, metrics without filters."""
    return {
        "results": {
            "arc_easy": {"acc": 0.4356060606060606, "acc_stderr": 0.01017438179,
                         "acc_norm": 0.39983164983164985, "acc_norm_stderr": 0.010051788039412943},
            "lambada_openai": {"ppl": 23.847216547, "ppl_stderr": 0.91, "acc": 0.32, "acc_stderr": 0.0065},
        },
        "versions": {"arc_easy": 0, "lambada_openai": 0},
        "config": {"model": "hf-causal", "model_args": "pretrained=org/tiny-1b,revision=step143000", "num_fewshot": 0,
                   "batch_size": 16, "device": "cuda:7", "no_cache": True, "limit": None, "bootstrap_iters": 100000,
                   "description_dict": {}},
        **changes,
    }  # fmt: skip


def new_results(**changes: Any) -> dict[str, Any]:
    """Schema 0.4 with a group, a blank name, filters, an alias, an unknown error and a mapping of arguments."""
    return {
        "results": {
            "colours": {" ": " ", "alias": "colours", "acc,none": 0.625, "acc_stderr,none": "N/A"},
            "red": {"alias": " - red", "acc,none": 0.5, "acc_stderr,none": 0.25, "sample_len": 4},
            "blue": {"alias": " - blue", "name": "blue", "acc,none": 0.75, "acc_stderr,none": 0.25},
            "sums": {"alias": "sums", "exact_match,strict-match": 0.1, "exact_match_stderr,strict-match": 0.01,
                     "exact_match,flexible-extract": 0.2, "exact_match_stderr,flexible-extract": float("nan")},
            "tags": {" ": " ", "alias": "tags"},
        },
        "groups": {"colours": {" ": " ", "alias": "colours", "acc,none": 0.625, "acc_stderr,none": "N/A"}},
        "group_subtasks": {"colours": ["red", "blue"], "red": [], "blue": [], "sums": []},
        "configs": {name: {"task": name, "dataset_path": "org/data", "output_type": kind, "num_fewshot": shots,
                           "metric_list": [{"metric": metric}], "metadata": {"version": 2.0}}
                    for name, kind, shots, metric in [("red", "multiple_choice", 3, "acc"),
                                                      ("blue", "multiple_choice", 3, "acc"),
                                                      ("sums", "generate_until", 5, "exact_match")]},
        "versions": {"colours": 1, "red": 2.0, "blue": 2.0, "sums": 3.0},
        "n-shot": {"red": 3, "blue": 3, "sums": 5},
        "higher_is_better": {"red": {"acc": True}, "blue": {"acc": True}, "sums": {"exact_match": True}},
        "n-samples": {"red": {"original": 4, "effective": 4}, "blue": {"original": 4, "effective": 4},
                      "sums": {"original": 10, "effective": 10}},
        "config": {"model": "hf", "model_args": {"pretrained": "org/tiny-1b", "dtype": "bfloat16"}, "limit": None,
                   "batch_size": "4", "random_seed": 0, "numpy_seed": 1234, "torch_seed": 1234, "fewshot_seed": 1234,
                   "gen_kwargs": None, "model_dtype": "torch.bfloat16", "model_revision": "main"},
        "git_hash": "a3c6d214", "date": 1721052656.1579835, "lm_eval_version": "0.4.3",
        **changes,
    }  # fmt: skip


def sample(doc_id: int, **changes: Any) -> dict[str, Any]:
    """One logged document of ``red`` as a late 0.4 writes it: everything in ``resps`` is text."""
    return {
        "doc_id": doc_id,
        "doc": {"question": f"Which one is red? {doc_id}", "answer": doc_id % 2},
        "target": str(doc_id % 2),
        "arguments": {"gen_args_0": {"arg_0": f"Q{doc_id}:", "arg_1": " rose"},
                      "gen_args_1": {"arg_0": f"Q{doc_id}:", "arg_1": " sky"}},
        "resps": [[["-1.5", "True"]], [["-2.25", "False"]]],
        "filtered_resps": [["-1.5", "True"], ["-2.25", "False"]],
        "filter": "none",
        "metrics": ["acc"],
        "doc_hash": f"{doc_id:064x}",
        "prompt_hash": "0" * 64,
        "target_hash": "1" * 64,
        "acc": float(doc_id % 2),
        **changes,
    }  # fmt: skip


def write(folder: Path, name: str, found: Any) -> Path:
    """A file of JSON; text and bytes as they are."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(found, bytes):
        path.write_bytes(found)
    else:
        path.write_text(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return path


def lines(samples: list[dict[str, Any]]) -> str:
    """JSON lines."""
    return "".join(json.dumps(one) + "\n" for one in samples)


def zipped(files: dict[str, Any]) -> bytes:
    """A zip of files by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, found in files.items():
            archive.writestr(name, found if isinstance(found, (bytes, str)) else json.dumps(found))
    return buffer.getvalue()


def bring_in(path: Path, user: Any = None, *, dry: bool = False) -> list[Outcome]:
    """What becomes of every results file of a path."""
    return [results_import(user=user, bundle=bundle, dry=dry) for bundle in bundles(path_files(path))]


def bring_in_bytes(name: str, raw: bytes, user: Any = None) -> list[Outcome]:
    """The same for a file that was sent."""
    files = named_files(name, lambda: io.BytesIO(raw), len(raw))
    return [results_import(user=user, bundle=bundle, dry=False) for bundle in bundles(files)]
