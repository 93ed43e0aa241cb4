#!/usr/bin/env python3
"""Trains what Neuf exported (src/train/export.ts) with PyTorch on one device. Holds no network, no loss and no schedule:
they come as graphs and numbers, and PyTorch differentiates. JSON lines go to standard output. See docs/xla.md."""

import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "shared"))
from runner import Runner  # noqa: E402
from training import catch_signals, command_line, read_training, run  # noqa: E402


def main() -> None:
    parser = command_line("Trains what Neuf exported, with PyTorch on one device.")
    add = parser.add_argument
    add("--device", choices=["auto", "cpu", "cuda", "mps"], default="auto", help="cuda is ROCm's too (default auto)")
    add("--threads", type=int, metavar="N", help="of a CPU; all its cores unless told otherwise")
    add("--eager", action="store_true", help="compile nothing")
    options = parser.parse_args()
    signals = catch_signals()
    training = read_training(options.folder)
    if options.threads:
        torch.set_num_threads(options.threads)
    device = options.device if options.device != "auto" else found_device()
    if device == "cpu":
        # A run that was stopped goes on with the same numbers: sums are made in one order.
        torch.use_deterministic_algorithms(True)
        torch.utils.deterministic.fill_uninitialized_memory = False
        # Moments of rows that are never read fade away; numbers that small are slow.
        torch.set_flush_denormal(True)
    precision = options.precision or ("bf16" if device != "cpu" or has_bfloat16() else "fp32")
    fused = options.attention == "fused" or (options.attention is None and device != "cpu")
    run(Runner(options.folder, training, precision, device, fused, not options.eager), options, signals)


def found_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16; without, products of it are slower than those of float32."""
    known = torch.cpu.get_capabilities()
    return any(known.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


if __name__ == "__main__":
    main()
