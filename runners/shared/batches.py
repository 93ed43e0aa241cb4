"""Batch files: found, read within a step, marked as read, removed once a snapshot makes them unneeded."""

import contextlib
import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

# Element types as they lie in files; 64-bit integers are read as such and narrowed when they go to the devices.
STORED = {"float32": "<f4", "int32": "<i4", "int64": "<i8", "uint8": "u1", "bool": "?"}


def decode(data: np.ndarray, layout: dict) -> dict[str, np.ndarray]:
    """Views of the inputs in `data`, uint8 [batches, layout bytes]; each [batches, *shape]."""
    inputs = {}
    for entry in layout["inputs"]:
        part = data[:, entry["offset"] : entry["offset"] + entry["bytes"]]
        inputs[entry["name"]] = np.ascontiguousarray(part).view(STORED[entry["type"]]).reshape(-1, *entry["shape"])
    return inputs


def invented(layout: dict, batches: int) -> dict[str, np.ndarray]:
    """Inputs for a dry run: pixels at random, since products of zeros are faster, and numbers 1, and ids 0."""
    noise = np.random.default_rng(0).integers(0, 256, (batches, layout["bytes"]), np.uint8)
    kinds = {"u": lambda x: x, "f": np.ones_like}
    return {name: kinds.get(x.dtype.kind, np.zeros_like)(x) for name, x in decode(noise, layout).items()}


def ahead(items: Iterator, count: int) -> Iterator:
    """The items, made by a thread up to `count` ahead; what it throws comes at its place."""
    made: queue.Queue = queue.Queue(count)

    def make() -> None:
        try:
            for item in items:
                made.put(item)
            made.put(None)
        except BaseException as fault:
            made.put(fault)

    threading.Thread(target=make, daemon=True).start()
    while (item := made.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item


class BatchFiles:
    """The batches of a run. `batches-NNNNN.bin` waits to be read; `.read` has been, and stays until `forget`."""

    def __init__(self, folder: Path, training: dict, moves: bool, waiting: Callable[[str], None]):
        self.folder, self.layout = folder, training["batches"]
        self.parts, self.steps = training["accumulate"], training["steps"]
        # Whether this process marks and removes files, and what to tell of a file that does not come.
        self.moves, self.waiting = moves, waiting

    def after(self, step: int, stopped: Callable[[], bool]) -> Iterator[dict[str, np.ndarray]]:
        """The inputs of each step after this one, [parts, *shape]. Waits for files; ends when `stopped` meanwhile."""
        index, data = -1, None
        for place in range(step, self.steps):
            if place // self.layout["stepsPerFile"] != index:
                index = place // self.layout["stepsPerFile"]
                if (data := self._wait_for(index, stopped)) is None:
                    return
            first = place % self.layout["stepsPerFile"] * self.parts
            yield decode(data[first : first + self.parts], self.layout)

    def finished(self, step: int) -> None:
        """Marks the file whose last step this is."""
        path = self.folder / f"batches-{(step - 1) // self.layout['stepsPerFile']:05d}.bin"
        ends = step % self.layout["stepsPerFile"] == 0 or step == self.steps
        if self.moves and ends and path.exists():
            path.replace(path.with_suffix(".read"))

    def forget(self, step: int) -> None:
        """Removes files that a run which goes on after `step` does not read again."""
        for path in self.folder.glob("batches-*.read") if self.moves else ():
            last = (int(path.stem.split("-")[1]) + 1) * self.layout["stepsPerFile"]
            if min(last, self.steps) <= step:
                path.unlink()

    def _wait_for(self, index: int, stopped: Callable[[], bool]) -> np.ndarray | None:
        path = self.folder / f"batches-{index:05d}.bin"
        steps = min(self.layout["stepsPerFile"], self.steps - index * self.layout["stepsPerFile"])
        for attempt in itertools.count():
            for name in (path, path.with_suffix(".read")):
                # Read as a whole: Windows does not rename a file that is mapped.
                with contextlib.suppress(FileNotFoundError):
                    return np.fromfile(name, np.uint8).reshape(steps * self.parts, self.layout["bytes"])
            if stopped():
                return None
            if attempt == 250:
                self.waiting(path.name)
            time.sleep(0.02)
