"""A training compiled for the devices: XLA partitions each batch over all of them, and the state is on every one."""

from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import tensors
from batches import decode
from graph import Graph


class Runner:
    def __init__(self, folder: Path, training: dict, precision: str, fused: bool = False):
        narrow = jnp.bfloat16 if precision == "bf16" else jnp.float32
        self.folder, self.training, self.writes = folder, training, True
        self.loss = Graph(training["loss"], narrow, activations=True, fused=fused)
        self.update = Graph(training["update"], narrow)
        self.mesh = Mesh(np.array(jax.devices()), ("data",))
        self.replicated = NamedSharding(self.mesh, PartitionSpec())
        self.schedule = tensors.read(folder / training["schedule"]["file"])[0]
        inputs = {entry["stored"]: entry["name"] for entry in training["fixedInputs"]}
        constants = tensors.read(folder / training["constants"])[0]
        self.fixed = self.put_all({inputs.get(name, name): array for name, array in constants.items()})
        self.advance = jax.jit(self._advance, donate_argnums=0, out_shardings=self.replicated)
        validation = training["validation"]
        self.watched = Graph((validation or training)["loss"], narrow, activations=True, fused=fused)
        self.validate = validation and self._validation(folder / validation["file"], validation)

    def compiled(self, inputs: tuple, say: Callable):
        """`advance` for these inputs; with plain attention where the fused kernel will not have it."""
        try:
            return self.advance.lower(*inputs).compile()
        except Exception as fault:
            if not self.loss.fused:
                raise
            say(attention="plain", because=str(fault)[:300])
        jax.clear_caches()
        self.loss.fused = self.watched.fused = False
        return self.advance.lower(*inputs).compile()

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

    def gradients(self, state: dict, fixed: dict, parts: dict):
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
        gradients, readings = self.gradients(state, fixed, parts)
        named = {entry["gradient"]: gradients[entry["name"]] for entry in self.training["parameters"]}
        updated = self.update({**state, **scalars, **named}, self._weights(state, "weight"))
        new_state = {name: updated.pop(name) for name in state}
        return new_state, {**readings, **updated}

    def _validation(self, path: Path, layout: dict):
        """The mean readings of the averaged weights, as a function of the state."""
        data = decode(np.fromfile(path, np.uint8).reshape(-1, layout["bytes"]), layout)
        rows = ({name: values[i] for name, values in data.items()} for i in range(layout["count"]))
        batches = [self.put_batch(row, layout) for row in rows]
        read = lambda state, fixed, batch: self.watched({**fixed, **batch}, self._weights(state, "average"))
        run = jax.jit(read, out_shardings=self.replicated)
        return lambda state: means([run(state, self.fixed, batch) for batch in batches])

    def restore(self) -> tuple[int, dict]:
        """The step and the state of the snapshot, or those to start from; src/train/checkpoint.ts has the layout."""
        path = self.folder / self.training["snapshot"]
        path = path if path.exists() else self.folder / self.training["initialState"]
        state, about = tensors.read(path)
        expected = {entry["name"]: tuple(entry["shape"]) for entry in self.training["state"]}
        if about["settings"] != self.training["identity"] or {k: x.shape for k, x in state.items()} != expected:
            raise SystemExit(f"{path} belongs to a training with other settings")
        return int(about["step"]), self.put_all(state)

    def write(self, kind: str, arrays: dict, step: int) -> None:
        """Writes the training's `snapshot` or `result`, which Neuf reads as its own."""
        if self.writes:
            about = {"step": str(step), "settings": self.training["identity"]}
            tensors.write(self.folder / self.training[kind], {name: host(x) for name, x in arrays.items()}, about)


def host(array: jax.Array) -> np.ndarray:
    """A copy of an array that every device holds."""
    return np.array(array.addressable_data(0))


def means(readings: list[dict]) -> dict[str, float]:
    return {name: float(np.mean([host(one[name]).astype(np.float64) for one in readings])) for name in readings[0]}
