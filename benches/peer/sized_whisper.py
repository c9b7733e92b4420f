"""Writes a Whisper of real size with random weights, for speed alone: as ggml for whisper.cpp, and for CTranslate2 (faster-whisper).

Every matrix is random and is really multiplied, but what the decoder writes is scripted: as many tokens as half a minute of speech has.
Its blocks add next to nothing to what they are given, and the place k of the text holds ten times the embedding of the k-th token
of the script, so that this token is always the likeliest. The prompt has to be empty: it would shift the places.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models/training/speech"))
import ggml_file  # noqa: E402

# Numbers of English-only Whisper's control tokens.
VOCABULARY, END, START, ZERO = 51864, 50256, 50257, 50363
MELS, AUDIO, TEXT = 80, 1500, 448
# Width and heads, and layers of the encoder and of the decoder. The largest is multilingual in truth, and has 128 mel bands.
SIZES = {"tiny": (384, 6, 4, 4), "base": (512, 8, 6, 6), "large-v3-turbo": (1280, 20, 32, 4)}

SCRIPT = (
    " Take the two screws out of the cover and keep them in a cup, so that none of them is lost. The old pump sits behind the pipe."
    " Hold it with one hand and turn the ring to the left until it comes free. Wipe the seat with a dry cloth, and look for marks."
    " A new seal goes in with the flat side down. Press it until it clicks."
)
# The last timestamp of a window, in steps of 20 ms.
LAST = 1450


def script(tokens: list[bytes]) -> list[int]:
    """What the decoder writes: a timestamp, the words, a timestamp, the end."""
    numbers = {token: number for number, token in enumerate(tokens)}
    text, written = SCRIPT.encode(), []
    while text:
        token = next(text[:length] for length in range(len(text), 0, -1) if text[:length] in numbers)
        written.append(numbers[token])
        text = text[len(token) :]
    return [ZERO, *written, ZERO + LAST, END]


def sinusoids(length: int, channels: int) -> np.ndarray:
    rates = np.exp(-math.log(10_000) / (channels // 2 - 1) * np.arange(channels // 2))
    angles = np.arange(length)[:, None] * rates[None]
    return np.concatenate([np.sin(angles), np.cos(angles)], 1)


class Maker:
    """Random tensors by the names that OpenAI's Whisper and whisper.cpp give them."""

    def __init__(self, size: str, tokens: list[bytes], seed: int):
        self.width, self.heads, self.encoder_layers, self.decoder_layers = SIZES[size]
        self.random = np.random.default_rng(seed)
        self.tensors: dict[str, np.ndarray] = {}
        self.encoder()
        self.decoder(tokens)

    def put(self, name: str, *shape: int, deviation: float) -> None:
        self.tensors[name] = (deviation * self.random.standard_normal(shape)).astype(np.float32)

    def linear(self, name: str, outputs: int, inputs: int, gain: float = 1.0, bias: bool = True) -> None:
        self.put(f"{name}.weight", outputs, inputs, deviation=gain / math.sqrt(inputs))
        if bias:
            self.tensors[f"{name}.bias"] = np.zeros(outputs, np.float32)

    def norm(self, name: str, scale: float = 1.0) -> None:
        self.tensors[f"{name}.weight"] = np.full(self.width, scale, np.float32)
        self.tensors[f"{name}.bias"] = np.zeros(self.width, np.float32)

    def attention(self, name: str, gain: float) -> None:
        for part in ("query", "key", "value", "out"):
            self.linear(f"{name}.{part}", self.width, self.width, gain if part == "out" else 1.0, bias=part != "key")
        self.norm(f"{name}_ln")

    def block(self, name: str, crossed: bool, gain: float) -> None:
        self.attention(f"{name}.attn", gain)
        if crossed:
            self.attention(f"{name}.cross_attn", gain)
        self.linear(f"{name}.mlp.0", 4 * self.width, self.width)
        self.linear(f"{name}.mlp.2", self.width, 4 * self.width, gain)
        self.norm(f"{name}.mlp_ln")

    def encoder(self) -> None:
        for name, inputs in (("conv1", MELS), ("conv2", self.width)):
            self.put(f"encoder.{name}.weight", self.width, inputs, 3, deviation=1 / math.sqrt(3 * inputs))
            self.tensors[f"encoder.{name}.bias"] = np.zeros(self.width, np.float32)
        self.tensors["encoder.positional_embedding"] = sinusoids(AUDIO, self.width).astype(np.float32)
        for layer in range(self.encoder_layers):
            self.block(f"encoder.blocks.{layer}", crossed=False, gain=0.5)
        self.norm("encoder.ln_post")

    def decoder(self, tokens: list[bytes]) -> None:
        self.put("decoder.token_embedding.weight", VOCABULARY, self.width, deviation=self.width**-0.5)
        written = script(tokens)
        places = np.array(written + [END] * (TEXT - len(written)))
        self.tensors["decoder.positional_embedding"] = 10 * self.tensors["decoder.token_embedding.weight"][places]
        for layer in range(self.decoder_layers):
            self.block(f"decoder.blocks.{layer}", crossed=True, gain=1e-3)
        # Half as much again on top of an even scale makes the script's tokens all but certain.
        self.norm("decoder.ln", 1.5)


def ctranslate2_model(maker: Maker, tokens: list[bytes], folder: Path) -> None:
    from ctranslate2.specs import whisper_spec

    tensors = maker.tensors
    spec = whisper_spec.WhisperSpec(maker.encoder_layers, maker.heads, maker.decoder_layers, maker.heads)
    for part, side in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        side.position_encodings.encodings = tensors[f"{part}.positional_embedding"]
        for number, layer in enumerate(side.layer):
            put_block(layer, tensors, f"{part}.blocks.{number}")
    for name in ("conv1", "conv2"):
        put_linear(getattr(spec.encoder, name), tensors, f"encoder.{name}")
    put_norm(spec.encoder.layer_norm, tensors, "encoder.ln_post")
    put_norm(spec.decoder.layer_norm, tensors, "decoder.ln")
    spec.decoder.embeddings.weight = tensors["decoder.token_embedding.weight"]
    spec.decoder.projection.weight = tensors["decoder.token_embedding.weight"]
    names = token_names(tokens)
    spec.register_vocabulary(names)
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.lang_ids = [], [], []
    spec.config.alignment_heads = [(maker.decoder_layers - 1, head) for head in range(maker.heads)]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(tokens, names)), encoding="utf-8")


def put_norm(norm, tensors: dict[str, np.ndarray], name: str) -> None:
    norm.gamma, norm.beta = tensors[f"{name}.weight"], tensors[f"{name}.bias"]


def put_linear(linear, tensors: dict[str, np.ndarray], *names: str) -> None:
    """Several layers of one input become one; a layer without a bias has one of zeros."""
    weights = [tensors[f"{name}.weight"] for name in names]
    biases = [tensors.get(f"{name}.bias", np.zeros(len(weight), np.float32)) for name, weight in zip(names, weights)]
    linear.weight, linear.bias = np.concatenate(weights), np.concatenate(biases)


def put_block(layer, tensors: dict[str, np.ndarray], name: str) -> None:
    own = f"{name}.attn"
    put_linear(layer.self_attention.linear[0], tensors, f"{own}.query", f"{own}.key", f"{own}.value")
    put_linear(layer.self_attention.linear[1], tensors, f"{own}.out")
    put_norm(layer.self_attention.layer_norm, tensors, f"{own}_ln")
    crossed = f"{name}.cross_attn"
    if f"{crossed}.out.weight" in tensors:
        put_linear(layer.attention.linear[0], tensors, f"{crossed}.query")
        put_linear(layer.attention.linear[1], tensors, f"{crossed}.key", f"{crossed}.value")
        put_linear(layer.attention.linear[2], tensors, f"{crossed}.out")
        put_norm(layer.attention.layer_norm, tensors, f"{crossed}_ln")
    put_linear(layer.ffn.linear_0, tensors, f"{name}.mlp.0")
    put_linear(layer.ffn.linear_1, tensors, f"{name}.mlp.2")
    put_norm(layer.ffn.layer_norm, tensors, f"{name}.mlp_ln")


def letters() -> list[str]:
    """GPT-2's printable stand-in for each byte."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def control_names() -> list[str]:
    languages = [f"<|language-{number}|>" for number in range(98)]
    tasks = ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nocaptions|>", "<|notimestamps|>"]
    times = [f"<|{0.02 * step:.2f}|>" for step in range(VOCABULARY - ZERO)]
    return ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", *languages, *tasks, *times]


def token_names(tokens: list[bytes]) -> list[str]:
    stand_in = letters()
    names = ["".join(stand_in[byte] for byte in token) for token in tokens] + control_names()
    assert len(names) == VOCABULARY and names.index("<|startoftranscript|>") == START and names[ZERO] == "<|0.00|>"
    return names


def tokenizer(tokens: list[bytes], names: list[str]) -> dict:
    """In the form of the `tokenizers` package. It only has to decode, so it knows no merges."""
    special = [
        {"id": END + number, "content": name, "special": number <= ZERO - END - 1}
        | dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
        for number, name in enumerate(names[END:])
    ]
    parts = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = {"type": "BPE", "vocab": {name: number for number, name in enumerate(names[: len(tokens)])}, "merges": []}
    return {"version": "1.0", "added_tokens": special, "pre_tokenizer": parts, "decoder": parts, "model": model}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("folder", type=Path, help="gets ggml-random-SIZE.bin, and with --peer the folder random-SIZE-int8")
    parser.add_argument("--peer", action="store_true", help="write the weights for CTranslate2, too")
    options = parser.parse_args()
    _, filters, tokens = ggml_file.read(str(ROOT / "models/workshop-en/ggml-workshop-en.bin"))
    maker = Maker(options.size, tokens, seed=1)
    options.folder.mkdir(parents=True, exist_ok=True)
    ggml_file.write(str(options.folder / f"ggml-random-{options.size}.bin"), maker.tensors, maker.heads, filters, tokens)
    if options.peer:
        ctranslate2_model(maker, tokens, options.folder / f"random-{options.size}-int8")
    print(f"{len(script(tokens))} tokens a window", file=sys.stderr)


if __name__ == "__main__":
    main()
