"""Makes the encoder of the tests, in crates/embedding/tests/tiny: BERT with random weights, and what it makes of some texts in numpy.

    python tiny.py ../../../crates/embedding/tests/tiny
"""
import json
import pathlib
import sys

import numpy as np
import onnx
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

import bert

WIDTH, HEADS, LAYERS, POSITIONS = 16, 2, 2, 256
PIECES = (
    "[PAD] [UNK] [CLS] [SEP] the a of to and , . ' close open turn take bleed replace clean valve radiator pump filter "
    "cover screw key water left right off on slow ##ly ##s ##ing ##er c l o s e ##c ##l ##o ##s ##e"
).split()
TEXTS = [
    "Close the valve.",
    "close the VALVE",
    "Bleed the radiator slowly, and close the valves.",
    "Café?",
    "valve",
    "",
    "turn the key " * 200,
]


def vocabulary():
    return {piece: number for number, piece in enumerate(dict.fromkeys(PIECES))}


def tokenizer():
    words = vocabulary()
    made = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", words["[CLS]"]), ("[SEP]", words["[SEP]"])]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    # As published encoders have it: who reads single texts has to take it away.
    made.enable_padding(length=128, pad_token="[PAD]")
    return made


def weights(chance):
    def some(*shape):
        return chance.normal(0, 0.5, shape).astype(np.float32)

    made = {
        "embeddings.word_embeddings.weight": some(len(vocabulary()), WIDTH),
        "embeddings.position_embeddings.weight": some(POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
    }
    dense = []
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        dense += [(f"{at}.attention.self.{part}", WIDTH, WIDTH) for part in ("query", "key", "value")]
        dense += [(f"{at}.attention.output.dense", WIDTH, WIDTH)]
        dense += [(f"{at}.intermediate.dense", 2 * WIDTH, WIDTH), (f"{at}.output.dense", WIDTH, 2 * WIDTH)]
        norms += [f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"]
    for name, out, into in dense:
        made |= {f"{name}.weight": some(out, into), f"{name}.bias": some(out)}
    for name in norms:
        made |= {f"{name}.weight": 1 + some(WIDTH), f"{name}.bias": some(WIDTH)}
    return made


def main(folder):
    made = weights(np.random.default_rng(7))
    onnx.save(bert.onnx_model(made, HEADS, LAYERS), folder / "model.onnx")
    words = tokenizer()
    words.save(str(folder / "tokenizer.json"))
    words.no_padding()
    words.enable_truncation(POSITIONS)
    ids = [words.encode(text).ids for text in TEXTS]
    told = [
        {"text": text, "tokens": len(own), "embedding": [round(float(x), 6) for x in bert.embedding(made, HEADS, LAYERS, own)]}
        for text, own in zip(TEXTS, ids)
    ]
    (folder / "expected.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
