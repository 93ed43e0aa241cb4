"""A training in PyTorch on one device: the loss is compiled and differentiated, and the update compiled with what is alike
stacked. What is not compiled is computed node by node: stacks pay where their element-wise ops are fused."""

import contextlib
import sys
import time
from pathlib import Path

import numpy as np
import torch

from engine import Engine
from graph import Graph
from stacked import Stacked


class Runner(Engine):
    def __init__(self, folder: Path, training: dict, precision: str, device="cpu", fused=False, compiles=True):
        self.narrow = narrow = torch.bfloat16 if precision == "bf16" else torch.float32
        self.device, self.compiles = torch.device(device), compiles
        self.devices = [torch.cuda.get_device_name() if self.device.type == "cuda" else self.device.type]
        self.loss = Graph(training["loss"], narrow, activations=True, fused=fused)
        self.update = Graph(training["update"], narrow)
        self.watched = Graph((training["validation"] or training)["loss"], narrow, activations=True, fused=fused)
        super().__init__(folder, training)
        self.readings = self._readings

    def prepare(self, state: dict, step: int, parts: dict) -> dict:
        """Compiles a step; none where that does not work, for want of a compiler above all."""
        if not self.compiles:
            return {"compiled": False, "because": "--eager"}
        began, by_node = time.monotonic(), (self.readings, self.update)
        self.readings = torch.compile(self._readings, dynamic=False, fullgraph=True)
        self.update = Stacked(self.training["update"], self.narrow)
        self.update.compile()
        try:
            self.advance(state, step, parts)
        except Exception as fault:
            self.readings, self.update = by_node
            return {"compiled": False, "because": str(fault)[:300]}
        return {"compiled": round(time.monotonic() - began, 1), "gigabytes": self._gigabytes()}

    def _gigabytes(self) -> float | None:
        """The most that CUDA's device, or else this process, has held, where that can be told."""
        if self.device.type == "cuda":
            return round(torch.cuda.max_memory_allocated() / 1e9, 2)
        # Not on Windows.
        with contextlib.suppress(ImportError):
            import resource

            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            return round(most * (1 if sys.platform == "darwin" else 1024) / 1e9, 2)

    def put(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.array(array)).to(self.device)

    def take(self, batch: dict) -> dict:
        return self.put_all(batch)

    def host(self, array: torch.Tensor) -> np.ndarray:
        return array.detach().cpu().numpy()

    def _readings(self, batch: dict, weights: dict) -> dict:
        return self.loss({**self.fixed, **batch}, weights)

    def gradients(self, state: dict, parts: dict) -> tuple[dict, dict]:
        """Gradients summed over the parts (inputs are [parts, ...]), and the mean readings."""
        weights = {name: x.detach().requires_grad_() for name, x in self.weights(state, "weight").items()}
        total, readings = None, []
        for i in range(self.training["accumulate"]):
            found = self.readings({name: values[i] for name, values in parts.items()}, weights)
            gradients = torch.autograd.grad(found["loss"], list(weights.values()), materialize_grads=True)
            total = gradients if total is None else [sum_.add_(x) for sum_, x in zip(total, gradients)]
            readings.append({name: x.detach() for name, x in found.items()})
        means = {name: torch.stack([each[name].float() for each in readings]).mean() for name in readings[0]}
        return dict(zip(weights, total)), means

    def first_gradients(self, state: dict, parts: dict) -> dict:
        return self.gradients(state, parts)[0]

    def advance(self, state: dict, step: int, parts: dict) -> tuple[dict, dict]:
        gradients, readings = self.gradients(state, parts)
        named = {entry["gradient"]: gradients[entry["name"]] for entry in self.training["parameters"]}
        scalars = {name: self.put(value) for name, value in self.scalars(step).items()}
        with torch.no_grad():
            updated = self.update({**self.fixed, **state, **scalars, **named}, self.weights(state, "weight"))
        return {name: updated.pop(name) for name in state}, {**readings, **updated}

    def watch(self, state: dict, batch: dict) -> dict:
        with torch.no_grad():
            return self.watched({**self.fixed, **self.put_all(batch)}, self.weights(state, "average"))
