"""The safetensors format: eight bytes with the header's length, a JSON header, the tensors' bytes."""

import json
import os
from pathlib import Path

import numpy as np

TYPES = {"F32": np.float32, "I32": np.int32, "I64": np.int64, "U8": np.uint8, "BOOL": np.bool_}


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Tensors by name, as views of the file, and the text that goes with them."""
    data = np.memmap(path, np.uint8, "r")
    start = 8 + int(data[:8].view("<u8")[0])
    header = json.loads(bytes(data[8:start]))
    about = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (start + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, about


def write(path: Path, tensors: dict[str, np.ndarray], about: dict[str, str]) -> None:
    """Writes float32 tensors. The name never points at half a file: the bytes are on the disk before it is taken."""
    header: dict[str, object] = {"__metadata__": about}
    place = 0
    for name in sorted(tensors):
        size = tensors[name].size * 4
        header[name] = {"dtype": "F32", "shape": tensors[name].shape, "data_offsets": [place, place + size]}
        place += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    # One name: what a kill leaves behind is written over.
    temporary = path.with_name(f".{path.name}.tmp")
    with open(temporary, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in sorted(tensors):
            file.write(np.ascontiguousarray(tensors[name], "<f4").data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    if os.name != "posix":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
