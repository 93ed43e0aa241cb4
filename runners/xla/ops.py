"""Each op of Neuf's tensor language in JAX: one function an op, by the op's name (src/graph/ops).

A function gets the node's attributes and its inputs, and returns the output, or a tuple where the op has several.
JAX differentiates them, so a gradient is written only where JAX's would be another one than the op's. The operands of
`PRODUCTS` are narrowed before they are multiplied; all other ops compute in float32 (graph.py).
"""

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

# No weight, no activation: added to scores so that softmax gives exactly 0, yet finite (src/graph/ops/attention.ts).
HIDDEN = -1e9
# JAX has no 64-bit integers unless told; ids and counts here are far below 2^31.
TYPES = {"float32": jnp.float32, "int32": jnp.int32, "int64": jnp.int32, "uint8": jnp.uint8, "bool": jnp.bool_}

OPS: dict[str, Callable] = {}


def op(function: Callable) -> Callable:
    return OPS.setdefault(function.__name__, function)


def product(a, b, axes: str, narrow, result=jnp.float32):
    """Einstein sum of two tensors with narrowed operands and float32 sums, forwards and backwards; rounded to `result`.

    JAX's own gradient would multiply a float32 gradient with a narrow operand, which no unit does fast.
    """
    left, right, out = axes.replace("->", ",").split(",")
    precision = lax.Precision.HIGHEST if narrow == jnp.float32 else lax.Precision.DEFAULT

    def einsum(spec, x, y, dtype):
        x, y = x.astype(narrow), y.astype(narrow)
        return jnp.einsum(spec, x, y, precision=precision, preferred_element_type=dtype)

    @jax.custom_vjp
    def multiply(a, b):
        return einsum(axes, a, b, result)

    def backward(operands, dy):
        a, b = operands
        da = einsum(f"{out},{right}->{left}", dy, b, a.dtype)
        return da, einsum(f"{out},{left}->{right}", dy, a, b.dtype)

    multiply.defvjp(lambda a, b: (einsum(axes, a, b, result), (a, b)), backward)
    return multiply(a, b)


@op
def matmul(attributes, a, b, narrow=jnp.float32, result=jnp.float32):
    """Product over the last two axes; leading axes broadcast. Axes of size 1 that broadcast are left out of the sum."""
    rank, shape = max(a.ndim, b.ndim), np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    letters = "abcdefgh"[: rank - 2]

    def operand(x, last):
        own = range(rank - x.ndim, rank - 2)
        kept = [i for i in own if x.shape[i - rank] == shape[i] or shape[i] == 1]
        dropped = tuple(i - rank + x.ndim for i in own if i not in kept)
        return jnp.squeeze(x, dropped), "".join(letters[i] for i in kept) + last

    a, left = operand(a, "yx" if attributes["transposeA"] else "xy")
    b, right = operand(b, "zy" if attributes["transposeB"] else "yz")
    spec, scale = f"{left},{right}->{letters}xz", attributes["scale"]
    return product(a, b, spec, narrow, result) if scale == 1 else product(a, b, spec, narrow) * scale


@op
def linear(_, x, weight, bias=None, narrow=jnp.float32, result=jnp.float32):
    """x: [..., inputs], weight: [outputs, inputs], bias: [outputs]."""
    letters = "abcdefgh"[: x.ndim - 1]
    spec = f"{letters}x,yx->{letters}y"
    return product(x, weight, spec, narrow, result) if bias is None else product(x, weight, spec, narrow) + bias


@op
def attentionProbabilities(attributes, q, k, visible=None, narrow=jnp.float32, result=jnp.float32):
    """q, k: [batch, heads, length, size]; visible: [batch, keys], 1 or 0. The masks are added, never differentiated."""
    scores = product(q, k, "bhxs,bhys->bhxy", narrow) * (1 / math.sqrt(q.shape[-1]))
    if attributes["causal"]:
        scores = scores + np.triu(np.full(scores.shape[-2:], HIDDEN, np.float32), 1)
    if visible is not None:
        scores = scores + lax.stop_gradient((visible - 1) * -HIDDEN)[:, None, None, :]
    return jax.nn.softmax(scores).astype(result)


def has_kernel(q, k, narrow) -> bool:
    return narrow != jnp.float32 and q.shape[2] % 2 == k.shape[2] % 2 == 0 and q.shape[3] % 8 == 0


def attention(causal: bool, q, k, visible=None, *, values, narrow):
    """`attentionProbabilities` and their product with values [batch, heads, keys, size], as one kernel."""
    shape = (q.shape[0], 1, q.shape[2], k.shape[2])
    mask = None if visible is None else jnp.broadcast_to(visible[:, None, None, :] > 0.5, shape)
    kernel = "cudnn" if jax.default_backend() == "gpu" else "xla"
    heads_inside = (jnp.swapaxes(x, 1, 2).astype(narrow) for x in (q, k, values))
    y = jax.nn.dot_product_attention(*heads_inside, mask=mask, is_causal=causal, implementation=kernel)
    return jnp.swapaxes(y, 1, 2)


@op
def norm(attributes, x, *vectors):
    """Returns [..., width], and the mean and one over the deviation, [..., 1]."""
    centre = jnp.mean(x, -1, keepdims=True)
    inverse = lax.rsqrt(jnp.mean(jnp.square(x - centre), -1, keepdims=True) + attributes["epsilon"])
    y, parts = (x - centre) * inverse, iter(vectors)
    y = y * next(parts) if attributes["scaled"] else y
    return y + next(parts) if attributes["shifted"] else y, centre, inverse


OPS |= {
    "gelu": lambda _, x: (x * (probability := 0.5 * lax.erf(x * math.sqrt(0.5)) + 0.5), probability),
    # Exactly the round number, and the gradient of x.
    "straightThroughRound": lambda _, x: lax.stop_gradient(jnp.round(x)) + (x - lax.stop_gradient(x)),
    # Returns the log-probabilities, too.
    "crossEntropy": lambda _, logits, targets: (
        -jnp.take_along_axis(logs := jax.nn.log_softmax(logits), targets[..., None], -1)[..., 0], logs),
    "crossEntropyGradient": lambda _, logs, targets, dy: (
        (jnp.exp(logs) - jax.nn.one_hot(targets, logs.shape[-1])) * dy[..., None]),
    # An id that is none gives NaN, which stops the training.
    "embedding": lambda _, table, ids: jnp.take(table, ids, axis=0, mode="fill"),
    "scatterRows": lambda attributes, ids, values: (
        jnp.zeros((attributes["rows"], values.shape[1]), values.dtype).at[ids].add(values)),
    "convolution": lambda attributes, x, weight, *bias: lax.conv_general_dilated(
        x, weight, (attributes["stride"],) * 2, np.reshape(attributes["pads"], (2, 2)).tolist(), precision="highest",
    ) + sum(vector[:, None, None] for vector in bias),
    "groupNorm": lambda attributes, x, scale, bias: scale[:, None, None] * norm(
        {**attributes, "scaled": False, "shifted": False}, x.reshape(x.shape[0], attributes["groups"], -1),
    )[0].reshape(x.shape) + bias[:, None, None],
    "argmax": lambda _, x: jnp.argmax(x, -1).astype(jnp.int32),
    # At a tie the gradient goes to the first; JAX's own would share it out.
    "maximum": lambda _, a, b: jnp.where(a < b, b, a),
    "minimum": lambda _, a, b: jnp.where(b < a, b, a),
    "cast": lambda attributes, x: x.astype(TYPES[attributes["type"]]),
    "sum": lambda attributes, x: jnp.sum(x, tuple(attributes["axes"]), keepdims=attributes["keep"]),
    "mean": lambda attributes, x: jnp.mean(x, tuple(attributes["axes"]), keepdims=True),
    "reshape": lambda attributes, x: x.reshape(attributes["shape"]),
    "transpose": lambda attributes, x: jnp.transpose(x, attributes["order"]),
    "expand": lambda attributes, x: jnp.broadcast_to(x, attributes["shape"]),
    "slice": lambda attributes, x: lax.slice_in_dim(x, attributes["start"], attributes["end"], axis=attributes["axis"]),
    "padZeros": lambda attributes, x: jnp.pad(x, [
        (attributes["before"], attributes["after"]) if i == attributes["axis"] else (0, 0) for i in range(x.ndim)]),
    "concat": lambda attributes, *parts: jnp.concatenate(parts, attributes["axis"]),
}

# Ops that are a function of JAX's as it is.
PLAIN = {
    **{"add": jnp.add, "sub": jnp.subtract, "mul": jnp.multiply, "div": jnp.divide, "neg": jnp.negative},
    **{"less": jnp.less, "equal": jnp.equal, "where": jnp.where, "round": jnp.round, "abs": jnp.abs, "sign": jnp.sign},
    **{"exp": jnp.exp, "log": jnp.log, "sqrt": jnp.sqrt, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid, "erf": lax.erf},
    "softmax": jax.nn.softmax,
}
OPS |= {name: lambda _, *inputs, function=function: function(*inputs) for name, function in PLAIN.items()}
