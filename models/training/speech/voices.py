"""The voices that speak the training text: flite and espeak-ng in this process, festival in a child process.

All of them come from Debian's packages (flite, espeak-ng, festival and its English voices). Each says a sentence and
tells when each of its words ends; a word is what stands between two spaces.
"""

import ctypes
import ctypes.util
import os
import re
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RATE = 16_000


@dataclass
class Said:
    """A sentence as it was spoken."""

    samples: np.ndarray  # float32, RATE samples a second
    starts: np.ndarray  # seconds, one for each word
    ends: np.ndarray


def resampled(samples: np.ndarray, rate: float) -> np.ndarray:
    """At RATE; the voices' own rates (8, 22.05 and 32 kHz) are near enough for straight lines between samples after a
    moving mean against aliasing."""
    if rate == RATE:
        return samples
    if rate > RATE:
        width = int(round(rate / RATE))
        samples = np.convolve(samples, np.ones(width) / width, mode="same") if width > 1 else samples
    at = np.arange(int(len(samples) * RATE / rate)) * (rate / RATE)
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def library(name: str) -> ctypes.CDLL:
    """A shared library, from the folder SPEECH_LIBRARIES or from the system."""
    folder = os.environ.get("SPEECH_LIBRARIES")
    found = next(iter(sorted(Path(folder).glob(f"lib{name}.so*"))), None) if folder else None
    return ctypes.CDLL(str(found or ctypes.util.find_library(name)), mode=ctypes.RTLD_GLOBAL)


class Wave(ctypes.Structure):
    """flite's cst_wave."""

    _fields_ = [
        ("type", ctypes.c_char_p),
        ("rate", ctypes.c_int),
        ("samples", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_short)),
    ]


class FliteVoice(ctypes.Structure):
    """The head of flite's cst_voice."""

    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


# The mean of each voice's fundamental, in Hz.
FLITE = {"kal": 105.0, "kal16": 105.0, "awb": 130.0, "slt": 180.0, "rms": 105.0}


class Flite:
    """A voice of flite at a given pace and pitch."""

    def __init__(self, name: str, pace: float = 1.0, pitch: float = 1.0):
        self.flite = library("flite")
        for needed in ("flite_usenglish", "flite_cmulex"):
            library(needed)
        for function, result in {
            "utt_wave": ctypes.POINTER(Wave),
            "flite_synth_text": ctypes.c_void_p,
            "utt_relation": ctypes.c_void_p,
            "relation_head": ctypes.c_void_p,
            "item_next": ctypes.c_void_p,
            "flite_path_to_item": ctypes.c_void_p,
            "flite_ffeature_float": ctypes.c_float,
        }.items():
            getattr(self.flite, function).restype = result
        self.flite.flite_init()
        register = getattr(library(f"flite_cmu_us_{name}"), f"register_cmu_us_{name}")
        register.restype = ctypes.POINTER(FliteVoice)
        self.voice = register(None)
        features = ctypes.c_void_p(self.voice.contents.features)
        self.flite.flite_feat_set_float(features, b"duration_stretch", ctypes.c_float(1 / pace))
        self.flite.flite_feat_set_float(features, b"int_f0_target_mean", ctypes.c_float(FLITE[name] * pitch))

    def say(self, text: str) -> Said | None:
        utterance = ctypes.c_void_p(self.flite.flite_synth_text(text.encode(), self.voice))
        try:
            spans = self.spans(utterance)
            sound = self.flite.utt_wave(utterance).contents
            samples = np.ctypeslib.as_array(sound.data, (sound.samples,)).astype(np.float32) / 32768
            return said(resampled(samples, sound.rate), spans, text)
        finally:
            self.flite.delete_utterance(utterance)

    def spans(self, utterance) -> list[tuple[float, float]]:
        """Start and end of each word: of the sounds whose word came of the same piece of text."""
        flite, spans, last, before = self.flite, [], None, 0.0
        sound = flite.relation_head(ctypes.c_void_p(flite.utt_relation(utterance, b"Segment")))
        while sound:
            item = ctypes.c_void_p(sound)
            end = flite.flite_ffeature_float(item, b"end")
            word = flite.flite_path_to_item(item, b"R:SylStructure.parent.parent.R:Token.parent")
            if word:
                if word == last:
                    spans[-1] = (spans[-1][0], end)
                else:
                    spans.append((before, end))
                last = word
            before = end
            sound = flite.item_next(item)
        return spans


class Event(ctypes.Structure):
    """espeak-ng's espeak_EVENT."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    ]


ESPEAK_RETRIEVAL, ESPEAK_RATE, ESPEAK_PITCH, ESPEAK_RANGE, ESPEAK_WORD = 1, 1, 3, 4, 1


class Espeak:
    """A voice of espeak-ng, as `en-us+f3`, at a given pace (words a minute), pitch and range (0-100)."""

    library = None

    def __init__(self, name: str, rate: int = 165, pitch: int = 50, spread: int = 50):
        if Espeak.library is None:
            library("sonic"), library("pcaudio")
            Espeak.library = library("espeak-ng")
            path = os.environ.get("ESPEAK_DATA_PATH")
            Espeak.rate = Espeak.library.espeak_Initialize(ESPEAK_RETRIEVAL, 0, path and path.encode(), 0)
            callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(Event))
            Espeak.callback = callback(Espeak.heard)
            Espeak.library.espeak_SetSynthCallback(Espeak.callback)
        self.name, self.settings = name, {ESPEAK_RATE: rate, ESPEAK_PITCH: pitch, ESPEAK_RANGE: spread}

    @staticmethod
    def heard(data, count, events) -> int:
        if data and count:
            Espeak.blocks.append(np.frombuffer(ctypes.string_at(data, 2 * count), np.int16))
        index = 0
        while events[index].type != 0:
            if events[index].type == ESPEAK_WORD:
                Espeak.words.append((events[index].position - 1, events[index].milliseconds / 1000))
            index += 1
        return 0

    def say(self, text: str) -> Said | None:
        Espeak.blocks, Espeak.words = [], []
        if Espeak.library.espeak_SetVoiceByName(self.name.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {self.name}")
        for setting, value in self.settings.items():
            Espeak.library.espeak_SetParameter(setting, value, 0)
        data = text.encode() + b"\0"
        Espeak.library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, 0, None, None)
        Espeak.library.espeak_Synchronize()
        if not Espeak.blocks:
            return None
        samples = resampled(np.concatenate(Espeak.blocks).astype(np.float32) / 32768, Espeak.rate)
        return said(samples, self.spans(text, len(samples) / RATE), text)

    @staticmethod
    def spans(text: str, length: float) -> list[tuple[float, float]]:
        """Start and end of each word; of words that are said in one breath ("of the") espeak-ng tells the first only, and the
        others share its time by their letters."""
        places = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
        told = {}
        for position, seconds in Espeak.words:
            word = sum(start <= position for start, _ in places) - 1
            told.setdefault(max(word, 0), seconds)
        if 0 not in told:
            told[0] = 0.0
        known = [*sorted(told.items()), (len(places), length)]
        spans = []
        for (first, start), (after, end) in zip(known, known[1:]):
            letters = np.array([places[word][1] - places[word][0] + 1 for word in range(first, after)], float)
            bounds = start + (end - start) * np.concatenate([[0], np.cumsum(letters) / letters.sum()])
            spans += list(zip(bounds[:-1], bounds[1:]))
        return spans


FESTIVAL = """
(define (spoken name text)
  (let ((utt (eval (list 'Utterance 'Text text))) (out (fopen (string-append name ".sounds") "w")))
    (utt.synth utt)
    (utt.save.wave utt (string-append name ".wav") 'riff)
    (mapcar (lambda (sound) (format out "%f %s\\n"
        (item.feat sound "end") (item.feat sound "R:SylStructure.parent.parent.R:Token.parent.id")))
      (utt.relation.items utt 'Segment))
    (fclose out)))
"""


class Festival:
    """A voice of festival at a given pace, many sentences at a time: it takes long to start."""

    def __init__(self, name: str, pace: float = 1.0):
        self.name, self.pace = name, pace

    def say_all(self, texts: list[str]) -> list[Said | None]:
        with tempfile.TemporaryDirectory() as folder:
            script = [FESTIVAL, f"(voice_{self.name})", f"(Parameter.set 'Duration_Stretch {1 / self.pace:.3f})"]
            script += [f'(spoken "{folder}/{index}" "{text}")' for index, text in enumerate(texts)]
            Path(folder, "script.scm").write_text("\n".join(script))
            program = os.environ.get("FESTIVAL", "festival").split()
            subprocess.run([*program, "-b", f"{folder}/script.scm"], check=False, capture_output=True, timeout=600)
            return [self.read(Path(folder, str(index)), text) for index, text in enumerate(texts)]

    @staticmethod
    def read(path: Path, text: str) -> Said | None:
        if not path.with_suffix(".sounds").exists():
            return None
        with wave.open(str(path.with_suffix(".wav"))) as file:
            rate, data = file.getframerate(), file.readframes(file.getnframes())
        samples = resampled(np.frombuffer(data, np.int16).astype(np.float32) / 32768, rate)
        spans, last, before = [], None, 0.0
        for line in path.with_suffix(".sounds").read_text().splitlines():
            end, word = line.split()
            if word == last:
                spans[-1] = (spans[-1][0], float(end))
            elif word != "0":
                spans.append((before, float(end)))
            before, last = float(end), word if word != "0" else last
        return said(samples, spans, text)


def said(samples: np.ndarray, spans: list[tuple[float, float]], text: str) -> Said | None:
    """From the first to the last word and 50 ms around them; nothing when the voice counted other words than the text has."""
    if len(spans) != len(text.split()) or not spans:
        return None
    starts, ends = np.array(spans, np.float32).T
    begin = max(0.0, starts[0] - 0.05)
    finish = min(len(samples) / RATE, ends[-1] + 0.05)
    samples = samples[int(begin * RATE) : int(finish * RATE)]
    if len(samples) < RATE // 10 or np.abs(samples).max() < 0.01:
        return None
    level = np.sqrt(np.mean(samples**2))
    return Said(samples * (0.1 / level), starts - begin, np.minimum(ends, finish) - begin)
