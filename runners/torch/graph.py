"""Computes an exported graph (src/graph/graph-data.ts) with PyTorch, node by node; torch.compile sees through it."""

from collections.abc import Mapping

import torch

from exported import LEAVES, MOVES, PRODUCTS, Exported
from ops import OPS, TYPES, attention


class Graph(Exported):
    """A graph and the type of each node's result and of its operands. With `fused`, attention is one kernel, and its
    probabilities are never written down."""

    def __init__(self, data: dict, narrow: torch.dtype, activations: bool = False, fused: bool = False):
        super().__init__(data, OPS, activations)
        self.results = [narrow if narrows else torch.float32 for narrows in self.narrow_result]
        self.products = [narrow if narrows else torch.float32 for narrows in self.narrow_product]
        self.fused = fused
        read = {(source, output) for node in self.nodes for source, output in node["inputs"]}
        read |= {(source, output) for source, output in self.outputs.values()}
        # Of an op with several outputs the others are computed only where they are read.
        several = [any((place, output) in read for output in (1, 2)) for place in range(len(self.nodes))]
        self.attributes = [{**node["attributes"], "several": more} for node, more in zip(self.nodes, several)]
        last_read = {source: place for place, node in enumerate(self.nodes) for source, _ in node["inputs"]}
        kept = {place for place, _ in self.outputs.values()}
        self.done: list[list[int]] = [[] for _ in self.nodes]
        for source, place in last_read.items():
            if source not in kept:
                self.done[place].append(source)

    def compute(self, place: int, inputs: list) -> tuple:
        """The outputs of the node at `place`, which is no leaf."""
        op, attributes = self.nodes[place]["op"], self.attributes[place]
        narrow, kind = self.products[place], self.results[place]
        # Not made where one kernel makes them and their product with the values.
        if op == "attentionProbabilities" and self.fused:
            return ((attributes["causal"], *inputs),)
        if op == "matmul" and isinstance(inputs[0], tuple):
            result = attention(*inputs[0], values=inputs[1], narrow=narrow)
        elif op in PRODUCTS:
            result = OPS[op](attributes, *inputs, narrow=narrow, result=kind)
        else:
            result = OPS[op](attributes, *(inputs if op in MOVES else map(widened, inputs)))
        results = result if isinstance(result, tuple) else (result,)
        return tuple(x.to(kind) if x.is_floating_point() else x for x in results)

    def __call__(self, feeds: Mapping, parameters: Mapping) -> dict:
        """Outputs by name. `feeds` holds the inputs and the stored constants, by name."""
        values: list[tuple | None] = []
        for place, node in enumerate(self.nodes):
            if node["op"] in LEAVES:
                values.append((leaf(node, feeds, parameters),))
            else:
                values.append(self.compute(place, [values[source][output] for source, output in node["inputs"]]))
            for source in self.done[place]:
                values[source] = None
        return {name: values[place][output] for name, (place, output) in self.outputs.items()}


def leaf(node: dict, feeds: Mapping, parameters: Mapping):
    attributes = node["attributes"]
    if node["op"] != "constant":
        return (parameters if node["op"] == "parameter" else feeds)[attributes["name"]]
    if "stored" in attributes:
        return feeds[attributes["stored"]]
    return constant(attributes, next(iter(parameters.values())).device)


def constant(attributes: dict, device):
    values, kind = attributes["values"], TYPES[attributes["type"]]
    # One number everywhere is part of a compiled kernel.
    if len(set(values)) == 1:
        return torch.full(attributes["shape"], values[0], dtype=kind, device=device)
    return torch.tensor(values, dtype=kind, device=device).reshape(attributes["shape"])


def widened(x):
    return x.float() if x.is_floating_point() else x
