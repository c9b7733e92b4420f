"""BERT (Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2019) twice: as an ONNX graph, and in numpy.

Weights are named as in the published checkpoints of sentence encoders ("encoder.layer.0.attention.self.query.weight", ...).
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

EPSILON = 1e-12


class Graph:
    """An ONNX graph in the making."""

    def __init__(self):
        self.nodes, self.weights = [], []

    def op(self, kind, *inputs, **attributes):
        output = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def value(self, array, name=None):
        name = name or f"value_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name


def onnx_model(weights, heads, layers):
    """The graph: token ids, mask and types of batch x length in, the last layer's batch x length x width out."""
    graph = Graph()
    width = weights["embeddings.word_embeddings.weight"].shape[1]
    each = width // heads

    def weight(name):
        return graph.value(weights[name], name)

    def dense(x, name):
        product = graph.op("MatMul", x, graph.value(weights[f"{name}.weight"].T, f"{name}.weight"))
        return graph.op("Add", product, weight(f"{name}.bias"))

    def norm(x, name):
        scale, bias = weight(f"{name}.weight"), weight(f"{name}.bias")
        return graph.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)

    def split(x):
        shape = graph.value(np.array([0, 0, heads, each], np.int64))
        return graph.op("Reshape", x, shape)

    words = graph.op("Gather", weight("embeddings.word_embeddings.weight"), "input_ids")
    types = graph.op("Gather", weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    length = graph.op("Shape", "input_ids", start=1, end=2)
    zero = graph.value(np.array([0], np.int64))
    places = graph.op("Slice", weight("embeddings.position_embeddings.weight"), zero, length, zero)
    x = norm(graph.op("Add", graph.op("Add", words, types), places), "embeddings.LayerNorm")

    mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    mask = graph.op("Unsqueeze", mask, graph.value(np.array([1, 2], np.int64)))
    away = graph.op("Sub", graph.value(np.float32(1.0)), mask)
    away = graph.op("Mul", away, graph.value(np.float32(-1e9)))
    for layer in range(layers):
        at = f"encoder.layer.{layer}"
        query = graph.op("Transpose", split(dense(x, f"{at}.attention.self.query")), perm=[0, 2, 1, 3])
        key = graph.op("Transpose", split(dense(x, f"{at}.attention.self.key")), perm=[0, 2, 3, 1])
        value = graph.op("Transpose", split(dense(x, f"{at}.attention.self.value")), perm=[0, 2, 1, 3])
        scores = graph.op("Div", graph.op("MatMul", query, key), graph.value(np.float32(np.sqrt(each))))
        shares = graph.op("Softmax", graph.op("Add", scores, away), axis=-1)
        seen = graph.op("Transpose", graph.op("MatMul", shares, value), perm=[0, 2, 1, 3])
        seen = graph.op("Reshape", seen, graph.value(np.array([0, 0, width], np.int64)))
        attended = dense(seen, f"{at}.attention.output.dense")
        x = norm(graph.op("Add", attended, x), f"{at}.attention.output.LayerNorm")
        inner = dense(x, f"{at}.intermediate.dense")
        root = graph.op("Div", inner, graph.value(np.float32(np.sqrt(2.0))))
        bent = graph.op("Add", graph.op("Erf", root), graph.value(np.float32(1.0)))
        inner = graph.op("Mul", graph.op("Mul", inner, bent), graph.value(np.float32(0.5)))
        x = norm(graph.op("Add", dense(inner, f"{at}.output.dense"), x), f"{at}.output.LayerNorm")
    graph.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))

    free = ["batch", "length"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, free)
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*free, width])
    made = helper.make_graph(graph.nodes, "bert", inputs, [output], graph.weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def embedding(weights, heads, layers, ids):
    """One text's vector in numpy: the mean over its tokens of the last layer, of length 1."""
    from math import erf

    def dense(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    weights = {name: array.astype(np.float64) for name, array in weights.items() if array.dtype.kind == "f"}
    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    width = x.shape[1]
    each = width // heads
    for layer in range(layers):
        at = f"encoder.layer.{layer}"
        query, key, value = (dense(x, f"{at}.attention.self.{part}") for part in ("query", "key", "value"))
        seen = np.empty_like(x)
        for head in range(heads):
            part = slice(head * each, (head + 1) * each)
            scores = query[:, part] @ key[:, part].T / np.sqrt(each)
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            seen[:, part] = shares / shares.sum(-1, keepdims=True) @ value[:, part]
        x = norm(dense(seen, f"{at}.attention.output.dense") + x, f"{at}.attention.output.LayerNorm")
        inner = dense(x, f"{at}.intermediate.dense")
        inner = inner * 0.5 * (1.0 + np.vectorize(erf)(inner / np.sqrt(2.0)))
        x = norm(dense(inner, f"{at}.output.dense") + x, f"{at}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)
