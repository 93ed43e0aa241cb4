#!/usr/bin/env python3
"""Trains what Neuf exported (src/train/export.ts) on all devices XLA finds. Holds no network, no loss and no schedule:
they come as graphs and numbers, and JAX differentiates. JSON lines go to standard output. See docs/xla.md."""

import sys
from pathlib import Path

import jax

sys.path.append(str(Path(__file__).resolve().parents[1] / "shared"))
from runner import Runner  # noqa: E402
from training import catch_signals, command_line, read_training, run  # noqa: E402


def main() -> None:
    parser = command_line("Trains what Neuf exported, on all devices XLA finds.")
    add = parser.add_argument
    add("--distributed", action="store_true", help="one of several processes, as the cluster's launcher says")
    add("--coordinator", metavar="HOST:PORT", help="one of several processes, with --processes and --process")
    add("--processes", type=int)
    add("--process", type=int)
    options = parser.parse_args()
    if options.distributed or options.coordinator:
        jax.distributed.initialize(options.coordinator, options.processes, options.process)
    # After `initialize`, which takes SIGTERM for itself.
    signals = catch_signals()
    training = read_training(options.folder)
    fused = options.attention == "fused" or (options.attention is None and jax.default_backend() == "gpu")
    run(Runner(options.folder, training, options.precision or "bf16", fused), options, signals)


if __name__ == "__main__":
    main()
