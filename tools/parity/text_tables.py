"""Writes the tables of names and codes that src/text holds, from the packages that carry the standards' own lists.

    python -m venv .venv && .venv/bin/pip install -r tools/parity/requirements.txt
    .venv/bin/python tools/parity/text_tables.py src/text

html-entities.json              the named character references of HTML (whatwg.org), as Python's html.entities lists them
dalle-mini/emoji-names.json    Unicode's names of emoji (version 14), as emoji 1.7.0 lists them, without what a rule gives:
                               a variation selector may be missing, and a skin tone adds its own name at the end
"""

import html.entities
import itertools
import json
import re
import sys
from pathlib import Path

from emoji import unicode_codes

TONES = {
    "\U0001f3fb": "light",
    "\U0001f3fc": "medium-light",
    "\U0001f3fd": "medium",
    "\U0001f3fe": "medium-dark",
    "\U0001f3ff": "dark",
}
SLOT = "\U0001f3fb"
SELECTOR = "\ufe0f"


def html_entities():
    """By name without its semicolon; those that need none are listed by themselves."""
    with_semicolon = {name[:-1]: text for name, text in html.entities.html5.items() if name.endswith(";")}
    without = [name for name in html.entities.html5 if not name.endswith(";")]
    return {"names": dict(sorted(with_semicolon.items())), "withoutSemicolon": sorted(without)}


def tone_suffix(tones):
    kept = tones[:1] if len(set(tones)) == 1 else tones
    return "".join(f"_{TONES[tone]}_skin_tone" for tone in kept)


def emoji_names():
    names = {sequence: entry["en"][1:-1] for sequence, entry in unicode_codes.EMOJI_DATA.items()}
    # With every variation selector that it can have.
    full = {}
    for sequence in names:
        bare = sequence.replace(SELECTOR, "")
        if sequence.count(SELECTOR) >= full.get(bare, sequence).count(SELECTOR):
            full[bare] = sequence
    groups = {}
    for sequence in full.values():
        pattern = re.sub("[" + "".join(TONES) + "]", SLOT, sequence)
        slots = pattern.count(SLOT) if len(pattern) > 1 else 0
        groups.setdefault(pattern if slots else sequence, []).append(sequence)
    tables = {"plain": [], "toned": [], "twoTones": [], "twoDifferentTones": []}
    for pattern, sequences in groups.items():
        slots = pattern.count(SLOT) if len(pattern) > 1 else 0
        kind = {(1, 5): "toned", (2, 25): "twoTones", (2, 20): "twoDifferentTones"}.get((slots, len(sequences)), "plain")
        tones = [[c for c in sequence if c in TONES] for sequence in sequences] if slots else [[]]
        stems = {names[s].removesuffix(tone_suffix(t)) for s, t in zip(sequences, tones)}
        if kind == "plain" or len(stems) > 1:
            tables["plain"] += [f"{sequence} {names[sequence]}" for sequence in sequences]
        else:
            tables[kind].append(f"{pattern} {stems.pop()}")
    check(tables, names)
    return {kind: sorted(lines) for kind, lines in tables.items()}


def check(tables, names):
    made = {}
    slots = {"plain": 0, "toned": 1, "twoTones": 2, "twoDifferentTones": 2}
    for kind, lines in tables.items():
        for pattern, stem in (line.split(" ") for line in lines):
            for tones in itertools.product(TONES, repeat=slots[kind]):
                if kind == "twoDifferentTones" and tones[0] == tones[1]:
                    continue
                each = iter(tones)
                sequence = "".join(next(each) if c == SLOT and slots[kind] else c for c in pattern)
                places = [i for i, c in enumerate(sequence) if c == SELECTOR]
                for keep in itertools.product([True, False], repeat=len(places)):
                    left_out = {place for place, kept in zip(places, keep) if not kept}
                    made["".join(c for i, c in enumerate(sequence) if i not in left_out)] = stem + tone_suffix(list(tones))
    assert made == names, len(made)


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=0).replace("\n\n", "\n") + "\n", encoding="utf8")


folder = Path(sys.argv[1])
write(folder / "html-entities.json", html_entities())
write(folder / "dalle-mini" / "emoji-names.json", emoji_names())
