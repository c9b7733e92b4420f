"""The ggml file that whisper.cpp reads, with 8 bits a weight (q8_0): written from tensors by their names, and read back.

The format is that of whisper.cpp's `models/convert-pt-to-ggml.py` and of its `quantize`: header, mel filters, vocabulary, then each
tensor with its name. Weights of two dimensions are stored in blocks of 32 with one scale, convolutions in 16 bits, the rest in 32.
"""

import struct
from pathlib import Path

import numpy as np

MAGIC, F32, F16, Q8_0, MOSTLY_Q8_0 = 0x67676D6C, 0, 1, 8, 2007
WHOLE = ("encoder.positional_embedding", "decoder.positional_embedding")


def write(path: str, tensors: dict[str, np.ndarray], heads: int, filters: np.ndarray, tokens: list[bytes]) -> None:
    """Tensors as whisper.cpp names them, mel filters of shape bands x 201, and the vocabulary without control tokens."""
    with open(path, "wb") as file:
        file.write(header(tensors, heads))
        file.write(struct.pack("<2i", *filters.shape) + filters.astype("<f4").tobytes())
        file.write(struct.pack("<i", len(tokens)) + b"".join(struct.pack("<i", len(token)) + token for token in tokens))
        for name, value in tensors.items():
            file.write(tensor(name, value))


def header(tensors: dict[str, np.ndarray], heads: int) -> bytes:
    blocks = [len({name.split(".")[2] for name in tensors if name.startswith(f"{part}.blocks.")}) for part in ("encoder", "decoder")]
    context, width = tensors["encoder.positional_embedding"].shape
    text = len(tensors["decoder.positional_embedding"])
    vocabulary, mels = len(tensors["decoder.token_embedding.weight"]), tensors["encoder.conv1.weight"].shape[1]
    sizes = (vocabulary, context, width, heads, blocks[0], text, width, heads, blocks[1], mels, MOSTLY_Q8_0)
    return struct.pack("<12i", MAGIC, *sizes)


def blocks(value: np.ndarray) -> bytes:
    """q8_0: for each 32 values a 16-bit scale and 32 whole numbers from -127 to 127."""
    rows = value.reshape(-1, 32)
    scale = np.abs(rows).max(1, keepdims=True) / 127
    whole = np.round(rows / np.where(scale == 0, 1, scale)).astype(np.int8)
    return np.concatenate([scale.astype("<f2").view(np.uint8), whole.view(np.uint8)], 1).tobytes()


def tensor(name: str, value: np.ndarray) -> bytes:
    if name.startswith("encoder.conv") and name.endswith("bias"):
        value = value[:, None]
    kind, data = F32, value.astype("<f4").tobytes()
    if value.ndim == 3:
        kind, data = F16, value.astype("<f2").tobytes()
    elif value.ndim == 2 and name not in WHOLE and not name.endswith("bias"):
        kind, data = Q8_0, blocks(value)
    head = struct.pack("<3i", value.ndim, len(name), kind) + struct.pack(f"<{value.ndim}i", *reversed(value.shape))
    return head + name.encode() + data


def read(path: str) -> tuple[dict[str, np.ndarray], np.ndarray, list[bytes]]:
    """The tensors, mel filters and vocabulary of a file that this module wrote."""
    data = Path(path).read_bytes()
    mels, bins = struct.unpack_from("<2i", data, 48)
    filters = np.frombuffer(data, "<f4", mels * bins, 56).reshape(mels, bins)
    at = 56 + 4 * mels * bins
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tokens = []
    for _ in range(count):
        (length,) = struct.unpack_from("<i", data, at)
        tokens.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    tensors = {}
    while at < len(data):
        dimensions, length, kind = struct.unpack_from("<3i", data, at)
        shape = struct.unpack_from(f"<{dimensions}i", data, at + 12)[::-1]
        at += 12 + 4 * dimensions + length
        name, values = data[at - length : at].decode(), int(np.prod(shape))
        size = {F32: 4 * values, F16: 2 * values, Q8_0: values // 32 * 34}[kind]
        tensors[name] = numbers(data[at : at + size], kind).reshape(shape)
        at += size
    flat = {name: value[:, 0] if name.startswith("encoder.conv") and name.endswith("bias") else value for name, value in tensors.items()}
    return flat, filters, tokens


def numbers(data: bytes, kind: int) -> np.ndarray:
    if kind != Q8_0:
        return np.frombuffer(data, "<f4" if kind == F32 else "<f2").astype(np.float32)
    rows = np.frombuffer(data, np.uint8).reshape(-1, 34)
    return rows[:, :2].copy().view("<f2").astype(np.float32) * rows[:, 2:].copy().view(np.int8)
