"""Writes trained weights as a ggml file for whisper.cpp, with 8 bits a weight (q8_0)."""

import argparse
import base64
from pathlib import Path

import numpy as np

import ggml_file
from mix import mel_filters
from whisper import sinusoids


def weights(folder: str) -> dict[str, np.ndarray]:
    tensors = {name: value.astype(np.float32) for name, value in np.load(f"{folder}/rest.npz").items()}
    tensors["decoder.token_embedding.weight"] = np.load(f"{folder}/embedding.npy").astype(np.float32)
    # Half precision is too coarse for places in time, and these are known.
    place = "encoder.positional_embedding"
    tensors[place] = sinusoids(*tensors[place].shape).numpy()
    return {name: value for name, value in tensors.items() if not name.startswith("letters.")}


def vocabulary(path: str) -> list[bytes]:
    return [base64.b64decode(line.split()[0]) for line in Path(path).read_bytes().splitlines() if line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="where train.py saved the weights")
    parser.add_argument("file")
    parser.add_argument("--tokens", required=True, help="gpt2.tiktoken")
    parser.add_argument("--head-width", type=int, default=32)
    options = parser.parse_args()
    tensors = weights(options.folder)
    width = tensors["encoder.positional_embedding"].shape[1]
    tokens = vocabulary(options.tokens)
    ggml_file.write(options.file, tensors, width // options.head_width, mel_filters(), tokens)


if __name__ == "__main__":
    main()
