"""What other people's code computes with the published architectures at small sizes, as vectors for our tests.

Not part of `npm test`, which reads the JSON files that this writes. By hand:

    python3 -m venv parity-env && parity-env/bin/pip install -r tools/parity/requirements.txt
    parity-env/bin/pip install --no-deps -r tools/parity/requirements-alone.txt
    parity-env/bin/python tools/parity/published_vectors.py

The models are built from these packages, given weights that both sides compute from each tensor's name and shape
(`weight`, and src/networks/testing/parity.ts), and run in float64. Of large outputs only every n-th value is stored. Where
a package is known to differ from the published model, that is undone here, and said.
"""

import inspect
import json
import math
import re
from pathlib import Path

import numpy as np
import torch
from min_dalle.models import dalle_bart_decoder, dalle_bart_encoder, vqgan_detokenizer
from PIL import Image
from taming.modules.diffusionmodules.model import Decoder, Encoder
from transformers import CLIPConfig, CLIPModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

SOURCE = Path(__file__).resolve().parents[2] / "src"
NETWORKS = SOURCE / "networks/testing/vectors"
torch.set_grad_enabled(False)
torch.set_num_threads(1)


def pseudo_random(name: str, shape) -> np.ndarray:
    """Numbers in [-1, 1) as a function of a name: FNV-1a of the name, then a 32-bit mix of each index."""
    start = 0x811C9DC5
    for byte in name.encode():
        start = ((start ^ byte) * 0x01000193) & 0xFFFFFFFF
    mask = np.uint64(0xFFFFFFFF)
    x = (np.uint64(start) + np.arange(math.prod(shape), dtype=np.uint64) * np.uint64(0x9E3779B9)) & mask
    x = ((x ^ (x >> np.uint64(16))) * np.uint64(0x7FEB352D)) & mask
    x = ((x ^ (x >> np.uint64(15))) * np.uint64(0x846CA68B)) & mask
    x ^= x >> np.uint64(16)
    return (x.astype(np.float64) / 2**31 - 1).astype(np.float32).reshape(shape)


def weight(name: str, shape) -> torch.Tensor:
    """Vectors about 0 (biases) or 1; all else of a size that keeps that of what it is multiplied with."""
    values = pseudo_random(name, shape)
    if name.endswith("bias") or name == "logit_scale":
        values = values * np.float32(0.25)
    elif len(shape) == 1:
        values = np.float32(1) + values * np.float32(0.25)
    else:
        values = values * np.float32(math.sqrt(3 / math.prod(shape[1:])))
    return torch.from_numpy(np.asarray(values, dtype=np.float64))


def give_weights(model: torch.nn.Module, prefix: str = "", rename=lambda name: name, skip=lambda name: False) -> dict:
    """Gives a model its weights in place, and returns their published names and shapes."""
    model.double().eval()
    shapes = {}
    for own, parameter in model.named_parameters():
        if skip(own):
            continue
        name = rename(prefix + own)
        parameter.copy_(weight(name, tuple(parameter.shape)))
        shapes[name] = list(parameter.shape)
    return shapes


def pixels(name: str, shape) -> np.ndarray:
    return np.minimum(255, np.floor((pseudo_random(name, shape).astype(np.float64) + 1) * 128)).astype(np.uint8)


def some(values, every: int) -> dict:
    flat = np.asarray(values, dtype=np.float64)
    return {"shape": list(flat.shape), "every": every, "values": [float(f"{v:.8g}") for v in flat.ravel()[::every]]}


def write(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")
    print(path.name, path.stat().st_size)


def smaller(module, **replace) -> dict:
    """A module's names, with the powers of two and the channel exponents in its source made smaller."""
    source = inspect.getsource(module)
    powers = {14: 6, 9: 7, 8: 5, 7: 5}
    source = re.sub(r"2 \*\* (\d+)", lambda m: f"2 ** {powers.get(int(m[1]), int(m[1]))}", source)
    exponents = {"7": "5", "8": "6", "9": "7"}
    calls = r"(UpsampleBlock|ResnetBlock)\(([789]), ([789])"
    source = re.sub(calls, lambda m: f"{m[1]}({exponents[m[2]]}, {exponents[m[3]]}", source)
    for before, after in replace.items():
        assert before in source
        source = source.replace(before, after)
    names: dict = {}
    exec(compile(source, module.__name__, "exec"), names)
    return names


def vqgan() -> None:
    settings = {"side": 64, "codes": 64, "codeWidth": 32, "latentWidth": 32, "levels": [32, 32, 64, 64, 128]}
    settings |= {"blocks": 2, "attentionRows": [4], "groups": 32, "epsilon": 1e-6}
    codes = (pixels("codes", (2, 16)) % 64).astype(np.int64)

    # min-dalle: upsampling goes through float32, which is a matter of speed, and GroupNorm's epsilon was left at PyTorch's
    # 1e-5; the published weights were trained with 1e-6.
    names = smaller(vqgan_detokenizer, **{"x.to(torch.float32)": "x"})
    theirs = names["VQGanDetokenizer"]()
    shapes = give_weights(theirs)
    for part in theirs.modules():
        if isinstance(part, torch.nn.GroupNorm):
            part.eps = 1e-6
    vectors = theirs.embedding(torch.from_numpy(codes)).view(2, 4, 4, 32).permute(0, 3, 1, 2)
    picture = theirs.decoder(theirs.post_quant_conv(vectors))

    # The paper's code, with the same weights: nothing undone.
    sizes = {"ch": 32, "out_ch": 3, "ch_mult": (1, 1, 2, 2, 4), "num_res_blocks": 2, "attn_resolutions": [4]}
    sizes |= {"in_channels": 3, "resolution": 64, "z_channels": 32, "dropout": 0.0, "double_z": False}
    decoder = Decoder(**sizes)
    give_weights(decoder, "decoder.")
    difference = (decoder(theirs.post_quant_conv(vectors)) - picture).abs().max().item()
    print("the two decoders differ by", difference)
    assert difference < 1e-12
    write(NETWORKS / "vqgan-decoder.json", {
        **{"settings": settings, "weights": shapes, "codes": {"shape": [2, 16], "values": codes.ravel().tolist()}},
        "picture": some(picture.permute(0, 2, 3, 1), 11)})

    encoder = Encoder(**sizes)
    shapes = give_weights(encoder, "encoder.")
    quant_conv = torch.nn.Conv2d(32, 32, 1)
    shapes |= give_weights(quant_conv, "quant_conv.")
    codebook = weight("quantize.embedding.weight", (64, 32))
    shapes["quantize.embedding.weight"] = [64, 32]
    # Published pictures were encoded in 0..1, not in the -1..1 of the paper.
    given = torch.from_numpy(pixels("picture", (2, 64, 64, 3)).astype(np.float64) / 255).permute(0, 3, 1, 2)
    found = quant_conv(encoder(given)).permute(0, 2, 3, 1).reshape(2, 16, 32)
    distances = ((found[:, :, None, :] - codebook) ** 2).sum(-1)
    nearest = distances.sort(-1).values
    print("least margin of a code", ((nearest[..., 1] - nearest[..., 0]) / nearest[..., 0]).min().item())
    write(NETWORKS / "vqgan-encoder.json", {
        **{"settings": settings, "weights": shapes, "vectors": some(found, 1)},
        "codes": distances.argmin(-1).ravel().tolist()})


def dalle_mini() -> None:
    """Whole sequences; the output has more rows than codes, as mega's."""
    settings = {"width": 128, "heads": 2, "encoderLayers": 2, "decoderLayers": 2, "feedForward": 90}
    settings |= {"textVocabulary": 60, "textLength": 16, "imageVocabulary": 40, "imageLength": 256}
    settings |= {"tableRows": 72, "initialDeviation": 0.02}
    # Norms before a block have no scale; min-dalle keeps one of 1, which its files leave out.
    unscaled = re.compile(r"(pre_\w+_layer_norm|ln0|ln1|final_ln)\.weight$")

    def prepared(model, prefix):
        rename = lambda name: name.removeprefix(prefix) if "lm_head" in name else name
        return give_weights(model, prefix, rename, lambda name: unscaled.search(name))

    encoder = dalle_bart_encoder.DalleBartEncoder(2, 128, 2, 60, 16, 90, "cpu")
    decoder = dalle_bart_decoder.DalleBartDecoder(71, 128, 2, 90, 2, "cpu")
    shapes = prepared(encoder, "encoder.") | prepared(decoder, "decoder.")
    text = 4 + (pixels("text", (2, 16)) % 56).astype(np.int64)
    # The start, the end and the padding; the second prompt is empty.
    text[0, 0], text[0, 9], text[0, 10:] = 0, 2, 1
    text[1, 0], text[1, 1], text[1, 2:] = 0, 2, 1
    text = torch.from_numpy(text)
    codes = (pixels("tokens", (1, 256)) % 40).astype(np.int64)
    shifted = np.concatenate([[[40]], codes[:, :-1]], 1)
    encoded = encoder(text)
    state = torch.zeros(2, 4, 256, 128, dtype=torch.float64)
    logits, _ = decoder(
        attention_mask=text.not_equal(1)[:, None, None, :],
        encoder_state=encoded,
        attention_state=state,
        prev_tokens=torch.from_numpy(shifted),
        token_index=torch.arange(256),
    )
    write(NETWORKS / "dalle-mini-published.json", {
        **{"settings": settings, "weights": shapes, "text": text.tolist(), "shifted": shifted[0].tolist()},
        **{"encoded": some(encoded, 5), "logits": some(logits[..., :40], 13)}})


def clip() -> None:
    settings = {"embedding": 24, "text": {"width": 64, "heads": 2, "layers": 2, "vocabulary": 50, "length": 12}}
    settings |= {"picture": {"width": 96, "heads": 3, "layers": 2, "side": 32, "patch": 8}}
    settings |= {"mean": [0.48145466, 0.4578275, 0.40821073], "deviation": [0.26862954, 0.26130258, 0.27577711]}
    text, picture = settings["text"], settings["picture"]
    config = CLIPConfig(
        text_config={
            **{"hidden_size": text["width"], "intermediate_size": 256, "num_attention_heads": text["heads"]},
            **{"num_hidden_layers": text["layers"], "vocab_size": 50, "max_position_embeddings": 12},
            **{"projection_dim": 24, "bos_token_id": 48, "eos_token_id": 49, "pad_token_id": 49},
        },
        vision_config={
            **{"hidden_size": picture["width"], "intermediate_size": 384, "num_attention_heads": picture["heads"]},
            **{"num_hidden_layers": picture["layers"], "image_size": 32, "patch_size": 8, "projection_dim": 24},
        },
        projection_dim=24,
    )
    model = CLIPModel(config)
    shapes = give_weights(model)
    ids = (pixels("ids", (3, 12)) % 48).astype(np.int64)
    ids[:, 0] = 48
    ids[0, 5:], ids[1, 11] = 49, 49
    ids[2, 3], ids[2, 4:] = 49, 0  # padded as by the authors' code
    seen = pixels("seen", (2, 32, 32, 3))
    given = (seen / 255 - np.array(settings["mean"])) / np.array(settings["deviation"])
    found = model(input_ids=torch.from_numpy(ids), pixel_values=torch.from_numpy(given).permute(0, 3, 1, 2))
    write(NETWORKS / "clip.json", {
        **{"settings": settings, "weights": shapes, "ids": ids.ravel().tolist()},
        **{"texts": some(found.text_embeds, 1), "pictures": some(found.image_embeds, 1)},
        "scores": some(found.logits_per_text, 1)})


def centre_square() -> None:
    """Bytes after resizing and cutting, before they are scaled and normalised, which the network does."""
    only = {"do_rescale": False, "do_normalize": False}
    cases = []
    for width, height, side in ((61, 43, 20), (17, 40, 24), (256, 256, 18)):
        noise = pixels(f"square {width} x {height}", (height, width, 3)).astype(int)
        across, down = np.arange(width)[None, :, None], np.arange(height)[:, None, None]
        slope = across * 255 // (width - 1) + down * 180 // (height - 1) - 90
        data = np.clip((2 * noise + 3 * slope) // 5, 0, 255).astype(np.uint8)
        processor = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side}, **only)
        found = processor(Image.fromarray(data), return_tensors="np")["pixel_values"][0].transpose(1, 2, 0)
        given = {"width": width, "height": height, "side": side}
        cases.append({**given, "values": found.astype(int).ravel().tolist()})
    path = SOURCE / "image/testing/centre-square.json"
    path.parent.mkdir(exist_ok=True)
    write(path, {"cases": cases})


for make in (vqgan, dalle_mini, clip, centre_square):
    make()
