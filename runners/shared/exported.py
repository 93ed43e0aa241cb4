"""An exported graph (src/graph/graph-data.ts): how precisely each node is computed, and how many floating-point operations."""

import math
from collections.abc import Container

LEAVES = {"input", "parameter", "constant"}
PRODUCTS = {"matmul", "linear", "attentionProbabilities"}
# Ops that only move elements: nothing is computed, so nothing is widened.
MOVES = {"reshape", "transpose", "expand", "slice", "padZeros", "concat"}


class Exported:
    """A graph's nodes, with the rules of bfloat16.

    The operands of products are narrowed. With `activations`, so is every value that depends on a parameter and goes
    through another weight before it reaches an output; what comes after the last weights (the loss) and what depends on
    no parameter (the data) is float32 throughout. Sums are float32 everywhere.
    """

    def __init__(self, data: dict, ops: Container[str], activations: bool):
        self.nodes, self.outputs = data["nodes"], data["outputs"]
        missing = sorted({op for node in self.nodes if (op := node["op"]) not in LEAVES and op not in ops})
        if missing:
            raise SystemExit(f"this runner has no op {', '.join(missing)}")
        self.learnt: list[bool] = []
        for node in self.nodes:
            self.learnt.append(node["op"] == "parameter" or any(self.learnt[place] for place, _ in node["inputs"]))
        late = self._late()
        wide = [not learnt or place in late for place, learnt in enumerate(self.learnt)]
        last = [self._has_weight(node) and learnt for node, learnt in zip(self.nodes, self.learnt)]
        # Whether a node's result is narrowed, and whether the operands of its product are.
        self.narrow_result = [activations and not exact for exact in wide]
        self.narrow_product = [weighs or not (activations and exact) for weighs, exact in zip(last, wide)]

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
