"""OpenAI's Whisper architecture in PyTorch, with the tensors' names and shapes that whisper.cpp expects.

Method: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022). What is added serves training only: a
head on the encoder that tells the letter heard in each frame, and the weights of cross-attention, which training guides to the words.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

# Numbers of GPT-2's vocabulary and of English-only Whisper's control tokens, as whisper.cpp has them.
VOCABULARY, END, START, BEFORE, NOBODY, UNTIMED, ZERO = 51864, 50256, 50257, 50360, 50361, 50362, 50363
STEP = 0.02  # seconds between two timestamps
MELS, LETTERS = 80, " 'abcdefghijklmnopqrstuvwxyz"


@dataclass
class Size:
    width: int = 160
    heads: int = 5
    audio_layers: int = 8
    text_layers: int = 3
    audio_context: int = 1500
    text_context: int = 448


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query, self.value, self.out = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)

    def split(self, x):
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(self, x, memory=None, causal=False):
        source = x if memory is None else memory
        q, k, v = self.split(self.query(x)), self.split(self.key(source)), self.split(self.value(source))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return self.out(mixed.transpose(1, 2).flatten(2))

    def looked(self, x, memory):
        """The same over `memory`, with the weights: batch, heads, text, audio."""
        q, k, v = self.split(self.query(x)), self.split(self.key(memory)), self.split(self.value(memory))
        weights = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1, dtype=torch.float32)
        mixed = weights.to(v.dtype) @ v
        return self.out(mixed.transpose(1, 2).flatten(2)), weights


class Block(nn.Module):
    def __init__(self, width: int, heads: int, crossed: bool, dropout: float):
        super().__init__()
        self.attn, self.attn_ln = Attention(width, heads), nn.LayerNorm(width)
        if crossed:
            self.cross_attn, self.cross_attn_ln = Attention(width, heads), nn.LayerNorm(width)
        # whisper.cpp computes GELU by its tanh form.
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU("tanh"), nn.Linear(4 * width, width))
        self.mlp_ln = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, memory=None):
        x = x + self.dropout(self.attn(self.attn_ln(x), causal=memory is not None))
        weights = None
        if memory is not None:
            seen, weights = self.cross_attn.looked(self.cross_attn_ln(x), memory)
            x = x + self.dropout(seen)
        return x + self.dropout(self.mlp(self.mlp_ln(x))), weights


def sinusoids(length: int, channels: int) -> torch.Tensor:
    rates = torch.exp(-math.log(10_000) / (channels // 2 - 1) * torch.arange(channels // 2))
    angles = torch.arange(length)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Encoder(nn.Module):
    def __init__(self, size: Size, dropout: float):
        super().__init__()
        self.conv1 = nn.Conv1d(MELS, size.width, 3, padding=1)
        self.conv2 = nn.Conv1d(size.width, size.width, 3, stride=2, padding=1)
        self.register_buffer("positional_embedding", sinusoids(size.audio_context, size.width))
        self.blocks = nn.ModuleList(Block(size.width, size.heads, False, dropout) for _ in range(size.audio_layers))
        self.ln_post = nn.LayerNorm(size.width)

    def forward(self, mel):
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel), approximate="tanh")), approximate="tanh").transpose(1, 2)
        x = x + self.positional_embedding[: x.shape[1]]
        for block in self.blocks:
            x, _ = block(x)
        return self.ln_post(x)


class Decoder(nn.Module):
    def __init__(self, size: Size, dropout: float):
        super().__init__()
        self.token_embedding = nn.Embedding(VOCABULARY, size.width)
        nn.init.normal_(self.token_embedding.weight, std=size.width**-0.5)
        self.positional_embedding = nn.Parameter(0.01 * torch.randn(size.text_context, size.width))
        self.blocks = nn.ModuleList(Block(size.width, size.heads, True, dropout) for _ in range(size.text_layers))
        self.ln = nn.LayerNorm(size.width)

    def forward(self, tokens, memory):
        """What stands before the scores of the next tokens, and the cross-attention of each block."""
        x = self.token_embedding(tokens) + self.positional_embedding[: tokens.shape[1]]
        looks = []
        for block in self.blocks:
            x, weights = block(x, memory)
            looks.append(weights)
        return self.ln(x), looks

    def scores(self, x):
        return x @ self.token_embedding.weight.to(x.dtype).T


class Whisper(nn.Module):
    def __init__(self, size: Size, dropout: float = 0.0):
        super().__init__()
        self.size = size
        self.encoder, self.decoder = Encoder(size, 0.0), Decoder(size, dropout)
        self.letters = nn.Linear(size.width, len(LETTERS) + 1)

    @torch.no_grad()
    def recognise(self, mel, most: int = 100) -> list[list[int]]:
        """The likeliest token each time, from a timestamp on; for watching training, without whisper.cpp's rules."""
        memory = self.encoder(mel)
        tokens = torch.full((len(mel), 1), START, device=mel.device)
        ended = torch.zeros(len(mel), dtype=torch.bool, device=mel.device)
        for _ in range(most):
            x, _ = self.decoder(tokens, memory)
            scores = self.decoder.scores(x[:, -1])
            scores[:, [START, NOBODY, UNTIMED, BEFORE]] = -torch.inf
            following = scores.argmax(-1).masked_fill(ended, END)
            tokens = torch.cat([tokens, following[:, None]], 1)
            ended |= following == END
            if ended.all():
                break
        return tokens[:, 1:].tolist()
