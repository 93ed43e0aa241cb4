"""Makes the vectors that the tests of src/text are held to, with the original normaliser and tokenizers.

    python -m venv .venv && .venv/bin/pip install -r tools/parity/requirements.txt
    .venv/bin/pip install --no-deps -r tools/parity/requirements-alone.txt
    .venv/bin/python tools/parity/text.py [--many FOLDER] [--prompts FOLDER]

Vocabularies are learnt here, on captions of the project's own, in the formats of BART and CLIP: what the published ones
hold makes no difference to how they are applied. Writes a few hundred vectors to src/text/testing/vectors; with --many, also
thousands to a folder, for tools/parity/compare-text.ts. --prompts names a folder of prompt lists (.txt, .jsonl, .json).
"""

import argparse
import importlib.util
import json
import random
import subprocess
import sys
import types
import unicodedata
from pathlib import Path

import ftfy
from emoji import unicode_codes
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import BartTokenizer, CLIPTokenizer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VECTORS = ROOT / "src" / "text" / "testing" / "vectors"


def captions():
    script = "import { captions } from './src/text/testing/captions.ts'; for (const c of captions()) console.log(c)"
    out = subprocess.run(["node", "--input-type=module", "-e", script], cwd=ROOT, check=True, capture_output=True, text=True)
    return out.stdout.splitlines()


# The original normaliser -----------------------------------------------------------------------------------------------


def original_normaliser(words):
    """TextNormalizer with a word list of ours, and with `a person` wherever it draws one of three by chance."""
    folder = Path(importlib.util.find_spec("dalle_mini").submodule_search_locations[0])
    hub = types.ModuleType("huggingface_hub")
    hub.hf_hub_download = lambda *_, **__: str(words)
    kept = sys.modules.get("huggingface_hub")
    sys.modules["huggingface_hub"] = hub
    spec = importlib.util.spec_from_file_location("dalle_mini_text", folder / "model" / "text.py")
    text = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(text)
    text.random.choices = lambda population, *_, **__: [population[0]]
    normaliser = text.TextNormalizer()
    if kept is not None:
        sys.modules["huggingface_hub"] = kept
    return normaliser


# Small vocabularies ----------------------------------------------------------------------------------------------------


def byte_alphabet():
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def learn(lines, size, split, suffix, normalizer=None):
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=suffix))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = split
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=byte_alphabet(), end_of_word_suffix=suffix, show_progress=False
    )
    tokenizer.train_from_iterator(lines, trainer)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in merges]


def bart(lines, size=480):
    split = pre_tokenizers.ByteLevel(add_prefix_space=False)
    merges = learn([f" {line}" for line in lines] + lines, size, split, "")
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *byte_alphabet(), *("".join(merge) for merge in merges), "<mask>"]
    vocabulary = {token: at for at, token in enumerate(dict.fromkeys(tokens))}
    return BartTokenizer(vocab=vocabulary, merges=merges)


def clip(lines, size=730):
    like = CLIPTokenizer().backend_tokenizer
    merges = learn(lines, size, like.pre_tokenizer, "</w>", like.normalizer)
    letters = byte_alphabet()
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(merge) for merge in merges)]
    vocabulary = {token: at for at, token in enumerate(dict.fromkeys([*tokens, "<|startoftext|>", "<|endoftext|>"]))}
    return CLIPTokenizer(vocab=vocabulary, merges=merges)


def ids(tokenizer, text, length):
    encoded = tokenizer(text, padding="max_length", truncation=True, max_length=length)
    return encoded["input_ids"], sum(encoded["attention_mask"])


# Texts -----------------------------------------------------------------------------------------------------------------

PHRASES = """a red kangaroo made of cheese|an armchair in the shape of an avocado|l'éléphant rose à côté du château|un œuf, «très» frais|
The Eiffel Tower is landing on the moon|a logo of an avocado-armchair playing music, 3-d render|Trump's $1,000,000 house|it's what they'd've said|
the dogs' 2.5 km walk on 12/31/1999|1,234,567.89 stars & 50% off|v1.2.3-beta/4|x=3+4; y~5|e-mail me@example.com|see https://example.com/a?b=c&d for more|
http and https://x|www.example.org/path|#madeofcheese #redcat2000 #TwoCats|#a_b #l'été #😀cat|a cat #1cat|_under_score_ and \\ back\\slash|
<b>bold</b> <i class="x">cat</i>|<person> and <person>, <person> with <PERSON>|<person> riding a horse|a < b > c <<>>|[1] a cat [23]|a [2] cat [3]  |
a cat!!!!! noooooo way.... hmmm|VIII kings, XVIII, aaaa, 11111, ......|"quoted" 'single' `tick` ''two'' "" |it''s a "'" cat|,,,a cat,,,|, , a cat , ,|.|!|
&amp;amp; &lt;b&gt; &quot;hi&quot; &#39;x&#39; &eacute; &EACUTE; &notit; &amp &copy &nbsp;x &#x1F600; &#128512; &#0; &#x80; &#xD800; &hellip;|
tabs\tand\nnew lines\r\n and \u00a0 spaces|   |\t\n|ﬁne ﬂuﬀy oﬃce Ǆ ĳ|ＬＯＵＤ　ＮＯＩＳＥＳ ｶﾀｶﾅ ﾊﾟ|“curly” ‘quotes’ „low“ ‚x’ ‹a› «b»|a–b—c―d‑e…|1½ cups, ¾ full, ⅓, 5°, ±3, 10×20, £5 €6 ¥7 ¢8|
© ® ™ § ¶ • · † ‡ № ℃|Привет, мир! Щука и ёж|Москва — столица|Καλημέρα κόσμε, Ξένος|שלום עולם|مرحبا بالعالم|こんにちは カタカナ ヴァイオリン|한국어 텍스트 값|
naïve façade, Ångström, Łódź, Dvořák, İstanbul, ñandú, Straße, Þór, Đà Nẵng|🦘 made of 🧀|👩‍🚀 on the 🌕, 👍🏽 👩🏿‍🤝‍👨🏻 🇫🇷 🏴‍☠️ ❤️ ❤ 1️⃣ #️⃣ ☎ ☺︎ 🏳️‍🌈|👩‍ half a 👩‍🚀️|
♥ ♦ ♣ ♠ ♔ → ← ⇒ ✓ ★ ■ ▲ ● ╬ ░|café, déjà vu – “naïve”|a\u0301 e\u0301 o\u0308|\u200bzero\u200dwidth\ufeff \u00adsoft|a\x07bell\x1b[31mred\x1b[0m|\ufffd lost \u2028 lines \x85 next|
İI ıi ΣΑΣ ὈΔΥΣΣΕΎΣ ẞß ǅ ﬀ|3/4/5 1/2 a/b|a-b-c-d x - y -z w-|$5*6&7/8%9|a.b.c. 1.5. .5 5.|'s 't 're 've 'm 'll 'd 'x don't rock'n'roll|:smile: a:b;c|(a) [b] {c} |d||
{"json": ["a", 1.5]}|function(x) { return x+1; }|<|startoftext|> a cat <|endoftext|>|</s> <s> <pad> <mask>|xtokxdotxtokx|0 00 000 0000 00000 1,2,3,000,000""".replace("|\n", "|")

BAD_ENCODINGS = ["latin-1", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257", "iso-8859-2", "macroman", "cp437"]


def phrases():
    yield from PHRASES.split("|")
    yield "<|startoftext|> a cat <|endoftext|> a|b||c"


def wrongly_read(texts, chance):
    """UTF-8 read in another encoding, once or twice, whole or in parts, with what else can happen on the way."""
    for text in texts:
        spoilt = text
        for _ in range(chance.choice([1, 1, 1, 2])):
            encoding = chance.choice(BAD_ENCODINGS)
            read = spoilt.encode("utf8", "ignore").decode(encoding, chance.choice(["ignore", "replace"]))
            spoilt = read
        if chance.random() < 0.3:
            spoilt = f"{chance.choice(['été ', 'a cat ', '“x” ', 'ß'])}{spoilt}"
        if chance.random() < 0.2:
            spoilt = spoilt.replace("\u00a0", " ")
        yield spoilt


ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFG",
    "éèêëàâçîïôöùûüÿœæÉÈÀÇŒßİıſΣςǅﬁ",
    "     \t\n\u00a0\u2009\u3000\u0085\u2028",
    ".,;:!?'\"’“”«»…–—-_()[]<>/\\&#@%+=~*$`|{}",
    "0123456789",
    "²½Ⅷ٣①",
    "\u0301\u0327\u0308\u200b\u200d\u00ad\ufeff\u202e\ufe0f",
    "КатяЖщ αβγξΩ אבג ابت かなカナ한글",
    "ÂÃâ€™œ‚¢£¤¦§¨©ªÐÑÎÏãåæçð\x80\x92\x9d",
]
PIECES = [" a cat", "'s", "'ll", "http://x.y", "#redcat", "&amp;", "&lt;", "1,000", "<b>", "<person>", "[1]", "....", "!!!!", ",,", " 🦘", "👩‍🚀", "1/2", "a-b", "2.5"]


def random_texts(count, chance):
    for _ in range(count):
        kinds = chance.sample(ALPHABETS, chance.choice([1, 2, 3, len(ALPHABETS)]))
        parts = []
        for _ in range(chance.randrange(25)):
            parts.append(chance.choice(PIECES) if chance.random() < 0.15 else chance.choice(chance.choice(kinds)))
        yield "".join(parts)


def any_unicode(count, chance):
    for _ in range(count):
        points = [chance.choice([chance.randrange(0x20, 0x3000), chance.randrange(0x20, 0x110000)]) for _ in range(8)]
        yield "".join(chr(p) for p in points if not 0xD800 <= p < 0xE000)


def prompts(folder):
    for file in sorted(Path(folder).rglob("*")):
        if file.suffix not in {".txt", ".jsonl", ".json", ".tsv", ".csv"} or not file.is_file():
            continue
        for line in file.read_text(encoding="utf8", errors="replace").splitlines():
            line = line.strip()
            if file.suffix == ".jsonl":
                found = json.loads(line)
                line = found.get("prompt", "") if isinstance(found, dict) else ""
            if 0 < len(line) < 600:
                yield line


def unique(texts):
    return list(dict.fromkeys(texts))


def needs_readings(text):
    """Whether it holds, once mended, what only a model's own readings have."""
    return any(unicodedata.name(c, "").startswith(("CJK UNIFIED", "BRAILLE")) for c in ftfy.fix_text(text))


def emoji_texts():
    return [f"a {sequence}cat" for sequence in unicode_codes.EMOJI_DATA]


# Writing ---------------------------------------------------------------------------------------------------------------


def write(path, value):
    lines = ",\n".join(json.dumps(each, ensure_ascii=True) for each in value)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf8")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--many")
    arguments.add_argument("--prompts")
    options = arguments.parse_args()
    chance = random.Random(9)
    VECTORS.mkdir(parents=True, exist_ok=True)

    normalise = original_normaliser(VECTORS.parent / "word-frequencies.txt")
    lines = captions()
    tokenizers = {"bart": (bart(lines), 64), "clip": (clip(lines), 77)}
    for name, (tokenizer, _) in tokenizers.items():
        made = json.loads(tokenizer.backend_tokenizer.to_str())
        (VECTORS / f"{name}-tokenizer.json").write_text(json.dumps(made, ensure_ascii=True) + "\n", encoding="utf8")

    written = list(phrases())
    spoilt = list(wrongly_read([p for p in written if not p.isascii()] * 3, chance))
    texts = unique(written + spoilt + list(random_texts(140, chance)) + chance.sample(emoji_texts(), 40))
    write(VECTORS / "normalise-caption.json", [[text, normalise(text)] for text in texts if not needs_readings(text)])
    write(VECTORS / "fix-text.json", [[text, ftfy.fix_text(text)] for text in texts if ftfy.fix_text(text) != text])
    for name, (tokenizer, length) in tokenizers.items():
        some = unique(written + lines[::9] + list(random_texts(100, chance)) + [" ".join(lines[:12])])
        if name == "bart":
            some = unique(some + [normalise(text) for text in written])
        plain = [t for t in some if not any(special in t for special in tokenizer.all_special_tokens)]
        rows = [[text, *ids(tokenizer, text, length)] for text in plain]
        # Without the padding, which is the same id throughout.
        write(VECTORS / f"{name}-ids.json", [[text, row[:count]] for text, row, count in rows])

    if options.many:
        many = Path(options.many)
        many.mkdir(parents=True, exist_ok=True)
        listed = list(prompts(options.prompts)) if options.prompts else []
        groups = {
            "prompts": listed,
            "phrases": written,
            "captions": lines,
            "emoji": emoji_texts(),
            "mojibake": list(wrongly_read((written + chance.sample(listed, min(500, len(listed)))) * 12, chance)),
            "random": list(random_texts(6000, chance)),
            "any-unicode": list(any_unicode(3000, chance)),
        }
        for group, members in groups.items():
            members = unique(members)
            rows = []
            for text in members:
                normal = normalise(text)
                rows.append(
                    {
                        "text": text,
                        "fixed": ftfy.fix_text(text),
                        "normal": normal,
                        "bart": ids(tokenizers["bart"][0], text, 64),
                        "bartNormal": ids(tokenizers["bart"][0], normal, 64),
                        "clip": ids(tokenizers["clip"][0], text, 77),
                    }
                )
            write(many / f"{group}.json", rows)
            print(group, len(rows))


if __name__ == "__main__":
    main()
