"""Writes the frame encoder that ships: `python quantise.py --video DIR`.

MobileNetV1 without its last two blocks, for pictures of 192x96, in 8-bit integers by ONNX Runtime's static quantisation.
"""

import argparse
import hashlib
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from encoders import Network
from graph import float_network
from pictures import VARIANTS, strips, variants

MODELS = Path(__file__).resolve().parents[2]
ORIGINAL = MODELS / "mobilenet-v1" / "mobilenet_v1_1.0_224_embedder.onnx"
SHIPPED = MODELS / "mobilenet-v1-int8" / "mobilenet_v1_block11_192x96_int8.onnx"
WIDTH, HEIGHT, DEPTH = 192, 96, 23
RATE = 1  # pictures a second
SEED = 20


class Pictures(CalibrationDataReader):
    """Every calibration picture once, each under one of the variants of light and motion."""

    def __init__(self, network, clips):
        looks = variants(clips, SEED)
        chosen = np.random.default_rng(SEED).integers(len(VARIANTS), size=looks.shape[1])
        pictures = looks[chosen, np.arange(looks.shape[1])]
        self.values = iter([{"pixels": network.values(picture)} for picture in pictures])

    def get_next(self):
        return next(self.values, None)


def ranges(model):
    """For every output channel of a dense convolution, the range of its weights that no 16-bit sum overflows.

    Processors without VNNI add two products of unsigned activations and signed weights in 16 bits, and saturate. That cannot
    happen when two neighbours of one sign are together at most 128, as 255 * 128 < 2^15. The usual remedy, weights of 7 bits,
    halves the precision of all for the sake of the few large neighbours. Depthwise convolutions add in 32 bits.
    """
    overrides = {}
    for tensor in model.graph.initializer:
        weights = numpy_helper.to_array(tensor)
        if weights.ndim == 4 and weights.shape[1] > 1:
            # In the order in which they are added: row, column, channel.
            row = weights.transpose(0, 2, 3, 1).reshape(len(weights), -1)
            pairs = np.pad(row, ((0, 0), (0, row.shape[1] % 2))).reshape(len(row), -1, 2)
            sums = np.maximum(np.maximum(pairs, 0).sum(2), np.maximum(-pairs, 0).sum(2))
            most = np.maximum(sums.max(1), 1e-6)
            overrides[tensor.name] = [
                {"axis": 0, "quant_type": QuantType.QInt8, "symmetric": True, "rmin": -limit, "rmax": limit}
                for limit in most.astype(float)
            ]
    return overrides


def quantised(model, clips, to):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "float.onnx"
        onnx.save(model, path)
        quantize_static(
            path,
            to,
            Pictures(Network(model.SerializeToString()), clips),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            extra_options={"TensorQuantOverrides": ranges(model)},
        )


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--video", type=Path, required=True, help="folder with the strips *_error*.mp4")
    arguments.add_argument("--to", type=Path, default=SHIPPED)
    options = arguments.parse_args()
    options.to.parent.mkdir(exist_ok=True)
    quantised(float_network(ORIGINAL, HEIGHT, WIDTH, DEPTH), strips(options.video, RATE), options.to)
    content = options.to.read_bytes()
    print(f"{options.to}\nbytes = {len(content)}\nsha256 = \"{hashlib.sha256(content).hexdigest()}\"")


if __name__ == "__main__":
    main()
