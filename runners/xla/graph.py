"""Computes an exported graph (src/graph/graph-data.ts) with JAX, and counts its floating-point operations."""

import math
from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np

from ops import MOVES, OPS, PRODUCTS, TYPES

LEAVES = {"input", "parameter", "constant"}


class Graph:
    """A graph and how precisely each node is computed.

    The operands of products are narrowed. With `activations`, so is every value that depends on a parameter and goes
    through another weight before it reaches an output; what comes after the last weights (the loss) and what depends on
    no parameter (the data) is float32 throughout. Sums are float32 everywhere.
    """

    def __init__(self, data: dict, narrow, activations: bool = False):
        self.nodes, self.outputs = data["nodes"], data["outputs"]
        missing = sorted({node["op"] for node in self.nodes} - OPS.keys() - LEAVES)
        if missing:
            raise SystemExit(f"this runner has no op {', '.join(missing)}")
        self.learnt: list[bool] = []
        for node in self.nodes:
            depends = any(self.learnt[source] for source, _ in node["inputs"])
            self.learnt.append(node["op"] == "parameter" or depends)
        late = self._late()
        wide = [not learnt or place in late for place, learnt in enumerate(self.learnt)]
        last = [self._has_weight(node) and learnt for node, learnt in zip(self.nodes, self.learnt)]
        self.results = [narrow if activations and not exact else jnp.float32 for exact in wide]
        self.products = [
            narrow if weighs or not (activations and exact) else jnp.float32 for weighs, exact in zip(last, wide)
        ]

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
        for place, node in enumerate(self.nodes):
            attributes = node["attributes"]
            if node["op"] in LEAVES:
                values.append((leaf(node, feeds, parameters),))
                continue
            inputs = [values[source][output] for source, output in node["inputs"]]
            if node["op"] in PRODUCTS:
                result = OPS[node["op"]](attributes, *inputs, narrow=self.products[place])
            else:
                result = OPS[node["op"]](attributes, *(inputs if node["op"] in MOVES else map(widened, inputs)))
            results = result if isinstance(result, tuple) else (result,)
            values.append(tuple(x.astype(self.results[place]) if is_float(x) else x for x in results))
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


def leaf(node: dict, feeds: Mapping, parameters: Mapping):
    attributes = node["attributes"]
    if node["op"] == "parameter":
        return parameters[attributes["name"]]
    if node["op"] == "input":
        return feeds[attributes["name"]]
    if "stored" in attributes:
        return feeds[attributes["stored"]]
    return np.asarray(attributes["values"], TYPES[attributes["type"]]).reshape(attributes["shape"])


def is_float(x) -> bool:
    return jnp.issubdtype(x.dtype, jnp.floating)


def widened(x):
    return x.astype(jnp.float32) if is_float(x) else x
