"""min-dalle with random weights, as it is: what bench/dalle-mini.ts holds this project against.

    python min_dalle_peer.py write FOLDER SIZE              its published files (fp16, as they are published), and CLIP's
    python min_dalle_peer.py draw FOLDER SIZE fp32|bf16     a line {"grid": 3, "positions": 256} in,
                                                            a line {"seconds": ..., "processorSeconds": ..., "peakMB": ...} out

Drawing goes through MinDalle's own loop. With fewer than all 256 `positions` only so many are computed, and the others count as long
as they took on average: each attends to all 256 places, so they cost the same. The prompt and the pictures are computed whole. On a
processor its `torch.cuda.amp.autocast` does nothing, so for bf16 it is wrapped in the processor's, with weights in bf16.
"""

import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path

import torch

warnings.filterwarnings("ignore")
torch.set_grad_enabled(False)

SIZES = {
    "mini": {"layer_count": 12, "attention_head_count": 16, "embed_count": 1024, "glu_embed_count": 2730},
    # One layer each of mini's: to see whether everything works.
    "sample": {"layer_count": 1, "attention_head_count": 16, "embed_count": 1024, "glu_embed_count": 2730},
    "mega": {"layer_count": 24, "attention_head_count": 32, "embed_count": 2048, "glu_embed_count": 4096},
}
VOCABULARIES = {"mini": (50264, 16384), "sample": (50264, 16384), "mega": (50272, 16415)}
POSITIONS = 256
PROMPT = "a red kangaroo made of cheese"


def place_of(size: str) -> str:
    return "dalle_bart_mega" if size == "mega" else "dalle_bart_mini"


def write(folder: Path, size: str) -> None:
    from min_dalle.models import DalleBartDecoder, DalleBartEncoder, VQGanDetokenizer
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(1)
    own, detokenizer = folder / place_of(size), folder / "vqgan"
    for place in (own, detokenizer):
        place.mkdir(parents=True, exist_ok=True)

    def save(model: torch.nn.Module, path: Path) -> None:
        state = model.state_dict()
        # Norms before a block have no scale; min-dalle's files leave out the one of 1 that it keeps.
        unscaled = ("pre_self_attn_layer_norm", "pre_encoder_attn_layer_norm", "ln0", "ln1", "final_ln")
        torch.save({n: w for n, w in state.items() if n.split(".")[-2] not in unscaled or n.endswith("bias")}, path)

    text, codes = VOCABULARIES[size]
    torch.set_default_dtype(torch.float16)
    sizes = {**SIZES[size], "device": "cpu"}
    save(DalleBartEncoder(text_vocab_count=text, text_token_count=64, **sizes), own / "encoder.pt")
    save(DalleBartDecoder(image_vocab_count=codes, **sizes), own / "decoder.pt")
    torch.set_default_dtype(torch.float32)
    torch.save(VQGanDetokenizer().state_dict(), detokenizer / "detoker.pt")
    torch.save(CLIPModel(CLIPConfig()).state_dict(), folder / "clip.bin")


class Clock:
    """Seconds that passed, and those that the processors worked for this process."""

    def __init__(self) -> None:
        self.since = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.since[0], time.process_time() - self.since[1]


class SomePositions:
    """In place of a decoder's `sample_tokens`: computes the first few positions, and repeats the last one's tokens after that."""

    def __init__(self, decoder: torch.nn.Module) -> None:
        self.sample = decoder.sample_tokens
        self.begin(POSITIONS)

    def begin(self, positions: int) -> None:
        self.positions, self.done, self.spent, self.last = positions, 0, (0.0, 0.0), None

    def __call__(self, **given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self.done == self.positions:
            return self.last, given["attention_state"]
        clock = Clock()
        self.last, state = self.sample(**given)
        self.spent = tuple(a + b for a, b in zip(self.spent, clock.read()))
        self.done += 1
        return self.last, state

    def whole(self, taken: tuple[float, float]) -> tuple[float, float]:
        """What it would have taken with all positions."""
        left = POSITIONS / self.positions - 1
        return tuple(a + left * b for a, b in zip(taken, self.spent))


def draw(folder: Path, size: str, precision: str) -> None:
    from min_dalle import min_dalle

    # Its files are here; it asks the hub for its settings all the same.
    min_dalle.requests.get = lambda *_, **__: None
    for name in ("DalleBartEncoder", "DalleBartDecoder"):
        built = getattr(min_dalle, name)
        layers = SIZES[size]["layer_count"]
        setattr(min_dalle, name, lambda built=built, **sizes: built(**{**sizes, "layer_count": layers}))
    # It takes all processors, whatever it is told.
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))
    narrow = precision == "bf16"
    dtype = torch.bfloat16 if narrow else torch.float32
    model = min_dalle.MinDalle(str(folder), dtype=dtype, device="cpu", is_mega=size == "mega", is_verbose=False)
    some = model.decoder.sample_tokens = SomePositions(model.decoder)
    print(json.dumps({"ready": f"min-dalle on PyTorch {torch.__version__}, {precision}"}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        grid = question["grid"]
        some.begin(question["positions"])
        clock = Clock()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=narrow):
            settings = {"temperature": 1, "top_k": 256, "supercondition_factor": 16}
            picture = next(model.generate_raw_image_stream(PROMPT, seed=1, grid_size=grid, **settings))
            side = picture.to(torch.uint8).numpy().shape[0]
        seconds, worked = some.whole(clock.read())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer = {"seconds": seconds, "processorSeconds": worked, "peakMB": round(peak), "side": side}
        print(json.dumps(answer), flush=True)


what, folder, size, *rest = sys.argv[1:]
write(Path(folder), size) if what == "write" else draw(Path(folder), size, *rest)
