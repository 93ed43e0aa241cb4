"""Small checkpoints as other programs write them, and what is in them: Flax msgpack, safetensors, torch.save.

Flax, safetensors and PyTorch write the files and read them again; the tests compare what neuf reads. `dalle-mini.json`
is a whole network: its layers are Flax modules whose parts Flax itself names and scans, with the logits that Flax
computes; the same weights under min-dalle's names, in half precision, are PyTorch modules, which here must come to the
same logits. Not part of `npm test`: the tests read the JSON files that this writes. To write them again:

    python3 -m venv oracle-env && oracle-env/bin/pip install flax==0.12.8 safetensors==0.8.0 torch==2.15.0
    oracle-env/bin/python tools/oracle/published_checkpoints.py
"""

import base64
import collections
import io
import json
import os
import zipfile
from pathlib import Path

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from flax import serialization, traverse_util

VECTORS = Path(__file__).resolve().parents[2] / "src/models/checkpoints/testing/vectors"
random = np.random.default_rng(7)


def normals(*shape):
    return random.standard_normal(shape).astype(np.float32)


def encode(data):
    return base64.b64encode(data).decode()


def values(array):
    return [float(f"{v:.9g}") for v in np.asarray(array, dtype=np.float32).reshape(-1)]


def write(name, value):
    VECTORS.mkdir(parents=True, exist_ok=True)
    path = VECTORS / f"{name}.json"
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(path.name, path.stat().st_size)


def flatten(tree, separator, path=""):
    """Every array of a tree by its path."""
    found = {}
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        own = f"{path}{separator}{key}" if path else str(key)
        if torch.is_tensor(value):
            dtype = str(value.dtype).removeprefix("torch.")
            found[own] = {"shape": list(value.shape), "dtype": dtype, "values": values(value.detach().float())}
        elif hasattr(value, "dtype"):
            found[own] = {"shape": list(value.shape), "dtype": value.dtype.name, "values": values(value)}
        elif isinstance(value, (dict, list, tuple)):
            found.update(flatten(value, separator, own))
    return found


def flax_vectors():
    tree = {
        "model": {
            "kernel": normals(3, 4, 5),
            "half": normals(2, 3).astype(np.float16),
            "brain": jnp.asarray(normals(2, 3), jnp.bfloat16),
            "double": random.standard_normal(3),
        },
        "whole": {
            "int8": np.array([-3, 4], np.int8),
            "uint8": np.array([200], np.uint8),
            "int16": np.array([-300], np.int16),
            "int32": np.array([70000, -5], np.int32),
            "int64": np.array([1 << 20, -9], np.int64),
            "uint32": np.array([1 << 24], np.uint32),
            "bool": np.array([True, False]),
        },
        "scalar": np.float32(2.5),
        "noAxes": np.array(1.25, np.float32),
        "empty": np.zeros((0, 3), np.float32),
        **{"step": 7, "rate": 0.5, "name": "mini", "none": None, "flag": True, "complex": 1 + 2j, "large": 2**40},
        "list": [np.arange(3, dtype=np.float32), 1],
        "été": np.ones(1, np.float32),
    }
    whole = serialization.msgpack_serialize(tree)
    serialization.MAX_CHUNK_SIZE = 40  # As if 40 bytes were a gigabyte.
    tree = {"deep": {"large": normals(4, 3, 2), "small": normals(2)}, "half": normals(5, 9).astype(np.float16)}
    chunked = serialization.msgpack_serialize(tree)
    serialization.MAX_CHUNK_SIZE = 2**30
    restored = {"whole": whole, "chunked": chunked}
    return {
        name: {"file": encode(data), "tensors": flatten(serialization.msgpack_restore(data), "/")}
        for name, data in restored.items()
    }


def safetensors_vectors():
    tensors = {
        "half": torch.from_numpy(normals(2, 3)).half(),
        "brain": torch.from_numpy(normals(4)).bfloat16(),
        "single": torch.from_numpy(normals(3, 2, 2)),
        "long": torch.tensor([1 << 20, -9]),
        "empty": torch.zeros(0, 3),
    }
    return {"file": encode(safetensors.torch.save(tensors, {"format": "pt"})), "tensors": flatten(tensors, ".")}


def saved(value, **options):
    data = io.BytesIO()
    torch.save(value, data, **options)
    return data.getvalue()


def packed_again(data, compress):
    """The archive as another zip program writes it: its pickle compressed, or all of it."""
    archive, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in archive.namelist():
            method = zipfile.ZIP_DEFLATED if compress(name) else zipfile.ZIP_STORED
            target.writestr(zipfile.ZipInfo(name), archive.read(name), method)
    return out.getvalue()


def torch_vectors():
    base = torch.from_numpy(normals(3, 4, 5))
    views = collections.OrderedDict(plain=torch.from_numpy(normals(2, 3)))
    views["transposed"] = torch.from_numpy(normals(3, 2)).t()
    views["permuted"] = base.permute(2, 0, 1)
    for i in range(3):
        views[f"layers.{i}"] = base[i].t()
    views["columns"] = base[1][:, 1:3]
    views["row"] = base[2, 1]
    views["channelsLast"] = torch.from_numpy(normals(1, 2, 3, 2)).contiguous(memory_format=torch.channels_last)
    views["oneRow"] = torch.arange(3).expand((1, -1))
    types = {
        "brain": torch.from_numpy(normals(4)).bfloat16(),
        "half": torch.from_numpy(normals(2, 2)).half(),
        "double": torch.from_numpy(random.standard_normal(2)),
        "long": torch.tensor([1 << 20, -9]),
        "int": torch.tensor([70000, -5], dtype=torch.int32),
        "short": torch.tensor([-300], dtype=torch.int16),
        "char": torch.tensor([-3], dtype=torch.int8),
        "byte": torch.tensor([200], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.ones(2)),
    }
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2)).state_dict()
    nested = {"epoch": 3, "rate": 1e-3, "name": "mini", "none": None, "large": 2**40, "below": -70000}
    nested |= {"model": network, "list": [torch.ones(1), 2, (True, torch.zeros(1))]}
    files = {"views": (views, saved(views)), "types": (types, saved(types)), "nested": (nested, saved(nested))}
    files["packedAgain"] = (nested, packed_again(saved(nested), lambda name: name.endswith(".pkl")))
    return {name: {"file": encode(data), "tensors": flatten(tree, ".")} for name, (tree, data) in files.items()}


class Command:
    """What runs a command where it is unpickled."""

    def __reduce__(self):
        return (os.system, ("echo unpickled",))


def torch_refused():
    one = torch.ones(1)
    return {
        "command": encode(saved({"w": Command()})),
        "module": encode(saved(torch.nn.Linear(1, 1))),
        "shared": encode(saved({"w": one.expand(4)})),
        "older": encode(saved({"w": one}, _use_new_zipfile_serialization=False)),
        "protocol4": encode(saved({"w": one}, pickle_protocol=4)),
        "complex": encode(saved({"w": torch.ones(1, dtype=torch.complex64)})),
        "compressed": encode(packed_again(saved({"w": torch.zeros(64)}), lambda name: "/data/" in name)),
        "nameless": encode(saved(one)),
    }


# A whole network, after borisdayma/dalle-mini's description: NormFormer's norms, gated feed-forward layers, no bias.
SETTINGS = {
    "width": 8,
    "heads": 2,
    "encoderLayers": 3,
    "decoderLayers": 2,
    "feedForward": 6,
    "textVocabulary": 11,
    "textLength": 5,
    "imageVocabulary": 12,
    "imageLength": 6,
    "initialDeviation": 0.02,
}
TOKENS = 17  # Rows of the table of image tokens: 12 codes, the start token, and four that stand for nothing.


def scaleless(name=None):
    return nn.LayerNorm(epsilon=1e-5, use_scale=False, name=name)


class FlaxBartAttention(nn.Module):
    causal: bool = False

    def setup(self):
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Dense(SETTINGS["width"], use_bias=False) for _ in range(4))

    def __call__(self, x, memory, visible):
        heads, size = SETTINGS["heads"], SETTINGS["width"] // SETTINGS["heads"]
        q, k, v = (f(t).reshape(*t.shape[:2], heads, size) for f, t in ((self.q_proj, x), (self.k_proj, memory), (self.v_proj, memory)))
        scores = jnp.einsum("bqhd,bkhd->bhqk", q, k) / np.sqrt(size)
        if self.causal:
            visible = jnp.tril(jnp.ones(scores.shape[-2:]))[None]
        else:
            visible = visible[:, None, :]
        weights = jax.nn.softmax(jnp.where(visible[:, None] > 0, scores, -jnp.inf))
        return self.out_proj(jnp.einsum("bhqk,bkhd->bqhd", weights, v).reshape(x.shape))


class GLU(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = scaleless()(x)
        gate = nn.gelu(nn.Dense(SETTINGS["feedForward"], use_bias=False)(x), approximate=False)
        value = nn.Dense(SETTINGS["feedForward"], use_bias=False)(x)
        return nn.Dense(SETTINGS["width"], use_bias=False)(scaleless()(gate * value))


class FlaxBartEncoderLayer(nn.Module):
    @nn.compact
    def __call__(self, x, visible):
        h = scaleless()(x)
        x = x + nn.LayerNorm(epsilon=1e-5)(FlaxBartAttention()(h, h, visible))
        return x + GLU()(x), None


class FlaxBartDecoderLayer(nn.Module):
    @nn.compact
    def __call__(self, x, memory, visible):
        h = scaleless()(x)
        x = x + nn.LayerNorm(epsilon=1e-5)(FlaxBartAttention(causal=True)(h, h, None))
        h = scaleless()(x)
        x = x + nn.LayerNorm(epsilon=1e-5)(FlaxBartAttention()(h, memory, visible))
        return x + GLU()(x), None


class Layers(nn.Module):
    layer: type
    count: int
    given: int

    @nn.compact
    def __call__(self, x, *given):
        scanned = nn.scan(
            self.layer,
            variable_axes={"params": 0},
            split_rngs={"params": True},
            in_axes=(nn.broadcast,) * self.given,
            length=self.count,
        )
        return scanned(name=f"{self.layer.__name__}s")(x, *given)[0]


class Side(nn.Module):
    layer: type
    count: int
    given: int
    tokens: int
    length: int

    def setup(self):
        self.embed_tokens = nn.Embed(self.tokens, SETTINGS["width"])
        self.embed_positions = nn.Embed(self.length, SETTINGS["width"])
        self.layernorm_embedding = nn.LayerNorm(epsilon=1e-5)
        self.layers = Layers(self.layer, self.count, self.given)
        self.final_ln = scaleless()

    def __call__(self, ids, *given):
        x = self.embed_tokens(ids) + self.embed_positions(jnp.arange(ids.shape[1]))
        return self.final_ln(self.layers(self.layernorm_embedding(x), *given))


class Model(nn.Module):
    def setup(self):
        s = SETTINGS
        self.encoder = Side(FlaxBartEncoderLayer, s["encoderLayers"], 1, s["textVocabulary"], s["textLength"])
        self.decoder = Side(FlaxBartDecoderLayer, s["decoderLayers"], 2, TOKENS, s["imageLength"])

    def __call__(self, text, visible, shifted):
        return self.decoder(shifted, self.encoder(text, visible), visible)


class DalleBart(nn.Module):
    def setup(self):
        self.model = Model()
        self.lm_head = nn.Dense(TOKENS, use_bias=False)

    def __call__(self, *inputs):
        return self.lm_head(self.model(*inputs))


class Attention(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for name in ("k_proj", "v_proj", "q_proj", "out_proj"):
            setattr(self, name, torch.nn.Linear(SETTINGS["width"], SETTINGS["width"], bias=False))

    def forward(self, x, memory, visible):
        split = lambda t: t.unflatten(-1, (SETTINGS["heads"], -1)).transpose(1, 2)
        q, k, v = split(self.q_proj(x)), split(self.k_proj(memory)), split(self.v_proj(memory))
        return self.out_proj(torch.nn.functional.scaled_dot_product_attention(q, k, v, visible).transpose(1, 2).flatten(2))


class Gated(torch.nn.Module):
    def __init__(self):
        super().__init__()
        width, hidden = SETTINGS["width"], SETTINGS["feedForward"]
        self.ln0, self.ln1 = torch.nn.LayerNorm(width), torch.nn.LayerNorm(hidden)
        self.fc0, self.fc1 = (torch.nn.Linear(width, hidden, bias=False) for _ in range(2))
        self.fc2 = torch.nn.Linear(hidden, width, bias=False)

    def forward(self, x):
        x = self.ln0(x)
        return self.fc2(self.ln1(torch.nn.functional.gelu(self.fc0(x)) * self.fc1(x)))


class TorchLayer(torch.nn.Module):
    def __init__(self, decoder):
        super().__init__()
        for attention in ("self_attn", "encoder_attn")[: 2 if decoder else 1]:
            setattr(self, f"pre_{attention}_layer_norm", torch.nn.LayerNorm(SETTINGS["width"]))
            setattr(self, attention, Attention())
            setattr(self, f"{attention}_layer_norm", torch.nn.LayerNorm(SETTINGS["width"]))
        self.glu = Gated()
        self.decoder = decoder

    def forward(self, x, memory, visible):
        h = self.pre_self_attn_layer_norm(x)
        mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).tril() if self.decoder else visible
        x = x + self.self_attn_layer_norm(self.self_attn(h, h, mask))
        if self.decoder:
            h = self.pre_encoder_attn_layer_norm(x)
            x = x + self.encoder_attn_layer_norm(self.encoder_attn(h, memory, visible))
        return x + self.glu(x)


class TorchSide(torch.nn.Module):
    def __init__(self, decoder, layers, tokens, length):
        super().__init__()
        self.embed_tokens = torch.nn.Embedding(tokens, SETTINGS["width"])
        self.embed_positions = torch.nn.Embedding(length, SETTINGS["width"])
        self.layers = torch.nn.ModuleList(TorchLayer(decoder) for _ in range(layers))
        self.layernorm_embedding, self.final_ln = (torch.nn.LayerNorm(SETTINGS["width"]) for _ in range(2))
        if decoder:
            self.lm_head = torch.nn.Linear(SETTINGS["width"], TOKENS, bias=False)

    def forward(self, ids, memory, visible):
        x = self.layernorm_embedding(self.embed_tokens(ids) + self.embed_positions(torch.arange(ids.shape[1])))
        for layer in self.layers:
            x = layer(x, memory, visible)
        return self.final_ln(x)


def for_min_dalle(params, side, count):
    """Flax's names to those of the PyTorch modules above, as min-dalle converts them: transposed views, layers cut out."""
    scanned = f"layers.FlaxBart{side.title()}Layers."
    renamed = {
        "LayerNorm_0": "pre_self_attn_layer_norm",
        "FlaxBartAttention_0": "self_attn",
        "LayerNorm_1": "self_attn_layer_norm",
        "LayerNorm_2": "pre_encoder_attn_layer_norm",
        "FlaxBartAttention_1": "encoder_attn",
        "LayerNorm_3": "encoder_attn_layer_norm",
        "GLU_0.LayerNorm_0": "glu.ln0",
        "GLU_0.LayerNorm_1": "glu.ln1",
        **{f"GLU_0.Dense_{i}": f"glu.fc{i}" for i in range(3)},
    }
    own = dict(params["model"][side]) | ({"lm_head": params["lm_head"]} if side == "decoder" else {})
    state = collections.OrderedDict()
    for name, value in traverse_util.flatten_dict(own, sep=".").items():
        module, leaf = name.rsplit(".", 1)
        tensor = torch.tensor(np.asarray(value)).half()
        tensor = tensor.transpose(-1, -2) if leaf == "kernel" else tensor
        leaf = "bias" if leaf == "bias" else "weight"
        if not module.startswith(scanned):
            state[f"{module}.{leaf}"] = tensor
            continue
        module = module.removeprefix(scanned)
        for flax_name in sorted(renamed, key=len, reverse=True):
            if module == flax_name or module.startswith(flax_name + "."):
                module = renamed[flax_name] + module[len(flax_name) :]
                break
        for i in range(count):
            state[f"layers.{i}.{module}.{leaf}"] = tensor[i]
    return state


def network():
    s = SETTINGS
    text = np.array([[0, 5, 7, 2, 1], [0, 3, 9, 10, 2]], np.int32)
    visible = np.array([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]], np.float32)
    shifted = np.array([[12, 1, 5, 0, 11, 3], [12, 7, 7, 2, 9, 10]], np.int32)
    model = DalleBart()
    shapes = jax.eval_shape(model.init, jax.random.key(0), text, visible, shifted)["params"]
    # Half-precision numbers, so that min-dalle's files hold the same.
    params = jax.tree.map(lambda leaf: (normals(*leaf.shape) * 0.5).astype(np.float16).astype(np.float32), shapes)
    logits = model.apply({"params": params}, text, visible, shifted)[..., : s["imageVocabulary"]]

    encoder = TorchSide(False, s["encoderLayers"], s["textVocabulary"], s["textLength"])
    decoder = TorchSide(True, s["decoderLayers"], TOKENS, s["imageLength"])
    states = [for_min_dalle(params, side, s[f"{side}Layers"]) for side in ("encoder", "decoder")]
    for module, state in zip((encoder, decoder), states):
        missing, unexpected = module.load_state_dict(state, strict=False)
        # Norms without a scale: PyTorch's scale of ones stands for it.
        assert not unexpected and all(n.endswith("weight") and ("pre_" in n or "ln" in n) for n in missing), (missing, unexpected)
    mask = torch.tensor(visible, dtype=torch.bool)[:, None, None]
    with torch.no_grad():
        memory = encoder(torch.tensor(text), None, mask)
        again = decoder.lm_head(decoder(torch.tensor(shifted), memory, mask))[..., : s["imageVocabulary"]]
    difference = np.abs(again.numpy() - np.asarray(logits)).max() / np.abs(np.asarray(logits)).max()
    assert difference < 1e-5, difference
    print("Flax and PyTorch differ by", difference)

    halves = jax.tree.map(lambda leaf: leaf.astype(np.float16), params)
    flat = traverse_util.flatten_dict(halves)
    unscanned = {}
    for path, value in flat.items():
        name = next((part for part in path if part.endswith("Layers")), None)
        for i in range(len(value) if name else 1):
            own = tuple(f"{part[:-1]}_{i}" if part == name else part for part in path)
            unscanned[own] = value[i] if name else value
    files = {
        "scanned": serialization.to_bytes(halves),
        "unscanned": serialization.to_bytes(traverse_util.unflatten_dict(unscanned)),
    }
    inputs = {"text": text, "visible": visible, "shifted": shifted}
    write("dalle-mini", {
        "settings": s,
        "inputs": {name: {"shape": list(v.shape), "values": v.reshape(-1).tolist()} for name, v in inputs.items()},
        "logits": {"shape": list(logits.shape), "values": values(logits)},
        "scanned": encode(files["scanned"]),
    })
    write("dalle-mini-unscanned", {"file": encode(files["unscanned"])})
    for side, state in zip(("encoder", "decoder"), states):
        write(f"dalle-mini-{side}", {"file": encode(saved(state))})


if __name__ == "__main__":
    write("flax", flax_vectors())
    write("safetensors", safetensors_vectors())
    for name, vector in torch_vectors().items():
        write(f"torch-{name}", vector)
    write("torch-refused", torch_refused())
    network()
