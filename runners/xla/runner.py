"""A training compiled for the devices: XLA partitions each batch over all of them, and the state is on every one."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import tensors
from batches import read_whole
from graph import Graph


class Runner:
    def __init__(self, folder: Path, training: dict, precision: str):
        narrow = jnp.bfloat16 if precision == "bf16" else jnp.float32
        self.training = training
        self.loss = Graph(training["loss"], narrow, activations=True)
        self.update = Graph(training["update"], narrow)
        self.mesh = Mesh(np.array(jax.devices()), ("data",))
        self.replicated = NamedSharding(self.mesh, PartitionSpec())
        self.schedule = tensors.read(folder / training["schedule"]["file"])[0]
        inputs = {entry["stored"]: entry["name"] for entry in training["fixedInputs"]}
        constants = tensors.read(folder / training["constants"])[0]
        self.fixed = self.put_all({inputs.get(name, name): array for name, array in constants.items()})
        self.gradients = jax.jit(self._gradients, out_shardings=self.replicated)
        self.advance = jax.jit(self._advance, donate_argnums=0, out_shardings=self.replicated)
        self.validate = training["validation"] and self._validation(folder, training["validation"], narrow)

    def put(self, array: np.ndarray, sharding: NamedSharding) -> jax.Array:
        """An array on the devices; each process gives its own part, as a copy, since buffers are donated."""
        array = array.astype(np.int32) if array.dtype == np.int64 else array
        return jax.make_array_from_callback(array.shape, sharding, lambda index: np.array(array[index]))

    def put_all(self, arrays: dict) -> dict:
        return {name: self.put(array, self.replicated) for name, array in arrays.items()}

    def put_batch(self, batch: dict, layout: dict, leading: int = 0) -> dict:
        """Inputs split over the devices along their batch axis, which comes after `leading` axes, where it divides."""

        def sharding(entry: dict) -> NamedSharding:
            even = entry["shape"][entry["batchAxis"]] % self.mesh.size == 0
            axes = [None] * (leading + entry["batchAxis"]) + ["data"]
            return NamedSharding(self.mesh, PartitionSpec(*axes)) if even else self.replicated

        return {entry["name"]: self.put(batch[entry["name"]], sharding(entry)) for entry in layout["inputs"]}

    def scalars(self, step: int) -> dict:
        return {name: self.schedule[name][step - 1] for name in self.training["schedule"]["names"]}

    def _weights(self, state: dict, kind: str) -> dict:
        return {entry["name"]: state[entry[kind]] for entry in self.training["parameters"]}

    def _gradients(self, state: dict, fixed: dict, parts: dict):
        """Gradients summed over the parts (inputs are [parts, ...]), and each part's readings."""
        weights = self._weights(state, "weight")

        def loss_of(weights, batch):
            readings = self.loss({**fixed, **batch}, weights)
            return readings["loss"], readings

        def add_part(total, batch):
            (_, readings), gradients = jax.value_and_grad(loss_of, has_aux=True)(weights, batch)
            return jax.tree.map(jnp.add, total, gradients), readings

        return jax.lax.scan(add_part, jax.tree.map(jnp.zeros_like, weights), parts)

    def _advance(self, state: dict, scalars: dict, fixed: dict, parts: dict):
        """One step: the new state, and what is worth reporting."""
        gradients, readings = self._gradients(state, fixed, parts)
        named = {entry["gradient"]: gradients[entry["name"]] for entry in self.training["parameters"]}
        updated = self.update({**state, **scalars, **named}, self._weights(state, "weight"))
        new_state = {name: updated.pop(name) for name in state}
        return new_state, {**readings, **updated}

    def _validation(self, folder: Path, layout: dict, narrow):
        """The mean readings of the averaged weights, as a function of the state."""
        graph = Graph(layout["loss"], narrow, activations=True)
        batches = [self.put_batch(batch, layout) for batch in read_whole(folder / layout["file"], layout)]

        def readings(state, fixed, batch):
            return graph({**fixed, **batch}, self._weights(state, "average"))

        run = jax.jit(readings, out_shardings=self.replicated)
        return lambda state: means([run(state, self.fixed, batch) for batch in batches])


def host(array: jax.Array) -> np.ndarray:
    """A copy of an array that every device holds."""
    return np.array(array.addressable_data(0))


def means(readings: list[dict]) -> dict[str, float]:
    return {name: float(np.mean([host(one[name]).astype(np.float64) for one in readings])) for name in readings[0]}
