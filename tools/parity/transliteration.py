"""Writes the readings of an installed Unidecode to a file that a model can carry as transliteration.json.

    .venv/bin/pip install Unidecode==1.4.0
    .venv/bin/python tools/parity/transliteration.py transliteration.json

Unidecode is licensed under the GPL, so its tables are no part of this project; who makes the file decides what becomes of it.
"""

import json
import sys
import warnings
from pathlib import Path

from unidecode import unidecode

warnings.simplefilter("ignore")
points = [point for point in range(0x80, 0xF0000) if not 0xD800 <= point < 0xE000]
readings = {chr(point): unidecode(chr(point)) for point in points}
# An empty reading is none at all, but for characters that are taken apart where no reading is given.
Path(sys.argv[1]).write_text(json.dumps(readings, ensure_ascii=False), encoding="utf8")
