"""The next step's gradients by a runner, summed over its parts, as a file: what check-runners.ts compares with
`differentiate`.

Usage: first_gradients.py xla|torch TRAINING FILE
"""

import sys
from pathlib import Path

runners = Path(__file__).resolve().parents[2] / "runners"
sys.path[:0] = [str(runners / sys.argv[1]), str(runners / "shared")]
import tensors  # noqa: E402
from batches import BatchFiles  # noqa: E402
from runner import Runner  # noqa: E402
from training import read_training  # noqa: E402

folder, path = map(Path, sys.argv[2:])
training = read_training(folder)
runner = Runner(folder, training, "fp32")
step, state = runner.restore()
parts = runner.take(next(BatchFiles(folder, training, False, print).after(step, lambda: True)))
gradients = runner.first_gradients(state, parts)
tensors.write(path, {name: runner.host(x) for name, x in gradients.items()}, {"step": str(step + 1)})
