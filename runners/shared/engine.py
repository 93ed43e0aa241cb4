"""What a training is made of on any engine, as the files have it: state, snapshots, schedule, fixed inputs, validation."""

from pathlib import Path

import numpy as np

import tensors
from batches import decode


class Engine:
    """A training on one engine. Besides what is here, which `training.py` also calls, an engine has

    - `devices`, their kinds, and `loss`, the exported graph that learns;
    - `put` and `host`: an array to the devices and back; `take(batch)`: a step's inputs, [parts, *shape], to them;
    - `prepare(state, step, parts)`: compiles for these, and returns what is worth telling of it;
    - `advance(state, step, parts)`: the state after that step (the one given is used up), and its readings;
    - `watch(state, batch)`: the readings of the averaged weights on a batch for validation.
    """

    # Of several processes one leads: it logs, writes snapshots and moves batch files. A dry run writes nothing.
    leads = alone = writes = True

    def __init__(self, folder: Path, training: dict):
        self.folder, self.training = folder, training
        self.schedule = tensors.read(folder / training["schedule"]["file"])[0]
        inputs = {entry["stored"]: entry["name"] for entry in training["fixedInputs"]}
        constants = tensors.read(folder / training["constants"])[0]
        self.fixed = self.put_all({inputs.get(name, name): array for name, array in constants.items()})

    def put_all(self, arrays: dict) -> dict:
        return {name: self.put(array) for name, array in arrays.items()}

    def wait(self, readings: dict) -> None:
        """Waits for a step that may not be done."""

    def agreed(self, stopped: bool, step: int) -> bool:
        """Whether to stop; several processes do so at one step."""
        return stopped

    def scalars(self, step: int) -> dict:
        return {name: self.schedule[name][step - 1] for name in self.training["schedule"]["names"]}

    def weights(self, state: dict, kind: str) -> dict:
        """The parameters by name: `weight` or `average`."""
        return {entry["name"]: state[entry[kind]] for entry in self.training["parameters"]}

    def means(self, readings: list[dict]) -> dict[str, float]:
        mean = lambda name: float(np.mean([self.host(one[name]).astype(np.float64) for one in readings]))
        return {name: mean(name) for name in readings[0]}

    def validate(self, state: dict) -> dict[str, float]:
        """The mean readings of the averaged weights. There has to be something to validate on."""
        layout = self.training["validation"]
        data = decode(np.fromfile(self.folder / layout["file"], np.uint8).reshape(-1, layout["bytes"]), layout)
        rows = ({name: values[i] for name, values in data.items()} for i in range(layout["count"]))
        return self.means([self.watch(state, row) for row in rows])

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
            tensors.write(self.folder / self.training[kind], {name: self.host(x) for name, x in arrays.items()}, about)
