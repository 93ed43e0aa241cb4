#!/usr/bin/env python3
"""Trains what Neuf exported (src/train/export.ts) on all devices XLA finds. Holds no network, no loss and no schedule:
they come as graphs and numbers, and JAX differentiates. JSON lines go to standard output. See docs/xla.md."""

import argparse
import json
import math
import signal
import sys
import time
from pathlib import Path

import jax
import numpy as np
from jax.experimental import multihost_utils

import tensors
from batches import BatchFiles
from runner import Runner, host, means

# Operations a second of one device at bfloat16, by the start of its name: what vendors state, without sparsity.
PEAKS = {
    **{"TPU v4": 275e12, "TPU v5 lite": 197e12, "TPU v5e": 197e12, "TPU v5": 459e12, "TPU v6": 918e12},
    **{"NVIDIA A100": 312e12, "NVIDIA H100": 989e12, "NVIDIA H200": 989e12},
}
AGREE_EVERY = 10  # steps between two agreements of several processes on whether to stop
AHEAD = 2  # steps given to the devices before the first of them is done


def say(**line) -> None:
    if jax.process_index() == 0:
        print(json.dumps(line), flush=True)


class Snapshots:
    """The state on disk, in the layout of src/train/checkpoint.ts: either side goes on from the other's."""

    def __init__(self, folder: Path, training: dict):
        self.folder, self.training = folder, training

    def read(self) -> tuple[int, dict]:
        path = self.folder / self.training["snapshot"]
        path = path if path.exists() else self.folder / self.training["initialState"]
        state, about = tensors.read(path)
        expected = {entry["name"]: tuple(entry["shape"]) for entry in self.training["state"]}
        if about["settings"] != self.training["identity"] or {k: x.shape for k, x in state.items()} != expected:
            sys.exit(f"{path} belongs to a training with other settings")
        return int(about["step"]), state

    def write(self, kind: str, arrays: dict, step: int) -> None:
        if jax.process_index() == 0:
            about = {"step": str(step), "settings": self.training["identity"]}
            tensors.write(self.folder / self.training[kind], {name: host(x) for name, x in arrays.items()}, about)


class Log:
    """Readings of the steps since the last line, which become the next."""

    def __init__(self, runner: Runner, peak: float | None):
        self.runner, self.peak = runner, peak
        self.scenes = runner.training["batchSize"] * runner.training["accumulate"]
        self.flops = runner.loss.flops() * runner.training["accumulate"]
        self.pending: list[tuple[int, dict]] = []
        self.since = time.monotonic()
        # Seconds that no step took: validation, snapshots.
        self.apart = 0.0

    def add(self, step: int, readings: dict) -> None:
        self.pending.append((step, readings))
        if len(self.pending) > AHEAD:
            jax.block_until_ready(self.pending[-1 - AHEAD][1])

    def check(self) -> None:
        """Waits for all steps. A loss that is no number means a spoiled state, which must not be written."""
        for step, readings in self.pending:
            found = means([{name: readings[name] for name in ("loss", "gradientNorm") if name in readings}])
            if not all(map(math.isfinite, found.values())):
                sys.exit(f"the training diverged at step {step}: {found}; the last snapshot is from before")

    def line(self) -> None:
        self.check()
        step = self.pending[-1][0]
        seconds = (time.monotonic() - self.since - self.apart) / len(self.pending)
        speed = self.flops / seconds
        say(
            step=step,
            **means([readings for _, readings in self.pending]),
            **{name: float(self.runner.scalars(step)[name]) for name in self.runner.training["schedule"]["reported"]},
            milliseconds=round(seconds * 1000, 2),
            scenesPerSecond=round(self.scenes / seconds, 1),
            teraflops=float(f"{speed / 1e12:.4g}"),
            utilisation=self.peak and float(f"{speed / self.peak:.4g}"),
        )
        self.pending.clear()
        self.since, self.apart = time.monotonic(), 0.0


def train(runner: Runner, files: BatchFiles, snapshots: Snapshots, log: Log, options, stopped) -> None:
    """Steps until the last one or until stopped; a snapshot at the end either way."""
    training = runner.training
    step, found = snapshots.read()
    state = runner.put_all(found)
    last = training["steps"]
    devices = f"{jax.device_count()} x {jax.devices()[0].device_kind}"
    say(started=training["name"], step=step, steps=last, devices=devices, flopsPerStep=log.flops)
    saved, saved_at, advance = step, time.monotonic(), None

    def save() -> None:
        nonlocal saved, saved_at
        log.check()
        snapshots.write("snapshot", state, step)
        files.forget(step)
        saved, saved_at = step, time.monotonic()

    while step < last and not agreed(stopped(), step):
        # A process of several that is to stop goes on until all of them do.
        batch = files.step(step + 1, stopped if jax.process_count() == 1 else lambda: False)
        if batch is None:
            break
        parts = runner.put_batch(batch, training["batches"], leading=1)
        inputs = (state, runner.scalars(step + 1), runner.fixed, parts)
        if advance is None:
            advance = runner.advance.lower(*inputs).compile()
            log.since = time.monotonic()
        state, readings = advance(*inputs)
        step += 1
        files.finished(step)
        log.add(step, readings)
        if step % options.log_every == 0 or step == last:
            log.line()
        began = time.monotonic()
        if runner.validate and (step % options.validate_every == 0 or step == last):
            readings = runner.validate(state)
            say(step=step, validationLoss=readings.pop("loss"), **readings)
        if began - saved_at > options.snapshot_seconds:
            save()
        log.apart += time.monotonic() - began
    if saved < step:
        save()
    if step == last:
        snapshots.write("result", {entry["name"]: state[entry["average"]] for entry in training["parameters"]}, step)
    say(done=step == last, step=step)


def agreed(stopped: bool, step: int) -> bool:
    """Whether to stop; several processes do so at one step."""
    if jax.process_count() == 1:
        return stopped
    return step % AGREE_EVERY == 0 and bool(multihost_utils.process_allgather(np.array(stopped)).any())


def write_gradients(runner: Runner, files: BatchFiles, snapshots: Snapshots, path: Path) -> None:
    """The gradients of the next step, summed over its parts, and its readings: for checks."""
    step, state = snapshots.read()
    parts = runner.put_batch(files.step(step + 1, lambda: False), runner.training["batches"], leading=1)
    gradients, readings = runner.gradients(runner.put_all(state), runner.fixed, parts)
    tensors.write(path, {name: host(x) for name, x in gradients.items()}, {"step": str(step + 1)})
    say(step=step + 1, **means([readings]))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains what Neuf exported, on all devices XLA finds.")
    add = parser.add_argument
    add("folder", type=Path, help="the exported training; batches are read and snapshots written here")
    add("--precision", choices=["bf16", "fp32"], default="bf16", help="of products and activations (default bf16)")
    add("--keep", action="store_true", help="leave batch files in place, to be read again")
    add("--snapshot-seconds", type=float, default=180, metavar="N")
    add("--log-every", type=int, default=50, metavar="STEPS")
    add("--validate-every", type=int, default=500, metavar="STEPS")
    add("--peak", type=float, metavar="TFLOPS", help="of one device, for its utilisation; known for common ones")
    add("--gradients", type=Path, metavar="FILE", help="write the next step's gradients and stop")
    add("--distributed", action="store_true", help="one of several processes, as the cluster's launcher says")
    add("--coordinator", metavar="HOST:PORT", help="one of several processes, with --processes and --process")
    add("--processes", type=int)
    add("--process", type=int)
    return parser.parse_args()


def main() -> None:
    options = parse()
    if options.distributed or options.coordinator:
        jax.distributed.initialize(options.coordinator, options.processes, options.process)
    # After `initialize`, which takes SIGTERM for itself.
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *received: signals.append(received[0]))
    training = json.loads((options.folder / "training.json").read_text())
    if (training["format"], training["version"]) != ("neuf-training", 1):
        sys.exit(f"{options.folder}/training.json is not neuf-training version 1")
    runner = Runner(options.folder, training, options.precision)
    moves = jax.process_index() == 0 and not options.keep and not options.gradients
    files = BatchFiles(options.folder, training, moves, lambda name: say(waitingFor=name))
    snapshots = Snapshots(options.folder, training)
    if options.gradients:
        return write_gradients(runner, files, snapshots, options.gradients)
    known = [peak for name, peak in PEAKS.items() if jax.devices()[0].device_kind.startswith(name)]
    peak = options.peak * 1e12 if options.peak else next(iter(known), None)
    log = Log(runner, peak and peak * jax.device_count())
    train(runner, files, snapshots, log, options, lambda: bool(signals))


if __name__ == "__main__":
    main()
