"""The float network inside the original file, for any size of picture."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def float_network(original, height, width, depth=27):
    """The original's first `depth` convolutions, pooled: its weights as they are, without the rounding between its layers.

    The original rounds every activation to the grid of quantisation-aware training; another quantiser has to see what was
    before that. Global pooling makes the network indifferent to the picture's size.
    """
    source = onnx.load(original).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in source.initializer}
    layers, same_as = [], {}
    for node in source.node:
        inputs = [same_as.get(name, name) for name in node.input]
        if node.op_type == "QuantizeLinear":
            if inputs[0] in constants:
                constants[inputs[0]] = on_grid(constants[inputs[0]], constants[node.input[1]], constants[node.input[2]])
            same_as[node.output[0]] = inputs[0]
        elif node.op_type == "DequantizeLinear":
            same_as[node.output[0]] = inputs[0]
        elif node.op_type == "Conv":
            attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
            layers.append((constants[inputs[1]], constants[inputs[2]], attributes))
    return assembled(layers[:depth], height, width)


def on_grid(values, scale, zero):
    steps = np.clip(np.round(values / scale) + zero.astype(np.float32), 0, 255) - zero.astype(np.float32)
    return (steps * scale).astype(np.float32)


def assembled(layers, height, width):
    nodes, constants, last = [], [("least", np.float32(0)), ("most", np.float32(6))], "pixels"
    for number, (weights, bias, attributes) in enumerate(layers, 1):
        constants += [(f"weights{number}", weights), (f"bias{number}", bias)]
        inputs = [last, f"weights{number}", f"bias{number}"]
        nodes.append(helper.make_node("Conv", inputs, [f"sum{number}"], f"conv{number}", **attributes))
        last = f"layer{number}"
        nodes.append(helper.make_node("Clip", [f"sum{number}", "least", "most"], [last], f"relu{number}"))
    nodes.append(helper.make_node("GlobalAveragePool", [last], ["embedding"], "pool"))
    graph = helper.make_graph(
        nodes,
        "mobilenet_v1",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, height, width])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, layers[-1][0].shape[0], 1, 1])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model
