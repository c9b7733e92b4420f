"""Trains the small Whisper on clips that `speak.py` made, or is still making.

The way: short windows first, then whole ones with several sentences, silence and times. Beside the next token, the encoder learns which
letter is heard in each of its frames (a word's letters share its time), and two heads of each block's cross-attention learn to look
where the token is heard: attention that starts from nothing finds its alignment late. Both weigh less and less. The clock decides how far it goes: what is trained is the
best that a budget of seconds gives.
"""

import argparse
import copy
import json
import multiprocessing
import random
import re
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import ggml_file
from mix import Batch, Mixer, Plan, Planner, Sounds, Texts, tokenizer
from whisper import END, STEP, ZERO, Size, Whisper

GUIDED = 2  # heads of each block
REACH = 0.2  # seconds around a token within which it may be looked for


def losses(model: Whisper, batch: Batch, device: str) -> dict[str, torch.Tensor]:
    with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=device != "cpu"):
        memory = model.encoder(batch.mel)
        x, looks = model.decoder(batch.tokens, memory)
        scores = model.decoder.scores(x.flatten(0, 1)[batch.counted])
        letters = model.letters(memory)
    return {
        "tokens": F.cross_entropy(scores.float(), batch.target),
        "letters": F.cross_entropy(letters.float().flatten(0, 1), batch.letters.flatten()),
        "looks": looks_loss(looks, batch),
    }


def looks_loss(looks: list[torch.Tensor], batch: Batch) -> torch.Tensor:
    frames = looks[0].shape[-1]
    centers = (torch.arange(frames, device=batch.begin.device) + 0.5) * STEP
    near = (centers > batch.begin[..., None] - REACH) & (centers < batch.end[..., None] + REACH)
    spoken = batch.end > 0
    caught = torch.stack([(weights[:, :GUIDED] * near[:, None]).sum(-1) for weights in looks])
    missed = -(caught + 1e-4).log()
    return (missed * spoken[None, :, None]).sum() / (spoken.sum() * len(looks) * GUIDED).clamp(min=1)


def plan(options, index: int, length, queue) -> None:
    """A process that draws windows; `length` tells how long they are just now."""
    torch.set_num_threads(1)
    dice = random.Random(f"{options.seed} plan {index}")
    texts = Texts(options.clips, tokenizer(options.tokens))
    while not texts.chunks:
        texts.load()
        time.sleep(0.2)
    while True:
        texts.load(most=4)
        for _ in range(4):
            seconds = length.value
            planner = Planner(texts, seconds, dice)
            queue.put(Plan.of([planner.window() for _ in range(options.rows(seconds))], seconds))


class Average:
    """The mean of the weights over the last steps: better than any one of them."""

    def __init__(self, model: Whisper):
        self.model = copy.deepcopy(model).eval()

    def update(self, model: Whisper, step: int) -> None:
        decay = min(0.999, (1 + step) / (10 + step))
        with torch.no_grad():
            mine, its = list(self.model.parameters()), list(model.parameters())
            torch._foreach_lerp_(mine, its, 1 - decay)


def words(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", " ", text.lower()).split()


def edits(said: list[str], heard: list[str]) -> int:
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


class Judge:
    """Word error rates on clips of held-out sentences."""

    def __init__(self, folder: str, options, device: str):
        texts = Texts(folder, tokenizer(options.tokens))
        texts.load()
        self.encoding, self.mixer = texts.encoding, Mixer(Sounds(folder, device, 2), 30.0, 7)
        planner = Planner(texts, 30.0, random.Random(7), silent=0, prompted=0)
        self.plan = Plan.of([planner.window() for _ in range(options.judged)], 30.0)

    def rate(self, model: Whisper) -> tuple[float, str]:
        batch = self.mixer.batch(self.plan, spoilt=False)
        heard = [self.text(tokens) for tokens in model.recognise(batch.mel, 160)]
        said = [" ".join(texts) for texts in self.plan.texts]
        wrong = sum(edits(words(a), words(b)) for a, b in zip(said, heard))
        return wrong / sum(len(words(text)) for text in said), f"{said[0][:150]} | {heard[0][:150]}"

    def text(self, tokens: list[int]) -> str:
        return self.encoding.decode([token for token in tokens if token < END])


def save(model: Whisper, folder: Path) -> None:
    """Half precision is what is shipped at the most; two files, since one may be too large to carry."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().cpu().numpy().astype(np.float16) for name, value in model.state_dict().items()}
    np.save(folder / "embedding.npy", weights.pop("decoder.token_embedding.weight"))
    np.savez(folder / "rest.npz", **weights)


def load(path: str, model: Whisper) -> None:
    """Weights that `save` wrote into a folder, or those of a ggml file; that one has no head for letters, which begins anew."""
    if Path(path).is_dir():
        weights = dict(np.load(f"{path}/rest.npz")) | {"decoder.token_embedding.weight": np.load(f"{path}/embedding.npy")}
    else:
        weights, _, _ = ggml_file.read(path)
    found = {name: torch.from_numpy(value.astype(np.float32)) for name, value in weights.items()}
    missing, unknown = model.load_state_dict(found, strict=False)
    if unknown or any(not name.startswith("letters.") for name in missing):
        raise SystemExit(f"{path} is no model of this size: {[*missing, *unknown][:3]}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips")
    parser.add_argument("out")
    parser.add_argument("--tokens", required=True, help="gpt2.tiktoken")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--short", type=float, default=0.4, help="share of the time on short windows")
    parser.add_argument("--batch", type=int, default=28, help="windows of 30 s in a step")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--layers", type=int, nargs=2, default=[8, 3])
    parser.add_argument("--width", type=int, default=160)
    parser.add_argument("--hours", type=float, default=200, help="of clips held on the device")
    parser.add_argument("--planners", type=int, default=3)
    parser.add_argument("--judge", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--judged", type=int, default=48, help="windows")
    parser.add_argument("--every", type=float, default=45, help="seconds between judgements")
    parser.add_argument("--from", dest="start", help="a folder or a ggml file to go on from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    options.rows = lambda seconds: int(options.batch * (1 if seconds > 20 else 2.3))
    return options


class Schedule:
    """What the share of the time that is gone says."""

    def __init__(self, options):
        self.options, self.began = options, time.monotonic()

    def gone(self) -> float:
        return (time.monotonic() - self.began) / self.options.seconds

    def length(self) -> float:
        return 10.0 if self.gone() < self.options.short else 30.0

    def rate(self, step: int) -> float:
        return self.options.rate * min(1, (step + 1) / 400) * max(0.01, 1 - self.gone()) ** 1.0

    def weights(self) -> dict[str, float]:
        left = max(0.0, 1 - self.gone())
        return {"tokens": 1.0, "letters": 0.1 + 0.9 * left, "looks": 0.02 + 0.2 * left}


def main() -> None:
    options = arguments()
    torch.manual_seed(options.seed)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    device = options.device
    size = Size(width=options.width, heads=options.width // 32, audio_layers=options.layers[0], text_layers=options.layers[1])
    schedule = Schedule(options)
    length, queue = multiprocessing.Value("d", schedule.length()), multiprocessing.Queue(8)
    planners = [multiprocessing.Process(target=plan, args=(options, i, length, queue), daemon=True) for i in range(options.planners)]
    for planner in planners:
        planner.start()
    model = Whisper(size, dropout=0.1).to(device)
    if options.start:
        load(options.start, model)
    average = Average(model)
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), weight_decay=0.01, fused=device != "cpu")
    sounds = Sounds(options.clips, device, options.hours)
    mixers = {seconds: Mixer(sounds, seconds, options.seed) for seconds in (10.0, 30.0)}
    judges = {name: Judge(folder, options, device) for name, folder in (judge.split("=") for judge in options.judge)}
    train(options, schedule, length, queue, model, average, optimizer, mixers, judges)
    save(average.model, Path(options.out))


def train(options, schedule, length, queue, model, average, optimizer, mixers, judges) -> None:
    curve, step, judged, heard = [], 0, time.monotonic(), 0.0
    sums: dict[str, float] = {}
    waited = 0.0
    while schedule.gone() < 1:
        length.value = schedule.length()
        began = time.monotonic()
        plan = queue.get()
        waited += time.monotonic() - began
        for group in optimizer.param_groups:
            group["lr"] = schedule.rate(step)
        parts = losses(model, mixers[plan.length].batch(plan), options.device)
        weights = schedule.weights()
        sum(weights[name] * part for name, part in parts.items()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        average.update(model, step)
        step += 1
        heard += plan.length * len(plan.texts) / 3600
        for name, part in parts.items():
            sums[name] = 0.98 * sums.get(name, 0.0) + 0.02 * part.detach()
        if time.monotonic() - judged > options.every or schedule.gone() >= 1:
            judged = time.monotonic()
            curve.append(report(schedule, step, heard, sums, average, judges, waited))
            save(average.model, Path(options.out))
            Path(options.out, "curve.json").write_text(json.dumps(curve))


def report(schedule, step, heard, sums, average, judges, waited) -> dict:
    told = {"gone": schedule.gone(), "step": step, "hours": heard, "waited": waited}
    scale = 1 - 0.98**step
    told |= {name: float(value) / scale for name, value in sums.items()}
    for name, judge in judges.items():
        told[f"wer {name}"], example = judge.rate(average.model)
    print({name: round(value, 3) for name, value in told.items()}, flush=True)
    if judges:
        print("   ", example, flush=True)
    return told


if __name__ == "__main__":
    main()
