"""A training compiled for the devices: XLA partitions each batch over all of them, and the state is on every one."""

import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from engine import Engine
from graph import Graph

AGREE_EVERY = 10  # steps between two agreements of several processes on whether to stop


class Runner(Engine):
    def __init__(self, folder: Path, training: dict, precision: str, fused: bool = False):
        narrow = jnp.bfloat16 if precision == "bf16" else jnp.float32
        self.loss = Graph(training["loss"], narrow, activations=True, fused=fused)
        self.update = Graph(training["update"], narrow)
        self.watched = Graph((training["validation"] or training)["loss"], narrow, activations=True, fused=fused)
        self.mesh = Mesh(np.array(jax.devices()), ("data",))
        self.replicated = NamedSharding(self.mesh, PartitionSpec())
        self.devices = [device.device_kind for device in jax.devices()]
        self.leads, self.alone = jax.process_index() == 0, jax.process_count() == 1
        super().__init__(folder, training)
        self.step = jax.jit(self._step, donate_argnums=0, out_shardings=self.replicated)
        self.first_gradients = jax.jit(lambda state, parts: self._gradients(state, self.fixed, parts)[0])
        self._watch = jax.jit(self._readings, out_shardings=self.replicated)

    def prepare(self, state: dict, step: int, parts: dict) -> dict:
        """Compiles a step; with plain attention where the fused kernel will not have it."""
        began, inputs, plain = time.monotonic(), self._inputs(state, step, parts), {}
        try:
            self.step = self.step.lower(*inputs).compile()
        except Exception as fault:
            if not self.loss.fused:
                raise
            plain = {"attention": "plain", "because": str(fault)[:300]}
            jax.clear_caches()
            self.loss.fused = self.watched.fused = False
            self.step = self.step.lower(*inputs).compile()
        gigabytes = round(self.step.memory_analysis().temp_size_in_bytes / 1e9, 2)
        return {"compiled": round(time.monotonic() - began, 1), "gigabytesBesideState": gigabytes, **plain}

    def advance(self, state: dict, step: int, parts: dict) -> tuple[dict, dict]:
        return self.step(*self._inputs(state, step, parts))

    def _inputs(self, state: dict, step: int, parts: dict) -> tuple:
        return state, self.scalars(step), self.fixed, parts

    def agreed(self, stopped: bool, step: int) -> bool:
        if self.alone:
            return stopped
        return step % AGREE_EVERY == 0 and bool(multihost_utils.process_allgather(np.array(stopped)).any())

    def wait(self, readings: dict) -> None:
        jax.block_until_ready(readings)

    def host(self, array: jax.Array) -> np.ndarray:
        """A copy of an array that every device holds."""
        return np.array(array.addressable_data(0))

    def put(self, array: np.ndarray, sharding: NamedSharding | None = None) -> jax.Array:
        """An array on the devices; each process gives its own part, as a copy, since buffers are donated."""
        array = array.astype(np.int32) if array.dtype == np.int64 else array
        each: Callable = lambda index: np.array(array[index])
        return jax.make_array_from_callback(array.shape, sharding or self.replicated, each)

    def take(self, batch: dict) -> dict:
        return self._put_batch(batch, self.training["batches"], leading=1)

    def _put_batch(self, batch: dict, layout: dict, leading: int = 0) -> dict:
        """Inputs split over the devices along their batch axis, which comes after `leading` axes, where it divides."""

        def sharding(entry: dict) -> NamedSharding:
            even = entry["shape"][entry["batchAxis"]] % self.mesh.size == 0
            axes = [None] * (leading + entry["batchAxis"]) + ["data"]
            return NamedSharding(self.mesh, PartitionSpec(*axes)) if even else self.replicated

        return {entry["name"]: self.put(batch[entry["name"]], sharding(entry)) for entry in layout["inputs"]}

    def _gradients(self, state: dict, fixed: dict, parts: dict):
        """Gradients summed over the parts (inputs are [parts, ...]), and each part's readings."""
        weights = self.weights(state, "weight")

        def loss_of(weights, batch):
            readings = self.loss({**fixed, **batch}, weights)
            return readings["loss"], readings

        def add_part(total, batch):
            (_, readings), gradients = jax.value_and_grad(loss_of, has_aux=True)(weights, batch)
            return jax.tree.map(jnp.add, total, gradients), readings

        return jax.lax.scan(add_part, jax.tree.map(jnp.zeros_like, weights), parts)

    def _step(self, state: dict, scalars: dict, fixed: dict, parts: dict):
        """One step: the new state, and what is worth reporting."""
        gradients, readings = self._gradients(state, fixed, parts)
        named = {entry["gradient"]: gradients[entry["name"]] for entry in self.training["parameters"]}
        updated = self.update({**state, **scalars, **named}, self.weights(state, "weight"))
        new_state = {name: updated.pop(name) for name in state}
        return new_state, {**readings, **updated}

    def _readings(self, state: dict, fixed: dict, batch: dict) -> dict:
        return self.watched({**fixed, **batch}, self.weights(state, "average"))

    def watch(self, state: dict, batch: dict) -> dict:
        return self._watch(state, self.fixed, self._put_batch(batch, self.training["validation"]))
