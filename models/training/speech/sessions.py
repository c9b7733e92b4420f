"""Sessions to measure the recogniser on: held-out sentences with pauses in one WAV file, and beside it what is said when.

The truth has the form of `stepreel-testkit` (`NAME.truth.json`), with every word as an utterance of its own, since only words have exact
times. Besides the voices that training knows and those that it doesn't, there are sessions in which nobody speaks.
"""

import argparse
import json
import random
import wave
from pathlib import Path

import numpy as np

from speak import UNSEEN, Speaker, draw
from voices import RATE

PAUSES = (0.3, 2.5)


def speech(dice: random.Random, texts: list[str], name: str | None, seconds: float) -> tuple[np.ndarray, list[dict]]:
    """Speakers take turns of six sentences; `name` is one that speaks alone, or None for those of training."""
    sound, said, at = [], [], 0
    while at < seconds * RATE:
        speaker = Speaker(name, dice) if name else draw(dice)
        turn = dice.sample(texts, 6)
        for text, spoken in zip(turn, speaker.say_all(turn)):
            if spoken is None:
                continue
            pause = int(dice.uniform(*PAUSES) * RATE)
            start = (at + pause) / RATE
            for word, begins, ends in zip(text.split(), spoken.starts, spoken.ends):
                span = {"start": round(start + float(begins), 3), "end": round(start + float(ends), 3)}
                said.append({"span": span, "text": word})
            sound += [np.zeros(pause, np.float32), spoken.samples]
            at += pause + len(spoken.samples)
    return np.concatenate([*sound, np.zeros(RATE, np.float32)]), said


def hiss(length: int, dice: np.random.Generator, tilt: float) -> np.ndarray:
    spectrum = np.fft.rfft(dice.standard_normal(length))
    spectrum *= np.maximum(np.fft.rfftfreq(length, 1 / RATE), 50) ** (tilt / 6)
    noise = np.fft.irfft(spectrum, length)
    return (noise / np.abs(noise).max()).astype(np.float32)


def noises(seconds: float, dice: np.random.Generator) -> dict[str, np.ndarray]:
    """Machines and rooms, none of them made by what training makes its noise with."""
    length = int(seconds * RATE)
    times = np.arange(length) / RATE
    saw = 2 * ((times * 87.0 * (1 + 0.1 * np.sin(times))) % 1) - 1
    hammer = np.zeros(length)
    for strike in dice.integers(0, length - RATE, int(seconds * 1.5)):
        ring = np.arange(RATE // 4)
        tone = np.sin(2 * np.pi * dice.uniform(300, 2500) * ring / RATE)
        hammer[strike : strike + len(ring)] += np.exp(-ring / 600) * tone
    return {
        "room": 0.02 * hiss(length, dice, -4),
        "hiss": 0.15 * hiss(length, dice, 0),
        "grinder": (0.2 * saw + 0.1 * hiss(length, dice, 1)) * (np.sin(times / 3) > 0),
        "hammer": 0.5 * hammer / np.abs(hammer).max() + 0.01 * hiss(length, dice, -3),
        "silence": np.zeros(length),
    }


def write(folder: Path, name: str, samples: np.ndarray, said: list[dict]) -> None:
    with wave.open(str(folder / f"{name}.wav"), "wb") as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    truth = {"name": name, "recording": f"{name}.wav", "duration": len(samples) / RATE, "procedures": [], "utterances": said}
    (folder / f"{name}.truth.json").write_text(json.dumps(truth))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", help="held-out sentences, one a line")
    parser.add_argument("folder")
    parser.add_argument("--minutes", type=float, default=6, help="of each kind of session")
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    texts = Path(options.text).read_text().splitlines()
    folder = Path(options.folder)
    for kind in ("seen", *UNSEEN):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for part in range(2):
            dice = random.Random(f"{options.seed} {kind} {part}")
            samples, said = speech(dice, texts, None if kind == "seen" else kind, options.minutes * 30)
            write(folder / kind, f"{kind}-{part + 1}", samples, said)
    (folder / "noise").mkdir(exist_ok=True)
    for name, samples in noises(options.minutes * 12, np.random.default_rng(options.seed)).items():
        write(folder / "noise", name, samples, [])


if __name__ == "__main__":
    main()
