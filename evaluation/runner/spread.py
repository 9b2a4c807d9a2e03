"""Where a checkpoint goes: onto one device, or its layers over several of this machine (``device_map="auto"``)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import torch

from evaluation.core.protocol import RunSpec
from evaluation.runner.failures import ScoringError

USABLE = 0.9
"""Of a device's free memory; the rest is for what grows with tokens: cache, activations, logits."""


@dataclass(frozen=True)
class Place:
    """``device`` takes the inputs. ``devices``: all that the layers are spread over; empty: ``device`` alone."""

    device: str
    devices: tuple[str, ...] = ()

    @classmethod
    def of(cls, spec: RunSpec) -> Place:
        """What a run asks for."""
        return cls(spec.devices[0] if spec.devices else spec.device, tuple(spec.devices))

    def __str__(self) -> str:
        return " + ".join(self.devices) or self.device

    @property
    def spread(self) -> bool:
        """Whether layers are spread."""
        return bool(self.devices)

    def check(self) -> None:
        """Raise ScoringError when this machine lacks one of them."""
        for name in self.devices or (self.device,):
            device = torch.device(name)
            there = device.type != "cuda" or (device.index or 0) < torch.cuda.device_count()
            if not there:
                raise ScoringError("internal", f"This machine has no device {name}.")

    def loading(self) -> dict[str, Any]:
        """What ``from_pretrained`` is told: nothing, or to use these devices and no others."""
        return {"device_map": "auto", "max_memory": self.limits()} if self.spread else {}

    def limits(self) -> dict[int | str, int]:
        """Bytes that weights may take, by accelerate's name of each device. What is not named here is not used."""
        return {accelerate_name(name): int(free_bytes(name) * USABLE) for name in self.devices}

    def refuse_elsewhere(self, model: Any) -> None:
        """Raise ScoringError when a part came to lie on the processor or on disk: that would take for ever."""
        if not self.spread:
            return
        allowed = {str(accelerate_name(name)) for name in self.devices} | set(self.devices)
        placed = getattr(model, "hf_device_map", None) or {}
        elsewhere = sorted(part for part, where in placed.items() if str(where) not in allowed)
        if elsewhere:
            raise self.too_small(f"{len(elsewhere)} of its parts, first {elsewhere[0]!r}, found no room")

    def too_small(self, detail: str = "") -> ScoringError:
        """The memory of all devices together is not enough."""
        together = " together" if self.spread else ""
        why = f": {detail}" if detail else ""
        return ScoringError("memory", f"The checkpoint does not fit into the memory of {self}{together}{why}.")


def accelerate_name(device: str) -> int | str:
    """``cuda:1`` is 1 to accelerate, the processor is ``cpu``."""
    found = torch.device(device)
    return (found.index or 0) if found.type == "cuda" else found.type


def free_bytes(device: str) -> int:
    """Memory that is free now."""
    found = torch.device(device)
    if found.type == "cuda":
        return int(torch.cuda.mem_get_info(found)[0])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
