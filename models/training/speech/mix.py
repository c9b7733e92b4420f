"""Windows of sound and what is to be recognised in them, mixed from clips on the device that trains.

Everything that costs anything is computed for a whole batch at once: placing clips at other speeds, rooms, microphones, machines and
other noise, Whisper's log-mel spectrum.
"""

import json
import math
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tiktoken
import torch

from voices import RATE
from whisper import BEFORE, END, LETTERS, MELS, NOBODY, START, STEP, ZERO

LONGEST = 13 * RATE  # samples of a clip
HOP, BINS = 160, 400
# A phrase that has lasted so long ends at a comma, and the next begins with a time of its own.
PHRASE = 1.6


def tokenizer(path: str) -> tiktoken.Encoding:
    """GPT-2's, from `gpt2.tiktoken` of the openai-whisper package."""
    import base64

    pairs = (line.split() for line in Path(path).read_bytes().splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    pattern = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
    return tiktoken.Encoding("gpt2", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


@dataclass
class Clip:
    at: int  # in its chunk
    samples: int
    words: list[list[int]]  # tokens of each word
    letters: list[list[int]]  # of each word; 0 stands for none
    starts: np.ndarray  # seconds, one for each word
    ends: np.ndarray
    breaks: list[int]  # words after a comma
    text: str


@dataclass
class Chunk:
    name: str
    speaker: str
    clips: list[Clip]


class Texts:
    """What is said in the clips of a folder, which may still be being filled."""

    def __init__(self, folder: str, encoding: tiktoken.Encoding):
        self.folder, self.encoding = Path(folder), encoding
        self.chunks: list[Chunk] = []
        self.known: set[str] = set()
        self.spelt: dict[str, list[int]] = {}

    def load(self, most: int = 1_000_000) -> None:
        """Takes in what is new in the folder."""
        for file in sorted(self.folder.glob("*.json")):
            if file.stem in self.known or most <= 0:
                continue
            most -= 1
            self.known.add(file.stem)
            told = json.loads(file.read_text())
            clips = [self.clip(it) for it in told["sentences"] if it["samples"] < LONGEST]
            if clips:
                self.chunks.append(Chunk(file.stem, told["speaker"], clips))

    def tokens(self, word: str) -> list[int]:
        if word not in self.spelt:
            self.spelt[word] = self.encoding.encode_ordinary(" " + word)
        return self.spelt[word]

    def clip(self, told: dict) -> Clip:
        words = told["text"].split()
        return Clip(
            told["at"],
            told["samples"],
            [self.tokens(word) for word in words],
            [[LETTERS.index(letter) + 1 for letter in word.lower() if letter in LETTERS] for word in words],
            np.array(told["starts"], np.float32),
            np.array(told["ends"], np.float32),
            [index + 1 for index, word in enumerate(words[:-1]) if word.endswith(",")],
            told["text"],
        )


class Sounds:
    """The samples of those clips in one tensor on the device."""

    def __init__(self, folder: str, device: str, hours: float):
        self.folder, self.device = Path(folder), device
        self.samples = torch.zeros(int(hours * 3600 * RATE), dtype=torch.int16, device=device)
        self.used, self.bases = 0, {}

    def base(self, chunk: str) -> int:
        """Where a chunk begins; it is read when it is asked for first. When there is no room, the first one is forgotten."""
        if chunk not in self.bases:
            sound = np.fromfile(self.folder / f"{chunk}.pcm", np.int16)
            if self.used + len(sound) > len(self.samples):
                self.used, self.bases = 0, {}
            self.samples[self.used : self.used + len(sound)] = torch.from_numpy(sound).to(self.device)
            self.bases[chunk] = self.used
            self.used += len(sound)
        return self.bases[chunk]


@dataclass
class Window:
    """What is placed in a window, and what is to be recognised there."""

    # Chunk, place there, samples, place in the window, speed, gain.
    placed: list[tuple[str, int, int, int, float, float]] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)  # seconds where each token is heard; (0, 0): anywhere
    letters: list[tuple[list[int], float, float]] = field(default_factory=list)  # of each word, from, to
    texts: list[str] = field(default_factory=list)
    over: float = 0.0  # seconds after which nothing at all is heard, not even noise


def time_token(seconds: float, length: float) -> int:
    return ZERO + round(min(max(seconds, 0.0), length) / STEP)


class Planner:
    """Draws what a window holds."""

    def __init__(self, texts: Texts, length: float, dice: random.Random, silent: float = 0.06, prompted: float = 0.08):
        self.texts, self.length, self.dice = texts, length, dice
        self.silent, self.prompted = silent, prompted

    def window(self) -> Window:
        dice, window = self.dice, Window()
        if dice.random() < self.silent:
            window.tokens, window.spans = [START, NOBODY, END], [(0.0, 0.0)] * 3
            window.over = self.length * dice.choice([1.0, dice.uniform(0.05, 1.0)])
            return window
        chunk = dice.choice(self.texts.chunks)
        # Short windows occur too: a session has spans of speech of every length.
        until = self.length * (1.0 if dice.random() < 0.7 else dice.uniform(0.1, 1.0))
        at = dice.choice([0.0, dice.uniform(0.0, 0.4), dice.uniform(0.0, 0.9)])
        speed = dice.uniform(0.88, 1.14)
        first = dice.randrange(len(chunk.clips))
        window.tokens, window.spans = [START], [(0.0, 0.0)]
        for step in range(60):
            if dice.random() < 0.06:
                chunk, first = dice.choice(self.texts.chunks), dice.randrange(1_000)
            clip = chunk.clips[(first + step) % len(chunk.clips)]
            lasts = clip.samples / RATE / speed
            if at + lasts > until and (window.texts or at + lasts > self.length):
                break
            self.place(window, chunk, clip, at, speed)
            window.over = at + lasts + dice.uniform(0.05, 0.6) if dice.random() < 0.7 else self.length
            at += lasts + dice.choice([dice.uniform(0.1, 0.4), dice.uniform(0.2, 1.0), dice.uniform(0.2, 3.0)])
        if not window.texts:
            return self.window()
        window.tokens.append(END)
        window.spans.append((0.0, 0.0))
        if dice.random() < self.prompted:
            self.prompt(window, dice.choice(chunk.clips))
        return window

    def place(self, window: Window, chunk: Chunk, clip: Clip, at: float, speed: float) -> None:
        to = int(at * RATE)
        window.placed.append((chunk.name, clip.at, clip.samples, to, speed, 10 ** (self.dice.uniform(-4, 4) / 20)))
        starts, ends = at + clip.starts / speed, at + clip.ends / speed
        bounds = [0]
        bounds += [word for word in clip.breaks if starts[word] - starts[bounds[-1]] >= PHRASE]
        for first, after in zip(bounds, [*bounds[1:], len(starts)]):
            self.time(window, starts[first])
            for word in range(first, after):
                window.tokens += clip.words[word]
                window.spans += [(starts[word], ends[word])] * len(clip.words[word])
            self.time(window, ends[after - 1])
        window.letters += list(zip(clip.letters, starts, ends))
        window.texts.append(clip.text)

    def time(self, window: Window, seconds: float) -> None:
        window.tokens.append(time_token(seconds, self.length))
        window.spans.append((seconds, seconds))

    def prompt(self, window: Window, clip: Clip) -> None:
        """Words of the trade shown before, as a glossary is: some of them are said, most are not."""
        words = [tokens for tokens in clip.words if len(tokens) > 1] or clip.words
        shown = [token for tokens in self.dice.sample(words, min(len(words), 8)) for token in tokens]
        window.tokens = [BEFORE, *shown, *window.tokens]
        window.spans = [(0.0, 0.0)] * (1 + len(shown)) + window.spans


@dataclass
class Plan:
    """Windows of one length as arrays, a row each."""

    length: float  # seconds
    placed: np.ndarray  # row, place in its chunk, samples, place in the window, speed, gain
    chunks: list[str]  # where each of `placed` is from
    tokens: np.ndarray
    target: np.ndarray  # the same, moved by one; -100 counts for nothing
    spans: np.ndarray  # seconds where each of `target`'s tokens is heard
    letters: np.ndarray  # row, frame of the encoder: the letter that is heard there
    over: np.ndarray  # seconds, one for each row
    texts: list[list[str]]

    @staticmethod
    def of(windows: list[Window], length: float) -> "Plan":
        shape = (len(windows), max(len(window.tokens) for window in windows) - 1)
        tokens, target, spans = np.full(shape, END), np.full(shape, -100), np.zeros((*shape, 2), np.float32)
        letters = np.zeros((len(windows), round(length / STEP)), np.int64)
        for row, window in enumerate(windows):
            count = len(window.tokens) - 1
            tokens[row, :count] = window.tokens[:-1]
            target[row, :count] = window.tokens[1:]
            target[row, : window.tokens.index(START)] = -100
            spans[row, :count] = window.spans[1:]
            if not window.placed:
                # whisper.cpp never takes "nobody speaks" for a token: it begins with a time, and has to end then.
                tokens[row, 1] = ZERO + row % 50
            for spelt, start, end in window.letters:
                first, after = round(start / STEP), min(round(end / STEP), letters.shape[1])
                if spelt and after > first:
                    letters[row, first:after] = np.array(spelt)[np.arange(after - first) * len(spelt) // (after - first)]
        placed = [(row, *clip[1:]) for row, window in enumerate(windows) for clip in window.placed]
        chunks = [clip[0] for window in windows for clip in window.placed]
        places = np.array(placed, np.float64).reshape(-1, 6)
        over = np.array([window.over for window in windows], np.float32)
        return Plan(length, places, chunks, tokens, target, spans, letters, over, [window.texts for window in windows])


@dataclass
class Batch:
    mel: torch.Tensor  # batch, MELS, frames
    tokens: torch.Tensor  # batch, text
    counted: torch.Tensor  # which of all tokens count, one row after the other
    target: torch.Tensor  # of those
    begin: torch.Tensor  # seconds where each token is heard: batch, text
    end: torch.Tensor
    letters: torch.Tensor  # batch, frames of the encoder


class Mixer:
    """Windows of one length from plans."""

    def __init__(self, sounds: Sounds, length: float, seed: int):
        self.sounds, self.length, self.device = sounds, length, sounds.device
        self.samples = int(length * RATE)
        self.random = torch.Generator(self.device).manual_seed(seed)
        self.filters = torch.from_numpy(mel_filters()).to(self.device)

    def batch(self, plan: Plan, spoilt: bool = True) -> Batch:
        sound = self.sound(plan)
        if spoilt:
            times = torch.arange(self.samples, device=self.device)[None] / RATE
            sound = self.spoil(sound) * (times < torch.from_numpy(plan.over).to(self.device)[:, None])
        mel = log_mel(sound, self.filters)
        if spoilt:
            mel = self.masked(mel)
        flat = plan.target.ravel()
        counted = np.flatnonzero(flat != -100)
        arrays = (plan.tokens, counted, flat[counted], plan.spans[..., 0], plan.spans[..., 1], plan.letters)
        return Batch(mel, *(torch.from_numpy(np.ascontiguousarray(array)).to(self.device) for array in arrays))

    def sound(self, plan: Plan) -> torch.Tensor:
        rows = len(plan.texts)
        # One sample more than there are takes what lies outside.
        out = torch.zeros(rows * self.samples + 1, device=self.device)
        bases = np.array([self.sounds.base(chunk) for chunk in plan.chunks], np.float64)
        placed = plan.placed.copy()
        placed[:, 1] += bases
        order = np.argsort(placed[:, 2])
        for group in (order[at : at + 64] for at in range(0, len(order), 64)):
            longest = int((placed[group, 2] / placed[group, 4]).max())
            row, at, samples, to, speed, gain = torch.from_numpy(placed[group].T.copy()).to(self.device)[:, :, None]
            steps = torch.arange(longest, device=self.device)[None]
            place = steps * speed
            to = to.long() + steps
            inside = (place < samples - 1) & (to < self.samples)
            whole = place.long()
            part = (place - whole).float()
            index = (at.long() + whole).clamp(max=len(self.sounds.samples) - 2)
            left, right = self.sounds.samples[index].float(), self.sounds.samples[index + 1].float()
            value = (left + (right - left) * part) * (gain.float() / 32768)
            target = torch.where(inside, row.long() * self.samples + to, rows * self.samples)
            out.index_add_(0, target.flatten(), (value * inside).flatten())
        return out[:-1].view(rows, self.samples)

    def uniform(self, rows: int, low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(rows, 1, generator=self.random, device=self.device)

    def chance(self, rows: int, share: float) -> torch.Tensor:
        return (self.uniform(rows, 0, 1) < share).float()

    def noise(self, *shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=self.random, device=self.device)

    def spoil(self, sound: torch.Tensor) -> torch.Tensor:
        """Room, microphone, machines, hiss, level and clipping, each for some windows only."""
        rows, length = sound.shape
        size = 2 ** math.ceil(math.log2(length + RATE // 2))
        frequencies = torch.fft.rfftfreq(size, 1 / RATE, device=self.device)[None]
        spectrum = torch.fft.rfft(sound, size)
        spectrum = spectrum * torch.fft.rfft(self.rooms(rows), size)
        level = (sound.square().sum(1, keepdim=True) / (sound.abs() > 1e-3).sum(1, keepdim=True).clamp(min=1)).sqrt()
        level = torch.where(level > 1e-4, level, torch.full_like(level, 0.05))
        hiss = torch.fft.rfft(self.noise(rows, length), size)
        octaves = torch.log2(frequencies.clamp(min=30) / 1000)
        hiss = hiss * 10 ** (self.uniform(rows, -9, 1) * octaves / 20)
        spectrum = spectrum * self.microphones(rows, octaves)
        clean = torch.fft.irfft(spectrum, size)[:, :length]
        hiss = torch.fft.irfft(hiss, size)[:, :length]
        mixed = clean + self.chance(rows, 0.85) * self.at_level(hiss, level, 6, 45)
        mixed = mixed + self.chance(rows, 0.35) * self.at_level(self.machines(rows, length), level, 3, 35)
        mixed = mixed + self.chance(rows, 0.25) * self.knocks(rows, length) * level
        mixed = mixed * 10 ** (self.uniform(rows, -25, 8) / 20)
        bound = self.uniform(rows, 0.1, 0.5) + 10 * (1 - self.chance(rows, 0.04))
        return mixed.clamp(min=-bound, max=bound).clamp(-1, 1)

    def at_level(self, noise: torch.Tensor, level: torch.Tensor, low: float, high: float) -> torch.Tensor:
        """`noise` that lies `low` to `high` dB below `level`."""
        power = noise.square().mean(1, keepdim=True).sqrt().clamp(min=1e-6)
        return noise * (level / power) * 10 ** (-self.uniform(len(noise), low, high) / 20)

    def rooms(self, rows: int) -> torch.Tensor:
        """Answers of rooms to a click: the click, then decaying noise."""
        times = torch.arange(RATE // 2, device=self.device)[None] / RATE
        tail = self.noise(rows, RATE // 2) * torch.exp(-6.9 * times / self.uniform(rows, 0.08, 0.6))
        tail = tail * (times > self.uniform(rows, 0.001, 0.02))
        tail = tail / tail.square().sum(1, keepdim=True).sqrt()
        room = tail * 10 ** (-self.uniform(rows, 0, 20) / 20) * self.chance(rows, 0.45)
        room[:, 0] += 1
        return room

    def microphones(self, rows: int, octaves: torch.Tensor) -> torch.Tensor:
        """Tilts, and for some a bound above and below as of a telephone."""
        tilt = self.uniform(rows, -3, 3) * octaves
        bump = self.uniform(rows, -8, 8) * torch.exp(-((octaves - self.uniform(rows, -2.5, 2.5)) ** 2))
        above = self.uniform(rows, 1.7, 2.9) + 9 * (1 - self.chance(rows, 0.25))
        below = self.uniform(rows, -3.6, -1.8) - 9 * (1 - self.chance(rows, 0.25))
        loss = 24 * ((octaves - above).clamp(min=0) + (below - octaves).clamp(min=0))
        return 10 ** ((tilt + bump - loss.clamp(max=60)) / 20)

    def machines(self, rows: int, length: int) -> torch.Tensor:
        """Motors: harmonics of a pitch that wavers and goes up and down, running some of the time, and their rush."""
        times = torch.arange(length, device=self.device)[None] / RATE
        waver = 1 + 0.15 * torch.sin(2 * math.pi * (self.uniform(rows, 0.02, 0.6) * times + self.uniform(rows, 0, 1)))
        pitch = 40 * 2 ** self.uniform(rows, 0, 4) * waver
        phase = 2 * math.pi * torch.cumsum(pitch / RATE, 1)
        hum = sum(self.uniform(rows, 0, 1) / n**0.7 * torch.sin(n * phase) for n in (1, 2, 3, 5, 8))
        rush = self.noise(rows, length) * self.uniform(rows, 0, 0.7)
        runs = torch.sin(2 * math.pi * (self.uniform(rows, 0.02, 0.4) * times + self.uniform(rows, 0, 1)))
        return (hum + rush) * torch.sigmoid(20 * (runs + self.uniform(rows, -0.7, 1.5)))

    def knocks(self, rows: int, length: int) -> torch.Tensor:
        """Impacts: bursts that decay in a few hundredths of a second."""
        steps = length // 4000
        strikes = torch.rand(rows, steps, generator=self.random, device=self.device)
        strikes = (strikes < 0.04) * strikes * 40 * self.uniform(rows, 0.2, 2)
        decay = torch.exp(-torch.arange(4000, device=self.device) / 500)
        envelope = (strikes[:, :, None] * decay).flatten(1)
        noise = self.noise(rows, length)
        noise[:, : envelope.shape[1]] *= envelope
        noise[:, envelope.shape[1] :] = 0
        return noise

    def masked(self, mel: torch.Tensor) -> torch.Tensor:
        """SpecAugment (Park et al. 2019): some bands and short stretches are missing."""
        rows, bands, frames = mel.shape
        floor = mel.amin((1, 2), keepdim=True)
        band = torch.arange(bands, device=self.device)[None]
        frame = torch.arange(frames, device=self.device)[None]
        for _ in range(2):
            low = self.uniform(rows, 0, bands)
            hidden = (band >= low) & (band < low + self.uniform(rows, 0, 12) * self.chance(rows, 0.6))
            mel = torch.where(hidden[:, :, None], floor, mel)
        for _ in range(max(2, frames // 400)):
            low = self.uniform(rows, 0, frames)
            hidden = (frame >= low) & (frame < low + self.uniform(rows, 0, 20) * self.chance(rows, 0.5))
            mel = torch.where(hidden[:, None], floor, mel)
        return mel


def log_mel(sound: torch.Tensor, filters: torch.Tensor) -> torch.Tensor:
    """Whisper's spectrum: power in MELS bands, every 10 ms, as a logarithm from 80 dB below the loudest."""
    window = torch.hann_window(BINS, device=sound.device)
    power = torch.stft(sound, BINS, HOP, window=window, return_complex=True)[..., :-1].abs().square()
    logarithm = (filters @ power).clamp(min=1e-10).log10()
    return (torch.maximum(logarithm, logarithm.amax((1, 2), keepdim=True) - 8) + 4) / 4


def mel_filters() -> np.ndarray:
    """Triangles of equal area over Slaney's mel scale, as librosa has them: MELS, BINS / 2 + 1."""
    hertz = np.linspace(0, RATE / 2, BINS // 2 + 1)
    edges = mel_to_hertz(np.linspace(0, hertz_to_mel(RATE / 2), MELS + 2))
    rise = (hertz[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hertz[None]) / (edges[2:] - edges[1:-1])[:, None]
    area = 2 / (edges[2:] - edges[:-2])
    return (np.maximum(0, np.minimum(rise, fall)) * area[:, None]).astype(np.float32)


def hertz_to_mel(hertz: float) -> float:
    return hertz * 3 / 200 if hertz < 1000 else 15 + math.log(hertz / 1000) * 27 / math.log(6.4)


def mel_to_hertz(mel: np.ndarray) -> np.ndarray:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * math.log(6.4) / 27))
