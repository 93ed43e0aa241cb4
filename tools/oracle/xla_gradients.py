"""The next step's gradients by JAX, summed over its parts, as a file: what check-xla.ts compares with `differentiate`.

Usage: xla_gradients.py TRAINING FILE
"""

import json
import sys
from pathlib import Path

import jax

sys.path.insert(0, str(Path(__file__).parents[2] / "runners" / "xla"))
import tensors  # noqa: E402
from batches import BatchFiles  # noqa: E402
from runner import Runner, host  # noqa: E402

folder, path = map(Path, sys.argv[1:])
training = json.loads((folder / "training.json").read_text())
runner = Runner(folder, training, "fp32")
step, state = runner.restore()
batch = next(BatchFiles(folder, training, False, print).after(step, lambda: True))
parts = runner.put_batch(batch, training["batches"], leading=1)
gradients, _ = jax.jit(runner.gradients)(state, runner.fixed, parts)
tensors.write(path, {name: host(x) for name, x in gradients.items()}, {"step": str(step + 1)})
