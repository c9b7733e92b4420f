"""Speaks sentences with many voices into a folder of clips, until the folder holds so many hours.

A chunk is two files: `N.pcm` (16-bit samples, 16 kHz, one sentence after the other) and `N.json` (who spoke, and each sentence with its
words' times). All sentences of a chunk have one speaker. A chunk appears under its name when it is whole.
"""

import argparse
import json
import multiprocessing
import os
import random
from pathlib import Path

import numpy as np

from voices import RATE, Espeak, Festival, Flite

# Speakers that no training clip is spoken by: they are what "an unseen voice" means in the figures.
UNSEEN = ("rms", "en-gb-scotland")
# What a speaker's share of the sentences is.
SHARES = {
    "slt": 15, "awb": 15, "kal16": 6, "kal": 3,
    "ked_diphone": 7, "kal_diphone": 4, "cmu_us_slt_arctic_hts": 4,
    "espeak": 46,
}  # fmt: skip
ACCENTS = ("en-us", "en-us", "en", "en", "en-gb-x-rp", "en-029", "en-us-nyc", "en-gb-x-gbclan", "en-gb-x-gbcwmd")
VARIANTS = (
    "", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "Alex", "Alicia", "Andrea", "Andy", "Annie",
    "Denis", "Diogo", "Gene", "Gene2", "Henrique", "Hugo", "Jacky", "Lee", "Marco", "Mario", "Michael", "Mike", "adam", "anika",
    "antonio", "aunty", "belinda", "benjamin", "boris", "caleb", "david", "ed", "edward", "grandma", "grandpa", "gustave", "iven",
    "john", "klatt", "klatt2", "klatt3", "linda", "marcelo", "max", "michel", "miguel", "norbert", "pablo", "paul", "pedro", "quincy",
    "rob", "robert", "sandro", "shelby", "steph", "travis", "victor", "zac",
)  # fmt: skip


class Speaker:
    """A voice with its settings."""

    def __init__(self, name: str, dice: random.Random):
        pace, pitch = dice.uniform(0.82, 1.2), dice.uniform(0.85, 1.2)
        self.name = name
        if name in ("kal", "kal16", "slt", "awb", "rms"):
            self.voice = Flite(name, pace, pitch)
        elif name.endswith(("diphone", "hts")):
            self.voice = Festival(name, pace)
        else:
            accent = dice.choice(ACCENTS) if name == "espeak" else name
            variant = dice.choice(VARIANTS)
            self.name = f"{accent}+{variant}" if variant else accent
            self.voice = Espeak(self.name, int(165 * pace), dice.randint(30, 70), dice.randint(25, 75))

    def say_all(self, texts: list[str]):
        if isinstance(self.voice, Festival):
            return self.voice.say_all(texts)
        return [self.voice.say(text) for text in texts]


def draw(dice: random.Random) -> Speaker:
    return Speaker(dice.choices(list(SHARES), list(SHARES.values()))[0], dice)


def write(folder: Path, name: str, speaker: Speaker, texts: list[str]) -> float:
    """Writes a chunk and returns its seconds."""
    sentences, sound, at = [], [], 0
    for text, said in zip(texts, speaker.say_all(texts)):
        if said is None:
            continue
        samples = np.clip(said.samples * 32768, -32767, 32767).astype(np.int16)
        starts, ends = ([round(float(time), 3) for time in times] for times in (said.starts, said.ends))
        sentences.append({"text": text, "at": at, "samples": len(samples), "starts": starts, "ends": ends})
        sound.append(samples)
        at += len(samples)
    if not sentences:
        return 0.0
    np.concatenate(sound).tofile(folder / f"{name}.pcm")
    draft = folder / f"{name}.draft"
    draft.write_text(json.dumps({"speaker": speaker.name, "sentences": sentences}))
    draft.rename(folder / f"{name}.json")
    return at / RATE


def work(index: int, options: argparse.Namespace, seconds) -> None:
    dice = random.Random(f"{options.seed} {index}")
    texts = Path(options.text).read_text().splitlines()
    count = 0
    while seconds.value < options.hours * 3600:
        speaker = Speaker(options.speaker, dice) if options.speaker else draw(dice)
        chosen = dice.sample(texts, min(options.sentences, len(texts)))
        spoken = write(Path(options.folder), f"{index:02}-{count:05}", speaker, chosen)
        with seconds.get_lock():
            seconds.value += spoken
        count += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", help="a sentence a line")
    parser.add_argument("folder")
    parser.add_argument("--hours", type=float, default=20)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--sentences", type=int, default=40, help="in a chunk")
    parser.add_argument("--speaker", help="this one alone: for evaluation")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    Path(options.folder).mkdir(parents=True, exist_ok=True)
    seconds = multiprocessing.Value("d", 0.0)
    workers = [multiprocessing.Process(target=work, args=(i, options, seconds)) for i in range(options.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
