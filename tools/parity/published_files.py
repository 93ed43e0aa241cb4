"""Modules of PyTorch as the files in which DALL·E mini's, VQGAN's and CLIP's weights are published: Flax's trees in msgpack.

The format is flax.serialization's: a map of maps whose leaves are extension 1, the packed (shape, type, bytes) of an array.
Which name is which was taken from the original's code (borisdayma/dalle-mini, patil-suraj/vqgan-jax, transformers' FlaxCLIP).
"""

import re

import msgpack
import torch
from torch import nn


def write_tree(path, leaves: dict) -> None:
    """`leaves`: by path, what makes the array. One array is in memory at a time."""
    root: dict = {}
    for name, make in leaves.items():
        tree = root
        *parts, leaf = name.split("/")
        for part in parts:
            tree = tree.setdefault(part, {})
        tree[leaf] = make
    packer = msgpack.Packer()
    with open(path, "wb") as file:

        def write(tree) -> None:
            if not isinstance(tree, dict):
                array = tree().detach().contiguous().numpy()
                leaf = msgpack.packb((array.shape, array.dtype.name, array.tobytes()), use_bin_type=True)
                file.write(msgpack.packb(msgpack.ExtType(1, leaf)))
                return
            file.write(packer.pack_map_header(len(tree)))
            for name, child in sorted(tree.items()):
                file.write(packer.pack(name))
                write(child)

        write(root)


def in_flax(module: nn.Module, name: str, weight: torch.Tensor):
    """A parameter's leaf in Flax, and how its array is made of it."""
    if name == "bias":
        return "bias", lambda: weight
    if isinstance(module, nn.Linear):
        return "kernel", lambda: weight.T
    if isinstance(module, nn.Conv2d):
        return "kernel", lambda: weight.permute(2, 3, 1, 0)
    if isinstance(module, nn.Embedding):
        return "embedding", lambda: weight
    if isinstance(module, (nn.LayerNorm, nn.GroupNorm)):
        return "scale", lambda: weight
    return name, lambda: weight


def parameters(model: nn.Module):
    for path, module in model.named_modules():
        for name, weight in module.named_parameters(recurse=False):
            yield path, module, name, weight


def leaves(model: nn.Module, rename=lambda path: path) -> dict:
    """A model's leaves under its own names, `rename` changing those of modules."""
    found = {}
    for path, module, name, weight in parameters(model):
        leaf, make = in_flax(module, name, weight)
        found["/".join([*filter(None, rename(path).split(".")), leaf])] = make
    return found


# Flax numbers a module's parts in the order in which it calls them.
GENERATOR_MODULES = {
    "pre_self_attn_layer_norm": "LayerNorm_0",
    "self_attn": "FlaxBartAttention_0",
    "self_attn_layer_norm": "LayerNorm_1",
    "pre_encoder_attn_layer_norm": "LayerNorm_2",
    "encoder_attn": "FlaxBartAttention_1",
    "encoder_attn_layer_norm": "LayerNorm_3",
    "glu": "GLU_0",
    "ln0": "LayerNorm_0",
    "ln1": "LayerNorm_1",
    "fc0": "Dense_0",
    "fc1": "Dense_1",
    "fc2": "Dense_2",
}


def unscaled(path: str, name: str) -> bool:
    """Norms before a block have no scale; min-dalle keeps one of 1, which its files leave out."""
    return name == "weight" and re.search(r"(pre_\w+_layer_norm|ln0|ln1|final_ln)$", path) is not None


def generator_leaves(encoder: nn.Module, decoder: nn.Module) -> dict:
    """DALL·E mini's tree, the layers of each side scanned into one leading axis."""
    found = {}
    stacked: dict = {}
    for side, model in (("encoder", encoder), ("decoder", decoder)):
        for path, module, name, weight in parameters(model):
            if unscaled(path, name):
                continue
            leaf, make = in_flax(module, name, weight)
            layer = re.match(r"layers\.(\d+)\.(.+)$", path)
            if layer is None:
                found["/".join([*(["model", side] if path != "lm_head" else []), path, leaf])] = make
                continue
            modules = [GENERATOR_MODULES.get(part, part) for part in layer[2].split(".")]
            layers = f"FlaxBart{side.capitalize()}Layers"
            stacked.setdefault("/".join(["model", side, "layers", layers, *modules, leaf]), []).append(make)
    for path, makes in stacked.items():
        found[path] = lambda makes=makes: torch.stack([make() for make in makes])
    return found


def vqgan_path(path: str) -> str:
    """`up.4.block.0` of PyTorch is `up_4.block_0` in Flax."""
    return re.sub(r"\b(up|down|block|attn)\.(\d+)\b", r"\1_\2", path)
