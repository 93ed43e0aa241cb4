"""Computes an exported graph with nodes that are alike stacked: parameters of one shape go through the same nodes, so the
update of hundreds of matrices is a few batched products. It knows no optimiser: nodes are alike when the same ops lead to
them from leaves of the same shapes."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch.fx.experimental.proxy_tensor import make_fx

from exported import LEAVES
from graph import Graph, constant, leaf


class Source(NamedTuple):
    """What a step reads: an output of an earlier one; of its stack all, one (then it is no stack) or some."""

    step: int
    output: int
    pick: None | int | slice | list[int]
    stacked: bool


class Stacked(Graph):
    """A graph of float32 values as `steps`: places of nodes that are alike, and their sources (None for leaves). Their
    values are stacked along a new first axis, unless a step is of one node."""

    def __init__(self, data: dict, narrow: torch.dtype):
        super().__init__(data, narrow)
        self.same, groups = self._alike()
        self.steps: list[tuple[tuple[int, ...], list[Source] | None]] = []
        self.step_of_leaves: dict[tuple[int, ...], int] = {}
        self.place_in: dict[int, tuple[int, int]] = {}  # of a node, its step and where it is in there
        for group in groups:
            inputs = zip(*(self.nodes[place]["inputs"] for place in group))
            sources = [self._source(list(each)) for each in inputs]
            self.place_in |= {place: (len(self.steps), index) for index, place in enumerate(group)}
            self.steps.append((group, sources))
        self.wanted = {name: self._source([(place, output)]) for name, (place, output) in self.outputs.items()}
        self.kept = sorted({(source.step, source.output) for source in self.wanted.values()})
        is_given = lambda place: "values" not in self.nodes[place]["attributes"]
        self.given = [places for places, sources in self.steps if sources is None and is_given(places[0])]
        last = {source.step: step for step, (_, sources) in enumerate(self.steps) for source in sources or ()}
        kept = {step for step, _ in self.kept}
        self.spent = [[source for source, at in last.items() if at == step and source not in kept]
                      for step in range(len(self.steps))]

    def _alike(self) -> tuple[list[int], list[tuple[int, ...]]]:
        """For each node the first that computes the same; and the groups of nodes that are alike, inputs first.

        Scalars are what all share, so a leaf without axes is alike to itself alone."""
        same: list[int] = []
        alike: list[int] = []
        depth: list[int] = []
        found: tuple[dict, dict] = ({}, {})
        groups: dict[int, list[int]] = {}
        for place, (node, attributes) in enumerate(zip(self.nodes, self.attributes)):
            op, inputs = node["op"], node["inputs"]
            exact = [op, attributes, [(same[source], output) for source, output in inputs]]
            loose = [op, attributes, [(alike[source], output) for source, output in inputs]]
            if op in LEAVES - {"constant"} and attributes["shape"]:
                loose = ["leaf", attributes["shape"], attributes["type"]]
            same.append(found[0].setdefault(json.dumps(exact), place))
            alike.append(found[1].setdefault(json.dumps(loose), place))
            depth.append(max((depth[source] + 1 for source, _ in inputs), default=0))
            if same[place] == place and op not in LEAVES:
                groups.setdefault(alike[place], []).append(place)
        ordered = sorted(groups, key=lambda first: depth[first])
        return same, [tuple(groups[first]) for first in ordered]

    def _source(self, inputs: Sequence[tuple[int, int]]) -> Source:
        """Where the nodes of a group find one of their inputs."""
        places, output = tuple(self.same[place] for place, _ in inputs), inputs[0][1]
        stacked = len(set(places)) > 1
        places = places if stacked else places[:1]
        if self.nodes[places[0]]["op"] in LEAVES:
            if places not in self.step_of_leaves:
                self.step_of_leaves[places] = len(self.steps)
                self.steps.append((places, None))
            return Source(self.step_of_leaves[places], output, None, stacked)
        step = self.place_in[places[0]][0]
        picked = [self.place_in[place][1] for place in places]
        size = len(self.steps[step][0])
        if picked == list(range(size)):
            return Source(step, output, None, stacked)
        if not stacked:
            return Source(step, output, picked[0], False)
        run = list(range(picked[0], picked[0] + len(picked)))
        return Source(step, output, slice(run[0], run[-1] + 1) if picked == run else picked, True)

    def run(self, given: list[torch.Tensor]) -> list[torch.Tensor]:
        """What is `kept`, from the leaves that are `given`."""
        values: list[tuple | None] = []
        leaves = iter(given)
        for (places, sources), spent in zip(self.steps, self.spent):
            if sources is None:
                attributes = self.attributes[places[0]]
                made = constant(attributes, given[0].device) if "values" in attributes else next(leaves)
                values.append((made,))
                continue
            inputs = [part(values[step][output], pick) for step, output, pick, _ in sources]
            if len(places) == 1:
                values.append(self.compute(places[0], inputs))
            else:
                axes = tuple(0 if source.stacked else None for source in sources)
                values.append(torch.vmap(lambda *each, place=places[0]: self.compute(place, each), axes)(*inputs))
            for step in spent:
                values[step] = None
        return [values[step][output] for step, output in self.kept]

    def compile(self) -> None:
        """Makes `run` a compiled one, at its first call. Traced before, since torch.compile is four times as long at
        looking into vmap itself."""

        def trace(given: list[torch.Tensor]) -> list[torch.Tensor]:
            flat = make_fx(lambda *leaves: Stacked.run(self, list(leaves)))(*given)
            fast = torch.compile(flat, dynamic=False, fullgraph=True)
            self.run = lambda given: fast(*given)
            return self.run(given)

        self.run = trace

    def __call__(self, feeds: Mapping, parameters: Mapping) -> dict:
        given = [together([leaf(self.nodes[place], feeds, parameters) for place in places]) for places in self.given]
        found = dict(zip(self.kept, self.run(given)))
        return {name: part(found[step, output], pick) for name, (step, output, pick, _) in self.wanted.items()}


def part(x: torch.Tensor, pick) -> torch.Tensor:
    return x if pick is None else x[pick]


def together(parts: list[torch.Tensor]) -> torch.Tensor:
    """The parts as one stack: a view where they lie one after the other, as parts of a stack do. One part stays as it is."""
    first, size = parts[0], parts[0].numel()
    if len(parts) == 1:
        return first
    base, begin = first.untyped_storage().data_ptr(), first.storage_offset()
    if all(x.is_contiguous() and x.untyped_storage().data_ptr() == base and x.storage_offset() == begin + i * size
           for i, x in enumerate(parts)):
        return first.as_strided((len(parts), *first.shape), (size, *first.stride()))
    return torch.stack(parts)
