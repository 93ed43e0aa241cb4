"""Batch files: found, read within a step, marked as read, removed once a snapshot makes them unneeded."""

import contextlib
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

# Element types as they lie in files; 64-bit integers are read as such and narrowed when they go to the devices.
STORED = {"float32": "<f4", "int32": "<i4", "int64": "<i8", "uint8": "u1", "bool": "?"}


def decode(data: np.ndarray, layout: dict) -> dict[str, np.ndarray]:
    """Views of the inputs in `data`, uint8 [batches, layout bytes]; each [batches, *shape]."""
    inputs = {}
    for entry in layout["inputs"]:
        part = data[:, entry["offset"] : entry["offset"] + entry["bytes"]]
        values = np.ascontiguousarray(part).view(STORED[entry["type"]]).reshape(-1, *entry["shape"])
        inputs[entry["name"]] = values.astype(np.int32) if entry["type"] == "int64" else values
    return inputs


def read_whole(path: Path, layout: dict) -> list[dict[str, np.ndarray]]:
    """Every batch of a file, each input [*shape]."""
    data = np.fromfile(path, np.uint8).reshape(layout["count"], layout["bytes"])
    inputs = decode(data, layout)
    return [{name: values[i] for name, values in inputs.items()} for i in range(layout["count"])]


class BatchFiles:
    """The batches of a run. `batches-NNNNN.bin` waits to be read; `.read` has been, and stays until `forget`."""

    def __init__(self, folder: Path, training: dict, moves: bool, waiting: Callable[[str], None]):
        self.folder, self.layout = folder, training["batches"]
        self.parts, self.steps = training["accumulate"], training["steps"]
        # Whether this process marks and removes files, and what to tell of a file that does not come.
        self.moves, self.waiting = moves, waiting
        self.index, self.data = -1, np.empty(0, np.uint8)

    def step(self, step: int, stopped: Callable[[], bool]) -> dict[str, np.ndarray] | None:
        """The inputs of a step, each [parts, *shape]. Waits for the file; None when `stopped` in the meantime."""
        index, place = divmod(step - 1, self.layout["stepsPerFile"])
        if index != self.index:
            data = self._wait_for(index, stopped)
            if data is None:
                return None
            self.index, self.data = index, data
        return decode(self.data[place * self.parts : (place + 1) * self.parts], self.layout)

    def finished(self, step: int) -> None:
        """Marks the file whose last step this is."""
        path = self._path((step - 1) // self.layout["stepsPerFile"])
        ends = step % self.layout["stepsPerFile"] == 0 or step == self.steps
        if self.moves and ends and path.exists():
            path.replace(path.with_suffix(".read"))

    def forget(self, step: int) -> None:
        """Removes files that a run which goes on after `step` does not read again."""
        for path in self.folder.glob("batches-*.read") if self.moves else ():
            last = (int(path.stem.split("-")[1]) + 1) * self.layout["stepsPerFile"]
            if min(last, self.steps) <= step:
                path.unlink()

    def _path(self, index: int) -> Path:
        return self.folder / f"batches-{index:05d}.bin"

    def _wait_for(self, index: int, stopped: Callable[[], bool]) -> np.ndarray | None:
        path = self._path(index)
        steps = min(self.layout["stepsPerFile"], self.steps - index * self.layout["stepsPerFile"])
        for attempt in itertools.count():
            for name in (path, path.with_suffix(".read")):
                with contextlib.suppress(FileNotFoundError):
                    return np.memmap(name, np.uint8, "r").reshape(steps * self.parts, self.layout["bytes"])
            if stopped():
                return None
            if attempt == 250:
                self.waiting(path.name)
            time.sleep(0.02)
