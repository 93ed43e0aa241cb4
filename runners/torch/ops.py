"""Each op of Neuf's tensor language in PyTorch: one function an op, by the op's name (src/graph/ops).

A function gets the node's attributes and its inputs, and returns the output, or a tuple where the op has several.
PyTorch differentiates them, so an op is written out only where PyTorch's gradient would be another one than the op's.
The operands of products are narrowed before they are multiplied; all other ops compute in float32 (graph.py).
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F

# No weight, no activation: added to scores so that softmax gives exactly 0, yet finite (src/graph/ops/attention.ts).
HIDDEN = -1e9
TYPES = {"float32": torch.float32, "int32": torch.int32, "int64": torch.int64, "uint8": torch.uint8, "bool": torch.bool}

OPS: dict[str, Callable] = {}


def op(function: Callable) -> Callable:
    return OPS.setdefault(function.__name__, function)


@op
def matmul(attributes, a, b, narrow=torch.float32, result=torch.float32):
    """Product over the last two axes; leading axes broadcast."""
    a, b = a.to(narrow), b.to(narrow)
    a = a.transpose(-1, -2) if attributes["transposeA"] else a
    b = b.transpose(-1, -2) if attributes["transposeB"] else b
    y, scale = torch.matmul(a, b), attributes["scale"]
    return y.to(result) if scale == 1 else (y.float() * scale).to(result)


@op
def linear(_, x, weight, bias=None, narrow=torch.float32, result=torch.float32):
    """x: [..., inputs], weight: [outputs, inputs], bias: [outputs]."""
    y = F.linear(x.to(narrow), weight.to(narrow))
    return y.to(result) if bias is None else (y.float() + bias).to(result)


@op
def attentionProbabilities(attributes, q, k, visible=None, narrow=torch.float32, result=torch.float32):
    """q, k: [batch, heads, length, size]; visible: [batch, keys], 1 or 0. The masks are added, never differentiated."""
    scale = 1 / math.sqrt(q.shape[-1])
    scores = torch.matmul(q.to(narrow), k.to(narrow).transpose(-1, -2)).float() * scale
    if attributes["causal"]:
        rows = torch.arange(scores.shape[-1], device=q.device)
        scores = scores + torch.where(rows > rows[:, None], HIDDEN, 0.0)
    if visible is not None:
        scores = scores + ((visible - 1) * -HIDDEN).detach()[:, None, None, :]
    return scores.softmax(-1).to(result)


def attention(causal: bool, q, k, visible=None, *, values, narrow):
    """`attentionProbabilities` and their product with values [batch, heads, keys, size], as one kernel."""
    mask = None if visible is None else visible[:, None, None, :] > 0.5
    if mask is not None and causal:
        rows = torch.arange(q.shape[2], device=q.device)
        mask, causal = mask & (rows <= rows[:, None]), False
    return F.scaled_dot_product_attention(*(x.to(narrow) for x in (q, k, values)), attn_mask=mask, is_causal=causal)


@op
def norm(attributes, x, *vectors):
    """Returns [..., width], and the mean and one over the deviation, [..., 1], where they are read."""
    parts, width = iter(vectors), (x.shape[-1],)
    scale = next(parts) if attributes["scaled"] else None
    y = F.layer_norm(x, width, scale, next(parts) if attributes["shifted"] else None, attributes["epsilon"])
    if not attributes["several"]:
        return y
    centre = x.mean(-1, keepdim=True)
    return y, centre, torch.rsqrt((x - centre).square().mean(-1, keepdim=True) + attributes["epsilon"])


@op
def gelu(attributes, x):
    """Exact; and the normal distribution's cumulative probability at x, where it is read."""
    return (F.gelu(x), 0.5 * torch.erf(x * math.sqrt(0.5)) + 0.5) if attributes["several"] else F.gelu(x)


@op
def crossEntropy(_, logits, targets):
    """logits: [..., classes], targets: [...]; returns [...] and the log-probabilities."""
    logs = logits.log_softmax(-1)
    return -logs.gather(-1, targets.long()[..., None])[..., 0], logs


@op
def embedding(_, table, ids):
    """An id that is none gives NaN, which stops the training."""
    known = (ids >= 0) & (ids < table.shape[0])
    return torch.where(known[..., None], F.embedding(torch.where(known, ids, 0), table), math.nan)


@op
def convolution(attributes, x, weight, bias=None):
    """x: [batch, channels, rows, columns], weight: [outputs, inputs, high, wide]."""
    top, bottom, left, right = attributes["pads"]
    return F.conv2d(F.pad(x, [left, right, top, bottom]), weight, bias, attributes["stride"])


@op
def groupNorm(attributes, x, scale, bias):
    """x: [batch, channels, rows, columns]; scale, bias: [channels]."""
    return F.group_norm(x, attributes["groups"], scale, bias, attributes["epsilon"])


@op
def padZeros(attributes, x):
    """F.pad takes the last axis first."""
    after = x.ndim - 1 - attributes["axis"]
    return F.pad(x, [0, 0] * after + [attributes["before"], attributes["after"]])


OPS |= {
    # Exactly the round number, and the gradient of x.
    "straightThroughRound": lambda _, x: x.round().detach() + (x - x.detach()),
    "crossEntropyGradient": lambda _, logs, targets, dy: (
        (logs.exp() - (targets[..., None] == torch.arange(logs.shape[-1], device=logs.device)).float()) * dy[..., None]),
    "scatterRows": lambda attributes, ids, values: (
        values.new_zeros(attributes["rows"], values.shape[1]).index_add(0, ids, values)),
    "argmax": lambda _, x: x.argmax(-1).int(),
    # At a tie the gradient goes to the first; PyTorch's own would share it out.
    "maximum": lambda _, a, b: torch.where(a < b, b, a),
    "minimum": lambda _, a, b: torch.where(b < a, b, a),
    "cast": lambda attributes, x: x.to(TYPES[attributes["type"]]),
    # No axes are all axes to PyTorch.
    "sum": lambda attributes, x: (
        torch.sum(x, attributes["axes"], attributes["keep"], dtype=x.dtype) if attributes["axes"] else x),
    "mean": lambda attributes, x: torch.mean(x, attributes["axes"], True) if attributes["axes"] else x,
    "reshape": lambda attributes, x: x.reshape(attributes["shape"]),
    "transpose": lambda attributes, x: x.permute(attributes["order"]),
    "expand": lambda attributes, x: x.expand(attributes["shape"]),
    "slice": lambda attributes, x: (
        x.narrow(attributes["axis"], attributes["start"], attributes["end"] - attributes["start"])),
    "concat": lambda attributes, *parts: torch.cat(parts, attributes["axis"]),
    "softmax": lambda _, x: x.softmax(-1),
}

# Ops that are a function of PyTorch's as it is.
PLAIN = {
    **{"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "neg": torch.neg},
    **{"less": torch.lt, "equal": torch.eq, "where": torch.where, "round": torch.round, "abs": torch.abs},
    **{"sign": torch.sign, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "tanh": torch.tanh},
    **{"sigmoid": torch.sigmoid, "erf": torch.erf},
}
OPS |= {name: lambda _, *inputs, function=function: function(*inputs) for name, function in PLAIN.items()}
