"""Computes an exported graph (src/graph/graph-data.ts) with JAX, and counts its floating-point operations."""

import math
from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np

from ops import MOVES, OPS, PRODUCTS, TYPES, attention, has_kernel

LEAVES = {"input", "parameter", "constant"}


class Graph:
    """A graph and how precisely each node is computed.

    The operands of products are narrowed. With `activations`, so is every value that depends on a parameter and goes
    through another weight before it reaches an output; what comes after the last weights (the loss) and what depends on
    no parameter (the data) is float32 throughout. Sums are float32 everywhere. With `fused`, attention is one kernel
    where its shape allows, and its probabilities are never written down.
    """

    def __init__(self, data: dict, narrow, activations: bool = False, fused: bool = False):
        self.nodes, self.outputs = data["nodes"], data["outputs"]
        missing = sorted({node["op"] for node in self.nodes} - OPS.keys() - LEAVES)
        if missing:
            raise SystemExit(f"this runner has no op {', '.join(missing)}")
        self.learnt: list[bool] = []
        for node in self.nodes:
            self.learnt.append(node["op"] == "parameter" or any(self.learnt[place] for place, _ in node["inputs"]))
        late = self._late()
        wide = [not learnt or place in late for place, learnt in enumerate(self.learnt)]
        last = [self._has_weight(node) and learnt for node, learnt in zip(self.nodes, self.learnt)]
        self.results = [narrow if activations and not exact else jnp.float32 for exact in wide]
        free = [weighs or not (activations and exact) for weighs, exact in zip(last, wide)]
        self.products = [narrow if may else jnp.float32 for may in free]
        self.fused = fused

    def _has_weight(self, node: dict) -> bool:
        """Whether this is a product with a parameter itself."""
        return node["op"] in PRODUCTS and any(self.nodes[source]["op"] == "parameter" for source, _ in node["inputs"])

    def _late(self) -> set[int]:
        """Nodes that an output reads without a product with a weight between, the last such products among them."""
        late = {place for place, _ in self.outputs.values()}
        for place in reversed(range(len(self.nodes))):
            if place in late and not self._has_weight(self.nodes[place]):
                late |= {source for source, _ in self.nodes[place]["inputs"]}
        return late

    def __call__(self, feeds: Mapping, parameters: Mapping) -> dict:
        """Outputs by name. `feeds` holds the inputs and the stored constants, by name."""
        values: list[tuple] = []
        for node, narrow, kind in zip(self.nodes, self.products, self.results):
            op, attributes = node["op"], node["attributes"]
            inputs = [values[source][output] for source, output in node["inputs"]]
            if op in LEAVES:
                values.append((leaf(op, attributes, feeds, parameters),))
                continue
            # Not made where one kernel makes them and their product with the values.
            if op == "attentionProbabilities" and self.fused and has_kernel(*inputs[:2], narrow):
                values.append(((attributes["causal"], *inputs),))
                continue
            if op == "matmul" and isinstance(inputs[0], tuple):
                result = attention(*inputs[0], values=inputs[1], narrow=narrow)
            elif op in PRODUCTS:
                result = OPS[op](attributes, *inputs, narrow=narrow, result=kind)
            else:
                result = OPS[op](attributes, *(inputs if op in MOVES else map(widened, inputs)))
            results = result if isinstance(result, tuple) else (result,)
            values.append(tuple(x.astype(kind) if is_float(x) else x for x in results))
        return {name: values[place][output] for name, (place, output) in self.outputs.items()}

    def flops(self) -> int:
        """Of all products, two for a multiplication and an addition; causal attention counts in full. Forward once, and
        twice more backward where a parameter learns by it."""
        total = 0
        for node, learnt in zip(self.nodes, self.learnt):
            if node["op"] in PRODUCTS:
                source, output = node["inputs"][0]
                first = self.nodes[source]["outputs"][output]["shape"]
                inner = first[-2] if node["attributes"].get("transposeA") else first[-1]
                total += 2 * inner * math.prod(node["outputs"][0]["shape"]) * (3 if learnt else 1)
        return total


def leaf(op: str, attributes: dict, feeds: Mapping, parameters: Mapping):
    if op != "constant":
        return (parameters if op == "parameter" else feeds)[attributes["name"]]
    if "stored" in attributes:
        return feeds[attributes["stored"]]
    return np.asarray(attributes["values"], TYPES[attributes["type"]]).reshape(attributes["shape"])


def is_float(x) -> bool:
    return jnp.issubdtype(x.dtype, jnp.floating)


def widened(x):
    return x.astype(jnp.float32) if is_float(x) else x
