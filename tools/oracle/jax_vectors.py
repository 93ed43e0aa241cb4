"""Reference vectors from JAX: outputs and gradients of single ops and of whole networks, in float64 on the CPU.

The networks below are written from their descriptions (the DALL-E mini model code and paper, ViT, CLIP), not from
src/networks, and JAX differentiates them, so that they check both our forward graphs and our differentiation. Not part
of `npm test`: the tests read the JSON files that this writes. To write them again:

    python3 -m venv oracle-env && oracle-env/bin/pip install "jax[cpu]==0.10.2" numpy
    oracle-env/bin/python tools/oracle/jax_vectors.py

Weights and inputs are not stored: both sides compute them from each tensor's name (`pseudo_random`, and
src/graph/testing/pseudo-random.ts).
"""

import json
import math
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np

SOURCE = Path(__file__).resolve().parents[2] / "src"


def pseudo_random(name, shape):
    """Numbers in [-1, 1) as a function of a name: FNV-1a of the name, then a 32-bit mix of each index."""
    start = 0x811C9DC5
    for byte in name.encode():
        start = ((start ^ byte) * 0x01000193) & 0xFFFFFFFF
    count = math.prod(shape)
    x = (np.uint64(start) + np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B9)) & np.uint64(0xFFFFFFFF)
    mask = np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x7FEB352D)) & mask
    x ^= x >> np.uint64(15)
    x = (x * np.uint64(0x846CA68B)) & mask
    x ^= x >> np.uint64(16)
    return (x.astype(np.float64) / 2**31 - 1).astype(np.float32).astype(np.float64).reshape(shape)


def weight_of(name, shape):
    """Biases are small, norm scales lie about 1, matrices are large enough to make attention choose."""
    values = pseudo_random(name, shape)
    if name.endswith("bias") or name == "logit_scale":
        scaled = values.astype(np.float32) * np.float32(0.25)
    elif len(shape) == 1:
        scaled = np.float32(1) + values.astype(np.float32) * np.float32(0.25)
    else:
        scaled = values.astype(np.float32) * np.float32(0.5)
    return jnp.asarray(scaled.astype(np.float64))


def plain(x):
    return [float(f"{v:.7g}") for v in np.asarray(x, dtype=np.float64).ravel()]


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)


# ---------------------------------------------------------------------------------------------------------- networks


def layer_norm(z, scale=None, bias=None):
    centred = z - z.mean(axis=-1, keepdims=True)
    out = centred / jnp.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
    if scale is not None:
        out = out * scale
    return out if bias is None else out + bias


def softmax_attention(q, k, v, heads, allowed):
    """allowed: bool, broadcasts to [batch, heads, queries, keys]."""
    b, n, d = q.shape
    m = k.shape[1]
    size = d // heads
    q, k, v = (t.reshape(b, -1, heads, size) for t in (q, k, v))
    logits = jnp.einsum("bqhs,bkhs->bhqk", q / math.sqrt(size), k)
    logits = jnp.where(allowed, logits, -1e30)
    out = jnp.einsum("bhqk,bkhs->bqhs", jax.nn.softmax(logits, axis=-1), v)
    assert logits.shape == (b, heads, n, m)
    return out.reshape(b, n, d)


def cross_entropy(logits, targets):
    log_p = jax.nn.log_softmax(logits, axis=-1)
    return -jnp.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]


def dalle_mini(w, c, text, visible, shifted, tokens=None):
    """
    The released dalle-mini: BART with normformer positions, no dense bias, GLU, learned positions, final norms. With
    several codes at a position, tokens of one position are summed going in, and each further code has a head of its own.
    """
    heads = c["heads"]

    def dense(name, z):
        return z @ w[name + ".weight"].T

    def ln(name, z):  # scale and bias
        return layer_norm(z, w[name + ".weight"], w[name + ".bias"])

    def lnb(name, z):  # force_ln_scale is false: bias only
        return layer_norm(z, None, w[name + ".bias"])

    def glu(at, z):
        z = lnb(at + "ln0", z)
        return dense(at + "fc2", lnb(at + "ln1", jax.nn.gelu(dense(at + "fc0", z), approximate=False) * dense(at + "fc1", z)))

    def attend(at, queries, keys, allowed):
        q, k, v = dense(at + "q_proj", queries), dense(at + "k_proj", keys), dense(at + "v_proj", keys)
        return dense(at + "out_proj", softmax_attention(q, k, v, heads, allowed))

    padding = visible[:, None, None, :] > 0
    x = w["encoder.embed_tokens.weight"][text] + w["encoder.embed_positions.weight"][None]
    x = ln("encoder.layernorm_embedding", x)
    for i in range(c["encoderLayers"]):
        at = f"encoder.layers.{i}."
        z = lnb(at + "pre_self_attn_layer_norm", x)
        x = x + ln(at + "self_attn_layer_norm", attend(at + "self_attn.", z, z, padding))
        x = x + glu(at + "glu.", x)
    memory = lnb("encoder.final_ln", x)

    places = c.get("codesPerPosition", 1)
    length = shifted.shape[1] // places
    causal = jnp.tril(jnp.ones((length, length), bool))[None, None]
    parts = [w["decoder.embed_tokens.weight"][shifted[:, k::places]] for k in range(places)]
    x = sum(parts) + w["decoder.embed_positions.weight"][None, :length]
    x = ln("decoder.layernorm_embedding", x)
    for i in range(c["decoderLayers"]):
        at = f"decoder.layers.{i}."
        z = lnb(at + "pre_self_attn_layer_norm", x)
        x = x + ln(at + "self_attn_layer_norm", attend(at + "self_attn.", z, z, causal))
        z = lnb(at + "pre_encoder_attn_layer_norm", x)
        x = x + ln(at + "encoder_attn_layer_norm", attend(at + "encoder_attn.", z, memory, padding))
        x = x + glu(at + "glu.", x)
    logits = [dense("lm_head", lnb("decoder.final_ln", x))]
    for k in range(1, places):
        at = f"further.{k - 1}."
        z = x
        for j in range(k):
            z = z + w[at + "embed_tokens.weight"][tokens[:, j::places]]
        z = ln(at + "layernorm_embedding", z)
        z = z + glu(at + "glu.", z)
        logits.append(dense(at + "lm_head", lnb(at + "final_ln", z)))
    every = jnp.zeros((text.shape[0], length * places, c["imageVocabulary"]))
    for k in range(places):
        every = every.at[:, k::places].set(logits[k])
    return memory, every


def dalle_mini_shapes(c):
    d, f = c["width"], c["feedForward"]
    shapes = {"lm_head.weight": (c["imageVocabulary"], d)}

    def side(name, tokens, length, layers, cross):
        shapes[f"{name}.embed_tokens.weight"] = (tokens, d)
        shapes[f"{name}.embed_positions.weight"] = (length, d)
        shapes[f"{name}.layernorm_embedding.weight"] = (d,)
        shapes[f"{name}.layernorm_embedding.bias"] = (d,)
        shapes[f"{name}.final_ln.bias"] = (d,)
        for i in range(layers):
            at = f"{name}.layers.{i}."
            for block in ["self_attn"] + (["encoder_attn"] if cross else []):
                shapes[f"{at}pre_{block}_layer_norm.bias"] = (d,)
                shapes[f"{at}{block}_layer_norm.weight"] = (d,)
                shapes[f"{at}{block}_layer_norm.bias"] = (d,)
                for part in ["q_proj", "k_proj", "v_proj", "out_proj"]:
                    shapes[f"{at}{block}.{part}.weight"] = (d, d)
            glu(at)

    def glu(at):
        shapes[f"{at}glu.ln0.bias"] = (d,)
        shapes[f"{at}glu.ln1.bias"] = (f,)
        shapes[f"{at}glu.fc0.weight"] = (f, d)
        shapes[f"{at}glu.fc1.weight"] = (f, d)
        shapes[f"{at}glu.fc2.weight"] = (d, f)

    places = c.get("codesPerPosition", 1)
    side("encoder", c["textVocabulary"], c["textLength"], c["encoderLayers"], False)
    side("decoder", places * c["imageVocabulary"] + 1, c["imageLength"] // places, c["decoderLayers"], True)
    for k in range(1, places):
        at = f"further.{k - 1}."
        shapes[at + "embed_tokens.weight"] = (k * c["imageVocabulary"], d)
        shapes[at + "layernorm_embedding.weight"] = shapes[at + "layernorm_embedding.bias"] = (d,)
        shapes[at + "final_ln.bias"] = (d,)
        shapes[at + "lm_head.weight"] = (c["imageVocabulary"], d)
        glu(at)
    return shapes


def vision_transformer(w, at, x, heads, layers, allowed=True):
    """Pre-norm transformer of ViT; keys have no bias."""

    def dense(name, z, bias=True):
        out = jnp.einsum("...i,oi->...o", z, w[name + ".weight"])
        return out + w[name + ".bias"] if bias else out

    def ln(name, z):
        return layer_norm(z, w[name + ".weight"], w[name + ".bias"])

    for i in range(layers):
        b = f"{at}layers.{i}."
        z = ln(b + "norm1", x)
        mixed = softmax_attention(
            dense(b + "self_attn.q_proj", z),
            dense(b + "self_attn.k_proj", z, bias=False),
            dense(b + "self_attn.v_proj", z),
            heads,
            allowed,
        )
        x = x + dense(b + "self_attn.out_proj", mixed)
        z = jax.nn.gelu(dense(b + "mlp.fc1", ln(b + "norm2", x)), approximate=False)
        x = x + dense(b + "mlp.fc2", z)
    return ln(at + "norm", x)


def transformer_shapes(shapes, at, d, layers):
    def dense(name, outputs, inputs, bias=True):
        shapes[name + ".weight"] = (outputs, inputs)
        if bias:
            shapes[name + ".bias"] = (outputs,)

    for i in range(layers):
        b = f"{at}layers.{i}."
        for norm in [b + "norm1", b + "norm2"]:
            shapes[norm + ".weight"] = shapes[norm + ".bias"] = (d,)
        for part in ["q_proj", "k_proj", "v_proj", "out_proj"]:
            dense(f"{b}self_attn.{part}", d, d, bias=part != "k_proj")
        dense(b + "mlp.fc1", 4 * d, d)
        dense(b + "mlp.fc2", d, 4 * d)
    shapes[at + "norm.weight"] = shapes[at + "norm.bias"] = (d,)


def cut(pictures, patch):
    """[batch, side, side, 3] to [batch, patches, height * width * 3], patches in raster order, by plain slicing."""
    height, width = patch
    side = pictures.shape[1]
    tiles = [
        pictures[:, y : y + height, x : x + width].reshape(pictures.shape[0], -1)
        for y in range(0, side, height)
        for x in range(0, side, width)
    ]
    return jnp.stack(tiles, axis=1)


def paste(patches, patch, side):
    height, width = patch
    rows, columns = side // height, side // width
    lines = []
    for y in range(rows):
        line = [patches[:, y * columns + x].reshape(-1, height, width, 3) for x in range(columns)]
        lines.append(jnp.concatenate(line, axis=2))
    return jnp.concatenate(lines, axis=1)


def convolve(z, weight, window, stride, cell=1):
    """A convolution whose window is window x window cells of cell x cell places, zeros beyond the edge if it is odd."""
    # A row of the weight: the cells in raster order, in each the places in raster order, in each the channels.
    kernel = weight.reshape(-1, window, window, cell, cell, z.shape[-1]).transpose(1, 3, 2, 4, 5, 0)
    kernel = kernel.reshape(window * cell, window * cell, z.shape[-1], -1)
    beyond = cell * (window // 2) if window % 2 else 0
    return jax.lax.conv_general_dilated(
        z, kernel, (stride, stride), [(beyond, beyond)] * 2, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def spread(z, weight, size):
    """A transposed convolution without overlap: each place becomes size x size places."""
    width = weight.shape[0] // size**2
    out = jnp.zeros((z.shape[0], z.shape[1] * size, z.shape[2] * size, width))
    for k in range(size**2):
        part = z @ weight[k * width : (k + 1) * width].T
        out = out.at[:, k // size :: size, k % size :: size].set(part)
    return out


def residual_blocks(w, at, x, count):
    for i in range(count):
        b = f"{at}{i}."
        h = layer_norm(x, w[b + "norm.weight"], w[b + "norm.bias"])
        h = jax.nn.gelu(convolve(h, w[b + "fc1.weight"], 3, 1) + w[b + "fc1.bias"], approximate=False)
        x = x + h @ w[b + "fc2.weight"].T + w[b + "fc2.bias"]
    return x


def residual_block_shapes(shapes, at, d, count):
    for i in range(count):
        b = f"{at}{i}."
        shapes[b + "norm.weight"] = shapes[b + "norm.bias"] = shapes[b + "fc1.bias"] = shapes[b + "fc2.bias"] = (d,)
        shapes[b + "fc1.weight"], shapes[b + "fc2.weight"] = (d, 9 * d), (d, d)


def image_tokenizer(w, c, pixels):
    """Each patch becomes its nearest codebook entry; a U-Net over the picture that they make adds what they leave out."""
    picture = pixels / 127.5 - 1
    distances = ((cut(picture, c["patch"])[:, :, None] - w["codebook"]) ** 2).sum(-1)
    codes = distances.argmin(-1)
    rough = paste(w["codebook"][codes], c["patch"], c["side"])
    cell, levels = c["decoder"]["cell"], c["decoder"]["levels"]
    x, seen = rough, []
    for i, level in enumerate(levels):
        at = f"decoder.down.{i}."
        x = convolve(x, w[at + "merge.weight"], 3, cell, cell) if i == 0 else convolve(x, w[at + "merge.weight"], 2, 2)
        x = residual_blocks(w, at + "blocks.", x + w[at + "merge.bias"], level["blocks"])
        seen.append(x)
    for i in reversed(range(len(levels) - 1)):
        at, width = f"decoder.up.{i}.", levels[i]["width"]
        bias = w[at + "split.bias"].reshape(2, 2, width)
        split = spread(x, w[at + "split.weight"], 2) + jnp.tile(bias, (x.shape[1], x.shape[2], 1))
        x = residual_blocks(w, at + "blocks.", seen[i] + split, levels[i]["blocks"])
    x = layer_norm(x, w["decoder.pixels.norm.weight"], w["decoder.pixels.norm.bias"])
    last = convolve(x, w["decoder.pixels.weight"], 3, 1)
    return picture, codes, rough + spread(last, jnp.eye(last.shape[-1]), cell)


def image_tokenizer_shapes(c):
    high, wide = c["patch"]
    cell, levels = c["decoder"]["cell"], c["decoder"]["levels"]
    shapes = {"codebook": (c["codes"], high * wide * 3)}
    for i, level in enumerate(levels):
        at, d = f"decoder.down.{i}.", level["width"]
        shapes[at + "merge.weight"] = (d, 27 * cell**2 if i == 0 else 4 * levels[i - 1]["width"])
        shapes[at + "merge.bias"] = (d,)
        residual_block_shapes(shapes, at + "blocks.", d, level["blocks"])
    for i, level in enumerate(levels[:-1]):
        at, d = f"decoder.up.{i}.", level["width"]
        shapes[at + "split.weight"], shapes[at + "split.bias"] = (4 * d, levels[i + 1]["width"]), (4 * d,)
        residual_block_shapes(shapes, at + "blocks.", d, level["blocks"])
    d = levels[0]["width"]
    shapes["decoder.pixels.norm.weight"] = shapes["decoder.pixels.norm.bias"] = (d,)
    shapes["decoder.pixels.weight"] = (3 * cell**2, 9 * d)
    return shapes


def merge(z, weight, cell):
    """A convolution whose window is one cell of rows x columns places, and moves by one."""
    high, wide = cell
    kernel = weight.reshape(-1, high, wide, z.shape[-1]).transpose(1, 2, 3, 0)
    return jax.lax.conv_general_dilated(z, kernel, cell, "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def split(z, weight, bias, cell):
    """The other way: each place becomes a cell of rows x columns places."""
    high, wide = cell
    width = weight.shape[0] // (high * wide)
    out = jnp.zeros((z.shape[0], z.shape[1] * high, z.shape[2] * wide, width))
    for k in range(high * wide):
        own = slice(k * width, (k + 1) * width)
        out = out.at[:, k // wide :: high, k % wide :: wide].set(z @ weight[own].T + bias[own])
    return out


def learned_tokenizer(w, c, pixels):
    """Strided convolutions, finite scalar quantisation with a straight-through gradient, and the way back."""
    picture = pixels / 127.5 - 1
    levels, quantiser = c["levels"], c["quantiser"]
    most = np.tile(np.array(quantiser) - 1.0, c["codesPerPlace"])
    x = picture
    for i, level in enumerate(levels):
        at, cell = f"encoder.levels.{i}.", level["cell"]
        weight = w[at + "merge.weight"]
        x = convolve(x, weight, 3, cell[0], cell[0]) if i == 0 else merge(x, weight, cell)
        x = residual_blocks(w, at + "blocks.", x + w[at + "merge.bias"], level["encoder"])
    x = layer_norm(x, w["encoder.norm.weight"], w["encoder.norm.bias"])
    soft = jax.nn.sigmoid(x @ w["encoder.levels_of.weight"].T + w["encoder.levels_of.bias"]) * most
    found = soft + jax.lax.stop_gradient(jnp.round(soft) - soft)
    each = jnp.round(found).astype(int).reshape(*found.shape[:3], c["codesPerPlace"], len(quantiser))
    codes = jnp.zeros(each.shape[:4], int)
    for k, count in enumerate(quantiser):
        codes = codes * count + each[..., k]
    x = convolve(2 * found / most - 1, w["decoder.levels_of.weight"], 3, 1) + w["decoder.levels_of.bias"]
    for i in reversed(range(len(levels))):
        at = f"decoder.levels.{i}."
        x = residual_blocks(w, at + "blocks.", x, levels[i]["decoder"])
        if i > 0:
            x = split(x, w[at + "split.weight"], w[at + "split.bias"], levels[i]["cell"])
    x = layer_norm(x, w["decoder.pixels.norm.weight"], w["decoder.pixels.norm.bias"])
    last = convolve(x, w["decoder.pixels.weight"], 3, 1) + w["decoder.pixels.bias"]
    return picture, codes.reshape(codes.shape[0], -1), spread(last, jnp.eye(last.shape[-1]), levels[0]["cell"][0])


def learned_tokenizer_shapes(c):
    levels, numbers, shapes = c["levels"], len(c["quantiser"]) * c["codesPerPlace"], {}
    for i, level in enumerate(levels):
        at, d, size = f"encoder.levels.{i}.", level["width"], level["cell"][0] * level["cell"][1]
        shapes[at + "merge.weight"] = (d, 9 * size * c["channels"] if i == 0 else size * levels[i - 1]["width"])
        shapes[at + "merge.bias"] = (d,)
        residual_block_shapes(shapes, at + "blocks.", d, level["encoder"])
    shapes["encoder.norm.weight"] = shapes["encoder.norm.bias"] = (levels[-1]["width"],)
    shapes["encoder.levels_of.weight"], shapes["encoder.levels_of.bias"] = (numbers, levels[-1]["width"]), (numbers,)
    shapes["decoder.levels_of.weight"] = (levels[-1]["width"], 9 * numbers)
    shapes["decoder.levels_of.bias"] = (levels[-1]["width"],)
    for i, level in enumerate(levels):
        at, d, size = f"decoder.levels.{i}.", level["width"], level["cell"][0] * level["cell"][1]
        residual_block_shapes(shapes, at + "blocks.", d, level["decoder"])
        if i > 0:
            outputs = size * levels[i - 1]["width"]
            shapes[at + "split.weight"], shapes[at + "split.bias"] = (outputs, d), (outputs,)
    first = levels[0]
    shapes["decoder.pixels.norm.weight"] = shapes["decoder.pixels.norm.bias"] = (first["width"],)
    outputs = c["channels"] * first["cell"][0] * first["cell"][1]
    shapes["decoder.pixels.weight"], shapes["decoder.pixels.bias"] = (outputs, 9 * first["width"]), (outputs,)
    return shapes


def scorer(w, c, text, visible, picture):
    def unit(z):
        return z / jnp.sqrt((z**2).sum(-1, keepdims=True) + 1e-12)

    x = w["text.embed_tokens.weight"][text] + w["text.positions.weight"]
    x = vision_transformer(w, "text.", x, c["heads"], c["textLayers"], visible[:, None, None, :] > 0)
    pooled = (x * visible[..., None]).sum(1) / visible.sum(1, keepdims=True)
    texts = unit(pooled @ w["text.projection.weight"].T)

    if "codes" in c["reads"]:
        rows, columns = c["reads"]["grid"]
        x = w["picture.embed_codes.weight"][picture].reshape(-1, rows, columns, c["stem"])
    else:
        cell = c["reads"]["pixels"]["cell"]
        x = convolve(picture / 127.5 - 1, w["picture.stem.weight"], 3, cell, cell) + w["picture.stem.bias"]
        x = jax.nn.gelu(x, approximate=False)
    for i, stage in enumerate(c["stages"]):
        at = f"picture.stages.{i}."
        x = convolve(x, w[at + "merge.weight"], 2, 2) + w[at + "merge.bias"]
        x = residual_blocks(w, at + "blocks.", x, stage["blocks"])
    x = layer_norm(x, w["picture.norm.weight"], w["picture.norm.bias"])
    pictures = unit(x.reshape(x.shape[0], -1) @ w["picture.projection.weight"].T)
    temperature = jnp.exp(jnp.minimum(w["logit_scale"] + math.log(1 / 0.07), math.log(100)))
    return texts, pictures, texts @ pictures.T * temperature


def scorer_shapes(c, text_length, places):
    """`places`: those of the last stage."""
    d, wide = c["width"], c["stages"][-1]["width"]
    shapes = {
        "logit_scale": (1,),
        "text.embed_tokens.weight": (c["textVocabulary"], d),
        "text.positions.weight": (text_length, d),
        "text.projection.weight": (c["embedding"], d),
        "picture.projection.weight": (c["embedding"], places * wide),
        "picture.norm.weight": (wide,),
        "picture.norm.bias": (wide,),
    }
    width = c["stem"]
    if "codes" in c["reads"]:
        shapes["picture.embed_codes.weight"] = (c["reads"]["codes"], width)
    else:
        shapes["picture.stem.weight"] = (width, 27 * c["reads"]["pixels"]["cell"] ** 2)
        shapes["picture.stem.bias"] = (width,)
    for i, stage in enumerate(c["stages"]):
        at = f"picture.stages.{i}."
        shapes[at + "merge.weight"], shapes[at + "merge.bias"] = (stage["width"], 4 * width), (stage["width"],)
        width = stage["width"]
        residual_block_shapes(shapes, at + "blocks.", width, stage["blocks"])
    transformer_shapes(shapes, "text.", d, c["textLayers"])
    return shapes


def verifier(w, c, pixels):
    """A strided convolution over three cells, then at each stage a 2 x 2 convolution of stride 2 and residual blocks."""

    def dense(name, z):
        return z @ w[name + ".weight"].T + w[name + ".bias"]

    x = convolve(pixels / 127.5 - 1, w["stem.weight"], 3, c["cell"], c["cell"])
    x = jax.nn.gelu(x + w["stem.bias"], approximate=False)
    for i, stage in enumerate(c["stages"]):
        at = f"stages.{i}."
        x = convolve(x, w[at + "merge.weight"], 2, 2) + w[at + "merge.bias"]
        x = residual_blocks(w, at + "blocks.", x, stage["blocks"])
    places = layer_norm(x, w["norm.weight"], w["norm.bias"]).reshape(x.shape[0], -1)
    seen = jax.nn.gelu(dense("hidden", places), approximate=False)
    return {head: dense(f"heads.{head}", seen) for head in ["object", "colour", "material"]}


def verifier_shapes(c):
    grid, width = c["side"] // c["cell"], c["stem"]
    shapes = {"stem.weight": (width, 27 * c["cell"] ** 2), "stem.bias": (width,)}
    for i, stage in enumerate(c["stages"]):
        at, d = f"stages.{i}.", stage["width"]
        grid //= 2
        shapes[at + "merge.weight"] = (d, 4 * width)
        shapes[at + "merge.bias"] = (d,)
        residual_block_shapes(shapes, at + "blocks.", d, stage["blocks"])
        width = d
    shapes["norm.weight"] = shapes["norm.bias"] = (width,)
    shapes["hidden.weight"], shapes["hidden.bias"] = (c["hidden"], grid * grid * width), (c["hidden"],)
    for head in ["object", "colour", "material"]:
        shapes[f"heads.{head}.weight"] = (c[head + "s"], c["hidden"])
        shapes[f"heads.{head}.bias"] = (c[head + "s"],)
    return shapes


THINGS = ["concept", "colour", "material", "presentation", "tone"]
PICTURE = ["sound", "style", "filter", "background"]


def detector(w, c, pixels, boxes):
    """A finder that goes down as the verifier and up again; a namer that is shown each box, cut out to one size."""

    def dense(name, z):
        return z @ w[name + ".weight"].T + w[name + ".bias"]

    def gelu(z):
        return jax.nn.gelu(z, approximate=False)

    def norm(name, z):
        return layer_norm(z, w[name + ".weight"], w[name + ".bias"])

    def down(at, part, z):
        z = gelu(convolve(z, w[at + "stem.weight"], 3, part["cell"], part["cell"]) + w[at + "stem.bias"])
        grids = []
        for i, stage in enumerate(part["stages"]):
            b = f"{at}stages.{i}."
            z = convolve(z, w[b + "merge.weight"], 2, 2) + w[b + "merge.bias"]
            z = residual_blocks(w, b + "blocks.", z, stage["blocks"])
            grids.append(z)
        return grids

    batch, finder, namer = pixels.shape[0], c["finder"], c["namer"]
    values = pixels / 127.5 - 1
    seen = down("finder.", finder, values)
    x = seen[-1]
    told = gelu(dense("finder.whole.places", norm("finder.whole.norm", x))).reshape(batch, -1)
    known = gelu(dense("finder.whole.hidden", told))
    out = {f"picture.{name}": dense(f"finder.whole.heads.{name}", known) for name in PICTURE}
    for i in range(len(seen) - 2, -1, -1):
        at = f"finder.up.{i}."
        x = seen[i] + split(x, w[at + "split.weight"], w[at + "split.bias"], (2, 2))
        x = residual_blocks(w, at + "blocks.", x, 1)
    places = norm("finder.norm", x).reshape(batch, -1, x.shape[-1])
    out["centre"] = dense("finder.heads.centre", places)[..., 0] - 2.2
    out["reach"] = dense("finder.heads.reach", places) / 4

    crops = np.stack([cut_out(values[i], box, namer["side"]) for i in range(batch) for box in boxes[i]])
    found = norm("namer.norm", down("namer.", namer, crops)[-1]).reshape(len(crops), -1)
    named = gelu(dense("namer.hidden", found))
    return out | {f"things.{name}": dense(f"namer.heads.{name}", named) for name in THINGS}


def cut_out(picture, box, size):
    """The square around a box, resampled with a tent as wide as a new pixel or an old one, and where the box is."""
    side = picture.shape[0]
    extent = 1.15 * max(box[2] - box[0], box[3] - box[1])
    reach = max(extent / size, 1 / side)
    out = np.zeros((size, size, 4))
    old = (np.arange(side) + 0.5) / side

    def axis(low, high):
        new = (low + high) / 2 + extent * ((np.arange(size) + 0.5) / size - 0.5)
        tent = np.maximum(0, 1 - np.abs(new[:, None] - old) / reach)
        return tent / np.maximum(tent.sum(axis=1, keepdims=True), 0.05), (low < new) & (new < high)

    across, within = axis(box[0], box[2])
    down, between = axis(box[1], box[3])
    for y in range(size):
        for x in range(size):
            out[y, x, :3] = (down[y][:, None, None] * across[x][None, :, None] * picture).sum(axis=(0, 1))
            out[y, x, 3] = between[y] and within[x]
    return out


def detector_shapes(c):
    shapes = {}

    def add(name, outputs, inputs):
        shapes[name + ".weight"], shapes[name + ".bias"] = (outputs, inputs), (outputs,)

    def down(at, part, side, channels):
        grid, width = side // part["cell"], part["stem"]
        add(at + "stem", width, 9 * channels * part["cell"] ** 2)
        for i, stage in enumerate(part["stages"]):
            grid //= 2
            add(f"{at}stages.{i}.merge", stage["width"], 4 * width)
            width = stage["width"]
            residual_block_shapes(shapes, f"{at}stages.{i}.blocks.", width, stage["blocks"])
        return grid, width

    finder, namer = c["finder"], c["namer"]
    grid, width = down("finder.", finder, c["side"], 3)
    shapes["finder.whole.norm.weight"] = shapes["finder.whole.norm.bias"] = (width,)
    add("finder.whole.places", 64, width)
    add("finder.whole.hidden", finder["whole"], grid * grid * 64)
    for name in PICTURE:
        add(f"finder.whole.heads.{name}", c["picture"][name], finder["whole"])
    for i in range(len(finder["stages"]) - 2, -1, -1):
        wide, width = width, finder["stages"][i]["width"]
        add(f"finder.up.{i}.split", 4 * width, wide)
        residual_block_shapes(shapes, f"finder.up.{i}.blocks.", width, 1)
    shapes["finder.norm.weight"] = shapes["finder.norm.bias"] = (width,)
    add("finder.heads.centre", 1, width)
    add("finder.heads.reach", 4, width)
    grid, width = down("namer.", namer, namer["side"], 4)
    shapes["namer.norm.weight"] = shapes["namer.norm.bias"] = (width,)
    add("namer.hidden", namer["hidden"], grid * grid * width)
    for name in THINGS:
        add(f"namer.heads.{name}", c["things"][name], namer["hidden"])
    return shapes


def integers(name, shape, below):
    return np.floor((pseudo_random(name, shape) + 1) / 2 * below).astype(np.int64)


def network(name, settings, shapes, inputs, loss_and_outputs):
    weights = {key: weight_of(key, shape) for key, shape in shapes.items()}
    (loss, outputs), gradients = jax.value_and_grad(loss_and_outputs, has_aux=True)(weights)
    write(
        SOURCE / "networks/testing/vectors" / f"{name}.json",
        {
            "settings": settings,
            "inputs": {k: {"shape": list(v.shape), "values": np.asarray(v).ravel().tolist()} for k, v in inputs.items()},
            "loss": float(loss),
            "outputs": {k: {"shape": list(v.shape), "values": plain(v)} for k, v in outputs.items()},
            "gradients": {k: {"shape": list(v.shape), "values": plain(v)} for k, v in gradients.items()},
        },
    )


def write_networks():
    c = dict(
        width=8, heads=2, encoderLayers=2, decoderLayers=2, feedForward=10, textVocabulary=11, textLength=5,
        imageVocabulary=9, imageLength=6, initialDeviation=0.02,
    )
    text = integers("text", (3, 5), 11)
    visible = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]])
    codes = integers("codes", (3, 6), 9)
    shifted = np.concatenate([np.full((3, 1), 9), codes[:, :-1]], axis=1)

    def generator_loss(w):
        memory, logits = dalle_mini(w, c, text, visible, shifted)
        return cross_entropy(logits, codes).mean(), {"encoded": memory, "logits": logits}

    inputs = {"text": text, "visible": visible, "shifted": shifted, "targets": codes}
    network("dalle-mini", c, dalle_mini_shapes(c), inputs, generator_loss)

    # Two positions of three codes: each place of a position has tokens of its own.
    several = c | dict(codesPerPosition=3)
    tokens = codes + 9 * (np.arange(6) % 3)
    behind = np.concatenate([np.full((3, 3), 27), tokens[:, :-3]], axis=1)

    def several_loss(w):
        memory, logits = dalle_mini(w, several, text, visible, behind, tokens)
        return cross_entropy(logits, codes).mean(), {"encoded": memory, "logits": logits}

    inputs = {"text": text, "visible": visible, "shifted": behind, "tokens": tokens, "targets": codes}
    network("dalle-mini-places", several, dalle_mini_shapes(several), inputs, several_loss)

    levels = [dict(width=6, blocks=1), dict(width=8, blocks=2)]
    c2 = dict(side=8, patch=[4, 2], codes=7, decoder=dict(cell=2, levels=levels))
    pixels = integers("pixels", (3, 8, 8, 3), 256)

    def tokenizer_loss(w):
        target, found, picture = image_tokenizer(w, c2, pixels)
        return ((picture - target) ** 2).mean(), {"codes": found, "picture": picture}

    network("codebook-tokenizer", c2, image_tokenizer_shapes(c2), {"pixels": pixels}, tokenizer_loss)

    grids = [
        dict(cell=[2, 2], width=6, encoder=1, decoder=2),
        dict(cell=[2, 1], width=8, encoder=0, decoder=1),
    ]
    c5 = dict(side=8, channels=4, quantiser=[3, 2, 4], codesPerPlace=2, levels=grids)
    seen = integers("seen pixels", (3, 8, 8, 4), 256)

    def learned_loss(w):
        target, found, picture = learned_tokenizer(w, c5, seen)
        return ((picture - target) ** 2).mean(), {"codes": found, "picture": picture}

    network("learned-tokenizer", c5, learned_tokenizer_shapes(c5), {"pixels": seen}, learned_loss)

    for name, reads, picture, places in [
        ("scorer-codes", {"codes": 9, "grid": [4, 2]}, integers("scored codes", (3, 8), 9), 2),
        ("scorer-pixels", {"pixels": {"cell": 2}}, integers("pictures", (3, 8, 8, 3), 256), 4),
    ]:
        c3 = dict(width=8, heads=2, textLayers=1, textVocabulary=11, embedding=6, reads=reads)
        c3 |= dict(stem=4, stages=[dict(width=6, blocks=1)])

        def scorer_loss(w):
            texts, pictures, scores = scorer(w, c3, text, visible, picture)
            same = jnp.arange(3)
            loss = (cross_entropy(scores, same).mean() + cross_entropy(scores.T, same).mean()) / 2
            return loss, {"texts": texts, "pictures": pictures, "scores": scores}

        inputs = {"text": text, "visible": visible, "picture": picture}
        network(name, c3, scorer_shapes(c3, 5, places), inputs, scorer_loss)

    stages = [dict(width=6, blocks=1), dict(width=8, blocks=2)]
    c4 = dict(side=16, cell=2, stem=4, stages=stages, hidden=7, objects=5, colours=4, materials=3)
    pixels = integers("verified pictures", (2, 16, 16, 3), 256)

    def verifier_loss(w):
        logits = verifier(w, c4, pixels)
        targets = {"object": [4, 1], "colour": [0, 3], "material": [2, 2]}
        return sum(cross_entropy(logits[k], jnp.asarray(t)).mean() for k, t in targets.items()), logits

    network("verifier", c4, verifier_shapes(c4), {"pixels": pixels}, verifier_loss)

    sizes = [dict(width=4, blocks=1), dict(width=6, blocks=1), dict(width=5, blocks=1)]
    things = dict(concept=4, colour=3, material=2, presentation=2, tone=3)
    whole = dict(sound=2, style=3, filter=2, background=3)
    c6 = dict(
        side=16, finder=dict(cell=2, stem=3, stages=sizes, whole=4),
        namer=dict(side=8, cell=2, stem=3, stages=sizes[:2], hidden=5), things=things, picture=whole,
    )
    # A small thing, a flat one, one that is nearly all of the picture, and one beyond its edge.
    boxes = np.array([[[0.1, 0.2, 0.45, 0.5], [0.05, 0.4, 0.95, 0.55]], [[0.02, 0, 0.97, 1], [0.6, -0.1, 1.1, 0.3]]])
    # As the other side reads it.
    boxes = boxes.astype(np.float32).astype(np.float64)

    def detector_loss(w):
        found = detector(w, c6, pixels, boxes)
        return sum((out**2).mean() for out in found.values()), found

    network("detector", c6, detector_shapes(c6), {"pixels": pixels, "boxes": boxes}, detector_loss)


# --------------------------------------------------------------------------------------------------------------- ops


def write_ops():
    """Each case: y of inputs named `<case>.<input>`, and the gradients of sum(y * weight), the weight `<case>.weight`."""
    cases = {}

    def case(name, shapes, function):
        inputs = {key: jnp.asarray(pseudo_random(f"{name}.{key}", shape)) for key, shape in shapes.items()}
        y = function(**inputs)
        weight = pseudo_random(f"{name}.weight", y.shape)
        gradients = jax.grad(lambda given: (function(**given) * weight).sum())(inputs)
        cases[name] = {
            "inputs": {key: list(shape) for key, shape in shapes.items()},
            "y": {"shape": list(y.shape), "values": plain(y)},
            "gradients": {key: plain(value) for key, value in gradients.items()},
        }

    def norm(x, scale=None, bias=None):
        return layer_norm(x, scale, bias)

    case("gelu", {"x": (3, 5)}, lambda x: jax.nn.gelu(x * 3, approximate=False))
    case("softmax", {"x": (2, 5)}, lambda x: jax.nn.softmax(x * 3))
    case("norm", {"x": (2, 3, 6)}, norm)
    case("norm-scale", {"x": (2, 3, 6), "scale": (6,)}, norm)
    case("norm-bias", {"x": (2, 3, 6), "bias": (6,)}, norm)
    case("norm-both", {"x": (2, 3, 6), "scale": (6,), "bias": (6,)}, norm)
    visible = jnp.asarray([[1, 1, 1, 0], [1, 0, 0, 0]])[:, None, None, :] > 0
    tril = jnp.tril(jnp.ones((4, 4), bool))[None, None]
    three = {"q": (2, 4, 6), "k": (2, 4, 6), "v": (2, 4, 6)}
    for name, allowed in {"plain": True, "causal": tril, "masked": visible, "both": tril & visible}.items():
        case(f"attention-{name}", three, lambda q, k, v, a=allowed: softmax_attention(q * 2, k * 2, v, 3, a))
    case("cross-entropy", {"logits": (2, 3, 5)}, lambda logits: cross_entropy(logits * 3, jnp.asarray([[0, 4, 4], [2, 1, 0]])))
    case("embedding", {"table": (4, 3)}, lambda table: table[jnp.asarray([[1, 1, 3], [0, 1, 3]])])
    case("linear", {"x": (2, 3, 4), "w": (5, 4), "b": (5,)}, lambda x, w, b: x @ w.T + b)
    case("matmul", {"a": (2, 1, 3, 4), "b": (5, 4, 2)}, lambda a, b: a @ b * 0.5)
    case("unit-length", {"x": (3, 5)}, lambda x: x / jnp.linalg.norm(x, axis=-1, keepdims=True))
    case("broadcast", {"a": (2, 1, 4), "b": (3, 1)}, lambda a, b: jnp.exp(a) / (b + 3) - a * b)
    def convolve(x, w, b=0.0, stride=1, pads=((0, 0), (0, 0))):
        return jax.lax.conv_general_dilated(x, w, (stride, stride), pads) + jnp.reshape(b, (-1, 1, 1))

    def group_norm(x, scale, bias):
        normal = layer_norm(x.reshape(x.shape[0], 2, -1)).reshape(x.shape)
        return normal * scale[:, None, None] + bias[:, None, None]

    whole = {"x": (2, 3, 4, 5), "w": (2, 3, 3, 3), "b": (2,)}
    case("convolution", whole, lambda x, w, b: convolve(x, w, b, 1, ((1, 1), (1, 1))))
    case("convolution-halving", {"x": (1, 2, 6, 4), "w": (3, 2, 3, 3)}, lambda x, w: convolve(x, w, 0.0, 2, ((0, 1), (0, 1))))
    case("group-norm", {"x": (2, 4, 2, 3), "scale": (4,), "bias": (4,)}, group_norm)
    write(SOURCE / "graph/testing/vectors/ops.json", cases)


write_ops()
write_networks()
