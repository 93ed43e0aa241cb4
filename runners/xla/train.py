#!/usr/bin/env python3
"""Trains what Neuf exported (src/train/export.ts) on all devices XLA finds. Holds no network, no loss and no schedule:
they come as graphs and numbers, and JAX differentiates. JSON lines go to standard output. See docs/xla.md."""

import argparse
import itertools
import json
import math
import signal
import sys
import time
from pathlib import Path

import jax
import numpy as np
from jax.experimental import multihost_utils

from batches import BatchFiles, ahead, invented
from runner import Runner, means

# Teraflops of one device at bfloat16, by the start of its name: what vendors state, without sparsity.
PEAKS = {"TPU v4": 275, "TPU v5 lite": 197, "TPU v5e": 197, "TPU v5": 459, "TPU v6": 918, "NVIDIA A100": 312}
PEAKS |= {"NVIDIA H100": 989, "NVIDIA H200": 989}
AGREE_EVERY = 10  # steps between two agreements of several processes on whether to stop
AHEAD = 2  # steps read ahead, and given to the devices before the first of them is done


def say(**line) -> None:
    if jax.process_index() == 0:
        print(json.dumps(line), flush=True)


class Log:
    """Readings of the steps since the last line, which become the next."""

    def __init__(self, runner: Runner, peak: float | None):
        self.runner, self.peak = runner, peak
        self.scenes = runner.training["batchSize"] * runner.training["accumulate"]
        self.flops = runner.loss.flops() * runner.training["accumulate"]
        self.pending: list[tuple[int, dict]] = []
        # Seconds of the steps in `pending`, and those of them that were spent waiting for batches.
        self.spent = self.waited = 0.0

    def add(self, step: int, readings: dict) -> None:
        self.pending.append((step, readings))
        if len(self.pending) > AHEAD:
            jax.block_until_ready(self.pending[-1 - AHEAD][1])

    def check(self) -> None:
        """Waits for all steps. A loss that is no number means a spoiled state, which must not be written."""
        began = time.monotonic()
        for step, readings in self.pending:
            found = means([{name: readings[name] for name in ("loss", "gradientNorm") if name in readings}])
            if not all(map(math.isfinite, found.values())):
                sys.exit(f"the training diverged at step {step}: {found}; the last snapshot is from before")
        self.spent += time.monotonic() - began

    def line(self) -> None:
        self.check()
        step, seconds, training = self.pending[-1][0], self.spent / len(self.pending), self.runner.training
        say(
            step=step,
            **means([readings for _, readings in self.pending]),
            **{name: float(self.runner.schedule[name][step - 1]) for name in training["schedule"]["reported"]},
            milliseconds=round(seconds * 1000, 2),
            scenesPerSecond=round(self.scenes / seconds, 1),
            teraflops=float(f"{self.flops / seconds / 1e12:.4g}"),
            utilisation=self.peak and float(f"{self.flops / seconds / self.peak:.4g}"),
            waiting=round(self.waited / self.spent, 3),
            minutesLeft=round((training["steps"] - step) * seconds / 60, 2),
        )
        self.pending.clear()
        self.spent = self.waited = 0.0


def train(runner: Runner, files: BatchFiles, log: Log, options, stopped) -> None:
    """Steps until the last one or until stopped; a snapshot at the end either way."""
    training = runner.training
    step, state = runner.restore()
    last = min(training["steps"], step + (options.dry_run or training["steps"]))
    say(started=training["name"], step=step, devices=[x.device_kind for x in jax.devices()], flopsPerStep=log.flops)
    saved_at, advance = time.monotonic(), None

    # A process of several that is to stop goes on until all of them do.
    read = files.after(step, stopped if jax.process_count() == 1 else lambda: False)
    if options.dry_run:
        read = itertools.repeat(invented(training["batches"], training["accumulate"]), options.dry_run)
    batches = ahead((runner.put_batch(batch, training["batches"], leading=1) for batch in read), AHEAD)
    while step < last and not agreed(stopped(), step):
        began = time.monotonic()
        if (parts := next(batches, None)) is None:
            break
        waited = time.monotonic() - began
        inputs = (state, runner.scalars(step + 1), runner.fixed, parts)
        if advance is None:
            advance = runner.compiled(inputs, say)
            gigabytes = round(advance.memory_analysis().temp_size_in_bytes / 1e9, 2)
            say(compiled=round(time.monotonic() - began - waited, 1), gigabytesBesideState=gigabytes)
            began, waited = time.monotonic(), 0.0
        state, readings = advance(*inputs)
        step += 1
        log.add(step, readings)
        log.spent += time.monotonic() - began
        log.waited += waited
        files.finished(step)
        if step % options.log_every == 0 or step == last:
            log.line()
        if runner.validate and (step % options.validate_every == 0 or step == last):
            readings = runner.validate(state)
            say(step=step, validationLoss=readings.pop("loss"), **readings)
        if time.monotonic() - saved_at > options.snapshot_seconds:
            save(runner, files, log, state, step)
            saved_at = time.monotonic()
    save(runner, files, log, state, step)
    if step == training["steps"]:
        runner.write("result", {entry["name"]: state[entry["average"]] for entry in training["parameters"]}, step)
    say(done=step == last, step=step)


def save(runner: Runner, files: BatchFiles, log: Log, state: dict, step: int) -> None:
    log.check()
    runner.write("snapshot", state, step)
    files.forget(step)


def agreed(stopped: bool, step: int) -> bool:
    """Whether to stop; several processes do so at one step."""
    if jax.process_count() == 1:
        return stopped
    return step % AGREE_EVERY == 0 and bool(multihost_utils.process_allgather(np.array(stopped)).any())


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains what Neuf exported, on all devices XLA finds.")
    add = parser.add_argument
    add("folder", type=Path, help="the exported training; batches are read and snapshots written here")
    add("--precision", choices=["bf16", "fp32"], default="bf16", help="of products and activations (default bf16)")
    add("--attention", choices=["fused", "plain"], help="fused unless told otherwise, on GPUs at bf16")
    add("--keep", action="store_true", help="leave batch files in place, to be read again")
    add("--snapshot-seconds", type=float, default=180, metavar="N")
    add("--log-every", type=int, default=50, metavar="STEPS")
    add("--validate-every", type=int, default=500, metavar="STEPS")
    add("--peak", type=float, metavar="TFLOPS", help="of one device, for its utilisation; known for common ones")
    add("--dry-run", type=int, metavar="STEPS", help="only time steps, on invented batches")
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
    fused = options.attention == "fused" or (options.attention is None and jax.default_backend() == "gpu")
    runner = Runner(options.folder, training, options.precision, fused)
    runner.writes = jax.process_index() == 0 and not options.dry_run
    kind = jax.devices()[0].device_kind
    peak = options.peak or next((peak for name, peak in PEAKS.items() if kind.startswith(name)), None)
    log = Log(runner, peak and peak * 1e12 * jax.device_count())
    files = BatchFiles(options.folder, training, runner.writes and not options.keep, lambda name: say(waitingFor=name))
    train(runner, files, log, options, lambda: bool(signals))


if __name__ == "__main__":
    main()
