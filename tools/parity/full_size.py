"""The published networks at their full size with random weights, run by code that nobody of this project wrote.

    python tools/parity/full_size.py FOLDER

Writes published/ (the files as the hub has them: Flax's trees, tokenizers) and expected/ (what min-dalle, taming-transformers,
transformers and DALL·E mini's own normaliser make of them), for tools/parity/run.ts to compare with. min-dalle differs from what the
published weights were trained with; each difference is undone here on its own, with what it would have made:

 1. It starts a picture with token 16,383, a code like any other. The weights were trained with 16,384.
 2. Its group norms have PyTorch's epsilon of 1e-5. VQGAN was trained with 1e-6.
 3. It has no text normaliser, and cuts whole words where BART's tokenizer parts punctuation and digits first: token ids are made
    by Hugging Face's tokenizer of normalised text, and given to its encoder.
 4. It draws with PyTorch's random numbers, which nothing else has: here the likeliest token is taken.
 5. Its decoder gives logits for the start token and, in mega, for 31 rows more that stand for no code: 16,384 are compared, which
    is what it draws from, too.
"""

import argparse
import json
import os
import random
import sys
from pathlib import Path

import torch
from min_dalle.models import DalleBartDecoder, DalleBartEncoder, VQGanDetokenizer
from min_dalle.text_tokenizer import TextTokenizer
from PIL import Image
from safetensors.torch import save_file
from taming.modules.diffusionmodules.model import Encoder
from torch import nn
from transformers import CLIPConfig, CLIPModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

import published_files as published
import text as texts

torch.set_grad_enabled(False)
# min-dalle takes all processors, whatever it is told; on a busy machine threads mostly wait for each other.
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))

CODES, POSITIONS, TEXT_LENGTH, GUIDANCE = 2**14, 256, 64, 10.0
PROMPT = "A red kangaroo, made of cheese: 2 of them & a château!"
SEEN = ["a red kangaroo made of cheese", "l'éléphant rose à côté du château", "an armchair in the shape of an avocado"]


def randomise(model: nn.Module, seed: int) -> nn.Module:
    """Weights that keep the size of what they are multiplied with; norms and biases are neither one nor zero."""
    chance = torch.Generator().manual_seed(seed)
    for path, module, name, weight in published.parameters(model):
        if published.unscaled(path, name):
            weight.fill_(1)
        elif name == "logit_scale":
            weight.fill_(4.6)
        elif weight.dim() == 1:
            weight.normal_(1.0 if name == "weight" else 0.0, 0.1, generator=chance)
        elif isinstance(module, nn.Embedding):
            weight.normal_(0.0, 0.5, generator=chance)
        else:
            weight.normal_(0.0, (weight[0].numel()) ** -0.5, generator=chance)
    return model.eval()


def difference(found: torch.Tensor, right: torch.Tensor) -> float:
    return ((found - right).abs().max() / right.abs().max()).item()


# Text ------------------------------------------------------------------------------------------------------------------


def make_text(folder: Path):
    """Tokenizers of some thousand tokens in the published formats, and what the originals make of many texts."""
    words = texts.VECTORS.parent / "word-frequencies.txt"
    normalise = texts.original_normaliser(words)
    frequent = [line.split()[0] for line in words.read_text(encoding="utf8").splitlines() if line.strip()]
    written = list(texts.phrases()) + texts.captions()
    lines = written * 3 + frequent
    bart, clip = texts.bart(lines, 6000), texts.clip(lines, 6000)
    for role, tokenizer in (("text", bart), ("scorer", clip)):
        place = folder / "published" / role
        place.mkdir(parents=True, exist_ok=True)
        made = json.loads(tokenizer.backend_tokenizer.to_str())
        (place / "tokenizer.json").write_text(json.dumps(made) + "\n", encoding="utf8")
    (folder / "published/text/enwiki-words-frequency.txt").write_bytes(words.read_bytes())

    chance = random.Random(9)
    # Not any Unicode: which characters are letters hangs on the year of the tables, and CLIP parts texts by that.
    many = written + list(texts.random_texts(2500, chance)) + chance.sample(texts.emoji_texts(), 500)
    special = {*bart.all_special_tokens, *clip.all_special_tokens}
    rows = []
    for each in texts.unique(many):
        # Special tokens by their names are for the tests of text.
        if any(token in each for token in special):
            continue
        normal = normalise(each)
        rows.append([each, normal, texts.ids(bart, normal, TEXT_LENGTH)[0], texts.ids(clip, each, 77)[0]])

    vocabulary = bart.get_vocab()
    merges = json.loads(bart.backend_tokenizer.to_str())["model"]["merges"]
    theirs = TextTokenizer(vocabulary, [" ".join(merge) if isinstance(merge, list) else merge for merge in merges])
    plain = written[: len(list(texts.phrases()))]
    other = sum(1 for each in plain if theirs.tokenize(each) != [i for i in bart(normalise(each))["input_ids"]])
    write_json(folder / "expected/text.json", rows)
    return bart, clip, normalise, {"texts": len(plain), "withOtherTokens": other}


# Networks --------------------------------------------------------------------------------------------------------------


def make_generator(folder: Path, bart, normalise) -> dict:
    sizes = {"attention_head_count": 16, "embed_count": 1024, "glu_embed_count": 2730, "layer_count": 12, "device": "cpu"}
    encoder = DalleBartEncoder(text_vocab_count=50264, text_token_count=TEXT_LENGTH, **sizes)
    decoder = DalleBartDecoder(image_vocab_count=CODES, **sizes)
    randomise(encoder, 1)
    randomise(decoder, 2)
    write_weights(folder, "generator", published.generator_leaves(encoder, decoder))

    rows = [texts.ids(bart, each, TEXT_LENGTH)[0] for each in ("", normalise(PROMPT))]
    text = torch.tensor(rows)
    encoded = encoder(text)
    mask = text.not_equal(1)[:, None, None, :]

    def step(state, token: int, position: int):
        logits, _ = decoder(
            attention_mask=mask,
            encoder_state=encoded,
            attention_state=state,
            prev_tokens=torch.tensor([[token]]),
            token_index=torch.tensor([position]),
        )
        return logits[:, 0, :CODES]

    state = torch.zeros(12, 4, POSITIONS, 1024)
    logits = torch.empty(POSITIONS, 2, CODES)
    tokens = []
    for position in range(POSITIONS):
        logits[position] = step(state, tokens[-1] if tokens else CODES, position)
        unguided, guided = logits[position]
        tokens.append(int((unguided * (1 - GUIDANCE) + guided * GUIDANCE).argmax()))
    mixed = logits[:, 0] * (1 - GUIDANCE) + logits[:, 1] * GUIDANCE
    best = mixed.topk(2).values
    expected = {"tokens": torch.tensor(tokens, dtype=torch.int32), "logits": logits}
    save_file(expected, folder / "expected/generator.safetensors")
    own_start = step(torch.zeros_like(state), CODES - 1, 0)
    return {
        "startToken": difference(own_start, logits[0]),
        "leastMarginOfToken": ((best[:, 0] - best[:, 1]) / mixed.abs().max()).min().item(),
        "tokens": tokens,
    }


def make_vqgan(folder: Path, tokens: list) -> dict:
    detokenizer = randomise(VQGanDetokenizer(), 3)
    # Pictures are in 0..1.
    detokenizer.decoder.conv_out.bias.fill_(0.5)
    encoder = Encoder(
        **{"ch": 128, "out_ch": 3, "ch_mult": (1, 1, 2, 2, 4), "num_res_blocks": 2, "attn_resolutions": [16]},
        **{"in_channels": 3, "resolution": 256, "z_channels": 256, "dropout": 0.0, "double_z": False},
    )
    randomise(encoder, 4)
    quant_conv = randomise(nn.Conv2d(256, 256, 1), 5)
    parts = published.leaves(detokenizer, published.vqgan_path)
    parts["quantize/embedding/embedding"] = parts.pop("embedding/embedding")
    parts |= {f"encoder/{name}": make for name, make in published.leaves(encoder, published.vqgan_path).items()}
    parts |= {f"quant_conv/{name}": make for name, make in published.leaves(quant_conv).items()}
    write_weights(folder, "image-tokenizer", parts)

    chance = torch.Generator().manual_seed(6)
    codes = torch.stack([torch.tensor(tokens), torch.randint(CODES, (POSITIONS,), generator=chance)])

    def decode() -> torch.Tensor:
        vectors = detokenizer.embedding(codes).view(2, 16, 16, 256).permute(0, 3, 1, 2).contiguous()
        return detokenizer.decoder(detokenizer.post_quant_conv(vectors)).permute(0, 2, 3, 1).contiguous()

    with_own_epsilon = decode()
    for module in detokenizer.modules():
        if isinstance(module, nn.GroupNorm):
            module.eps = 1e-6
    picture = decode()
    seen = torch.randint(256, (2, 64, 64, 3), generator=chance, dtype=torch.uint8)
    seen = seen.repeat_interleave(4, 1).repeat_interleave(4, 2)
    # Published pictures were encoded in 0..1, not in the -1..1 of the paper.
    vectors = quant_conv(encoder((seen / 255).permute(0, 3, 1, 2))).permute(0, 2, 3, 1).reshape(2 * POSITIONS, 256)
    distances = torch.cdist(vectors.double(), detokenizer.embedding.weight.double()) ** 2
    nearest = distances.topk(2, largest=False).values
    expected = {"codes": codes.int(), "picture": picture, "seen": seen, "vectors": vectors.contiguous()}
    expected["nearest"] = distances.argmin(-1).int().view(2, POSITIONS)
    # Where two entries are as near as makes no difference in 32 bits, either is right.
    expected["margins"] = ((nearest[:, 1] - nearest[:, 0]) / nearest[:, 0]).float()
    save_file(expected, folder / "expected/vqgan.safetensors")
    return {"groupNormEpsilon": difference(with_own_epsilon, picture)}


def make_clip(folder: Path, tokenizer) -> None:
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    model = CLIPModel(CLIPConfig(text_config={**ends, "pad_token_id": tokenizer.pad_token_id}, projection_dim=512))
    randomise(model, 7)
    write_weights(folder, "scorer", published.leaves(model))
    chance = torch.Generator().manual_seed(8)
    small = torch.randint(256, (2, 3, 32, 32), generator=chance).float()
    seen = nn.functional.interpolate(small, (256, 256), mode="bilinear").byte().permute(0, 2, 3, 1).contiguous()
    processor = CLIPImageProcessorPil()
    pixels = processor([Image.fromarray(each.numpy()) for each in seen], return_tensors="pt")["pixel_values"]
    ids = torch.tensor([texts.ids(tokenizer, each, 77)[0] for each in SEEN])
    found = model(input_ids=ids, pixel_values=pixels)
    cut = CLIPImageProcessorPil(do_rescale=False, do_normalize=False)
    bytes_of = cut([Image.fromarray(each.numpy()) for each in seen], return_tensors="pt")["pixel_values"]
    expected = {"texts": found.text_embeds, "pictures": found.image_embeds, "scores": found.logits_per_text, "seen": seen}
    expected["cut"] = bytes_of.byte().permute(0, 2, 3, 1)
    save_file({name: value.contiguous() for name, value in expected.items()}, folder / "expected/clip.safetensors")


def write_weights(folder: Path, role: str, parts: dict) -> None:
    place = folder / "published" / role
    place.mkdir(parents=True, exist_ok=True)
    published.write_tree(place / "flax_model.msgpack", parts)


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=True) + "\n", encoding="utf8")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=Path)
    folder = arguments.parse_args().folder
    (folder / "expected").mkdir(parents=True, exist_ok=True)

    def say(what: str) -> None:
        print(what, file=sys.stderr, flush=True)

    say("text")
    bart, clip, normalise, tokenizers = make_text(folder)
    say("generator")
    generator = make_generator(folder, bart, normalise)
    tokens = generator.pop("tokens")
    say("VQGAN")
    vqgan = make_vqgan(folder, tokens)
    say("CLIP")
    make_clip(folder, clip)
    about = {"prompt": PROMPT, "guidance": GUIDANCE, "seen": SEEN, "torch": torch.__version__}
    write_json(folder / "expected/about.json", {**about, "minDalle": {**generator, **vqgan, "tokenizer": tokenizers}})


main()
