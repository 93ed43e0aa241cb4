"""Computes an exported graph (src/graph/graph-data.ts) with JAX."""

from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np

from exported import LEAVES, MOVES, PRODUCTS, Exported
from ops import OPS, TYPES, attention, has_kernel


class Graph(Exported):
    """A graph and the type of each node's result and of its operands. With `fused`, attention is one kernel where its
    shape allows, and its probabilities are never written down."""

    def __init__(self, data: dict, narrow, activations: bool = False, fused: bool = False):
        super().__init__(data, OPS, activations)
        self.results = [narrow if narrows else jnp.float32 for narrows in self.narrow_result]
        self.products = [narrow if narrows else jnp.float32 for narrows in self.narrow_product]
        self.fused = fused

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
