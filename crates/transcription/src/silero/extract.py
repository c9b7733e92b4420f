"""Writes the weights of silero VAD's 16 kHz network as one file of little-endian 32-bit floats.

    pip install onnx numpy
    python extract.py silero_vad.onnx weights.bin

The order is that of `network.rs`. The basis of the short-time Fourier transform is left out: it is the real and imaginary part of
a discrete Fourier transform of 256 samples under a periodic Hann window, which is checked here.
"""

import sys

import numpy as np
import onnx
from onnx import numpy_helper

NAMES = [
    "encoder.0.reparam_conv.weight", "encoder.0.reparam_conv.bias",
    "encoder.1.reparam_conv.weight", "encoder.1.reparam_conv.bias",
    "encoder.2.reparam_conv.weight", "encoder.2.reparam_conv.bias",
    "encoder.3.reparam_conv.weight", "encoder.3.reparam_conv.bias",
    "decoder.rnn.weight_ih", "decoder.rnn.weight_hh", "decoder.rnn.bias_ih", "decoder.rnn.bias_hh",
    "decoder.decoder.2.weight", "decoder.decoder.2.bias",
]


def constants(graph):
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                yield node.output[0], numpy_helper.to_array(attribute.t)


def main(model, target):
    choice = next(node for node in onnx.load(model).graph.node if node.op_type == "If")
    graph = next(a.g for a in choice.attribute if a.name == "then_branch")
    found = {name.split("__")[-1]: value for name, value in constants(graph)}
    n = np.arange(256)
    hann = np.sin(np.pi * n / 256) ** 2
    basis = np.concatenate([f(2 * np.pi * np.outer(np.arange(129), n) / 256) * hann for f in (np.cos, np.sin)])
    stored = found["stft.forward_basis_buffer"][:, 0]
    assert np.abs(np.abs(stored) - np.abs(basis)).max() < 1e-5
    with open(target, "wb") as file:
        for name in NAMES:
            file.write(found[name].astype("<f4").tobytes())


main(*sys.argv[1:])
