"""How a runner trains, whatever computes the steps (engine.py): the command line, the loop, the lines of its log."""

import argparse
import itertools
import json
import math
import signal
import sys
import time
from pathlib import Path

from batches import BatchFiles, ahead, invented
from engine import Engine

# Teraflops of one device at bfloat16, by the start of its name: what vendors state, without sparsity.
PEAKS = {"TPU v4": 275, "TPU v5 lite": 197, "TPU v5e": 197, "TPU v5": 459, "TPU v6": 918, "NVIDIA A100": 312}
PEAKS |= {"NVIDIA H100": 989, "NVIDIA H200": 989}
AHEAD = 2  # steps read ahead, and given to the devices before the first of them is done


class Log:
    """Lines of JSON; readings of the steps since the last line, which become the next."""

    def __init__(self, engine: Engine, peak: float | None):
        self.engine, self.peak = engine, peak and peak * 1e12 * len(engine.devices)
        self.scenes = engine.training["batchSize"] * engine.training["accumulate"]
        self.flops = engine.loss.flops() * engine.training["accumulate"]
        self.pending: list[tuple[int, dict]] = []
        # Seconds of the steps in `pending`, and those of them that were spent waiting for batches.
        self.spent = self.waited = 0.0

    def say(self, **line) -> None:
        if self.engine.leads:
            print(json.dumps(line), flush=True)

    def add(self, step: int, readings: dict) -> None:
        self.pending.append((step, readings))
        if len(self.pending) > AHEAD:
            self.engine.wait(self.pending[-1 - AHEAD][1])

    def check(self) -> None:
        """Waits for all steps. A loss that is no number means a spoiled state, which must not be written."""
        began = time.monotonic()
        for step, readings in self.pending:
            found = {name: readings[name] for name in ("loss", "gradientNorm") if name in readings}
            found = self.engine.means([found])
            if not all(map(math.isfinite, found.values())):
                sys.exit(f"the training diverged at step {step}: {found}; the last snapshot is from before")
        self.spent += time.monotonic() - began

    def line(self) -> None:
        self.check()
        step, seconds, training = self.pending[-1][0], self.spent / len(self.pending), self.engine.training
        self.say(
            step=step,
            **self.engine.means([readings for _, readings in self.pending]),
            **{name: float(self.engine.schedule[name][step - 1]) for name in training["schedule"]["reported"]},
            milliseconds=round(seconds * 1000, 2),
            scenesPerSecond=round(self.scenes / seconds, 1),
            teraflops=float(f"{self.flops / seconds / 1e12:.4g}"),
            utilisation=self.peak and float(f"{self.flops / seconds / self.peak:.4g}"),
            waiting=round(self.waited / self.spent, 3),
            minutesLeft=round((training["steps"] - step) * seconds / 60, 2),
        )
        self.pending.clear()
        self.spent = self.waited = 0.0


def train(engine: Engine, files: BatchFiles, log: Log, options: argparse.Namespace, stopped) -> None:
    """Steps until the last one or until stopped; a snapshot at the end either way."""
    training = engine.training
    step, state = engine.restore()
    last = min(training["steps"], step + (options.dry_run or training["steps"]))
    log.say(started=training["name"], step=step, devices=engine.devices, flopsPerStep=log.flops)
    saved_at, prepared = time.monotonic(), False

    # A process of several that is to stop goes on until all of them do.
    read = files.after(step, stopped if engine.alone else lambda: False)
    if options.dry_run:
        read = itertools.repeat(invented(training["batches"], training["accumulate"]), options.dry_run)
    batches = ahead(map(engine.take, read), AHEAD)
    while step < last and not engine.agreed(stopped(), step):
        began = time.monotonic()
        if (parts := next(batches, None)) is None:
            break
        waited = time.monotonic() - began
        if not prepared:
            log.say(**engine.prepare(state, step + 1, parts))
            prepared, began, waited = True, time.monotonic(), 0.0
        state, readings = engine.advance(state, step + 1, parts)
        step += 1
        log.add(step, readings)
        log.spent += time.monotonic() - began
        log.waited += waited
        files.finished(step)
        if step % options.log_every == 0 or step == last:
            log.line()
        if training["validation"] and (step % options.validate_every == 0 or step == last):
            readings = engine.validate(state)
            log.say(step=step, validationLoss=readings.pop("loss"), **readings)
        if time.monotonic() - saved_at > options.snapshot_seconds:
            save(engine, files, log, state, step)
            saved_at = time.monotonic()
    save(engine, files, log, state, step)
    if step == training["steps"]:
        engine.write("result", engine.weights(state, "average"), step)
    log.say(done=step == last, step=step)


def save(engine: Engine, files: BatchFiles, log: Log, state: dict, step: int) -> None:
    log.check()
    engine.write("snapshot", state, step)
    files.forget(step)


def command_line(description: str) -> argparse.ArgumentParser:
    """What every runner can be told."""
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add("folder", type=Path, help="the exported training; batches are read and snapshots written here")
    add("--precision", choices=["bf16", "fp32"], help="of products and activations")
    add("--attention", choices=["fused", "plain"], help="fused unless told otherwise, on GPUs at bf16")
    add("--keep", action="store_true", help="leave batch files in place, to be read again")
    add("--snapshot-seconds", type=float, default=180, metavar="N")
    add("--log-every", type=int, default=50, metavar="STEPS")
    add("--validate-every", type=int, default=500, metavar="STEPS")
    add("--peak", type=float, metavar="TFLOPS", help="of one device, for its utilisation; known for common ones")
    add("--dry-run", type=int, metavar="STEPS", help="only time steps, on invented batches")
    return parser


def read_training(folder: Path) -> dict:
    training = json.loads((folder / "training.json").read_text())
    if (training["format"], training["version"]) != ("neuf-training", 1):
        sys.exit(f"{folder}/training.json is not neuf-training version 1")
    return training


def catch_signals() -> list[int]:
    """SIGTERM and Ctrl-C from now on: they only ask for an end."""
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *received: signals.append(received[0]))
    return signals


def run(engine: Engine, options: argparse.Namespace, signals: list[int]) -> None:
    """The training, from where it stands to its end or to a signal."""
    engine.writes = engine.leads and not options.dry_run
    kind = engine.devices[0]
    log = Log(engine, options.peak or next((peak for name, peak in PEAKS.items() if kind.startswith(name)), None))
    moves = engine.writes and not options.keep
    files = BatchFiles(options.folder, engine.training, moves, lambda name: log.say(waitingFor=name))
    train(engine, files, log, options, lambda: bool(signals))
