"""Writes the small model of the self-test, and prints what it gives, computed without ONNX Runtime.

    pip install onnx numpy
    python make.py golden.onnx

A convolution over two channels, ReLU, a mean over each channel, and a matrix product: the operations that image models are made of.
All numbers come from one formula, which `golden.rs` repeats for the input.
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CHANNELS, SIZE, FILTERS, OUTPUTS = 2, 12, 8, 6


def numbers(count, seed):
    """Thirds, so that rounding shows, between -1 and 1; the same on every machine."""
    return ((np.arange(count) * 53 + seed) % 61 - 30) / 30


def tensor(name, values, *shape):
    return numpy_helper.from_array(values.reshape(shape).astype(np.float32), name)


def weights():
    kernel = numbers(FILTERS * CHANNELS * 9, 7).reshape(FILTERS, CHANNELS, 3, 3)
    bias = numbers(FILTERS, 19)
    matrix = numbers(FILTERS * OUTPUTS, 31).reshape(FILTERS, OUTPUTS)
    return kernel, bias, matrix


def model():
    kernel, bias, matrix = weights()
    nodes = [
        helper.make_node("Conv", ["picture", "kernel", "bias"], ["filtered"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["filtered"], ["positive"]),
        helper.make_node("GlobalAveragePool", ["positive"], ["means"]),
        helper.make_node("Flatten", ["means"], ["vector"]),
        helper.make_node("MatMul", ["vector", "matrix"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "golden",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, CHANNELS, SIZE, SIZE])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, OUTPUTS])],
        [
            tensor("kernel", kernel, *kernel.shape),
            tensor("bias", bias, FILTERS),
            tensor("matrix", matrix, *matrix.shape),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="stepreel")


def expected():
    """The same in loops, in 64-bit floats."""
    kernel, bias, matrix = weights()
    picture = numbers(CHANNELS * SIZE * SIZE, 0).reshape(CHANNELS, SIZE, SIZE)
    padded = np.pad(picture, ((0, 0), (1, 1), (1, 1)))
    means = np.zeros(FILTERS)
    for f in range(FILTERS):
        for y in range(SIZE):
            for x in range(SIZE):
                means[f] += max(0.0, bias[f] + (kernel[f] * padded[:, y : y + 3, x : x + 3]).sum())
    return means / SIZE**2 @ matrix


onnx.checker.check_model(model())
onnx.save(model(), sys.argv[1])
print(", ".join(f"{value:.7f}" for value in expected()))
