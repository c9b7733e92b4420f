"""Compares frame encoders on composites of first-person clips: `python measure.py --video DIR`.

Boundary F1 with the number of segments unknown. Each encoder's penalty is chosen on composites of the strips, and its figures
are from composites of the wall. `--sweep` compares input sizes and depths on the strips alone, for choosing.
"""

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from encoders import Network, colour_histogram, embedded, thumbnail
from graph import float_network
from pictures import strips, variants, wall
from quantise import DEPTH, HEIGHT, ORIGINAL, SHIPPED, WIDTH
from segments import CONDITIONS, Cuts, boundary_f1, composite

RATE = 2  # pictures a second
MOST_SEGMENTS = 30
PENALTIES = np.geomspace(0.1, 6, 32)
SIZES = [(224, 224), (160, 160), (128, 128), (192, 96), (160, 96), (96, 96)]
DEPTHS = [23, 27]


def candidate(width, height, depth):
    return Network(float_network(ORIGINAL, height, width, depth).SerializeToString())


COMPARED = {
    "original": partial(Network, str(ORIGINAL)),
    "original without rounding": partial(candidate, 224, 224, 27),
    "shipped without rounding": partial(candidate, WIDTH, HEIGHT, DEPTH),
    "shipped": partial(Network, str(SHIPPED)),
    "colour histogram": lambda: colour_histogram,
    "8x8 thumbnails": lambda: thumbnail,
}
SWEPT = {f"{w}x{h}, {depth} layers": partial(candidate, w, h, depth) for w, h in SIZES for depth in DEPTHS}

# Filled before the workers are forked, so that they share it.
LOOKS, CLIPS = {}, {}


def gather(name, clips):
    LOOKS[name] = variants(clips)
    lengths = [len(clip) for clip in clips]
    CLIPS[name] = list(zip(np.cumsum([0, *lengths[:-1]]), lengths))


def scores(vectors, clips, seeds, count):
    """Condition, composite, penalty; behind the penalties, the score for the right number of segments."""
    result = []
    for condition in CONDITIONS:
        randoms = [np.random.default_rng((seed, len(result))) for seed in seeds]
        drawn = [composite(random, clips, condition) for random in randoms for _ in range(count)]
        result.append([score(vectors[look, index], true) for look, index, true in drawn])
    return 100 * np.array(result)


def score(vectors, true):
    cuts = Cuts(vectors, MOST_SEGMENTS)
    numbers = [cuts.number(penalty) for penalty in PENALTIES] + [len(true) + 1]
    by_number = {number: boundary_f1(cuts.boundaries(number), true.tolist()) for number in set(numbers)}
    return [by_number[number] for number in numbers]


def nearness(vectors, clips, random):
    """How often two pictures of one clip are nearer than two of different clips (area under the curve), whatever they look like."""
    owner = np.repeat(np.arange(len(clips)), [length for _, length in clips])
    looks = random.integers(len(vectors), size=len(owner))
    similar = vectors[looks, np.arange(len(owner))] @ vectors[looks, np.arange(len(owner))].T
    upper = np.triu(np.ones_like(similar, bool), 1)
    same = owner[:, None] == owner[None]
    near, far = np.sort(similar[upper & same]), np.sort(similar[upper & ~same])
    return 100 * np.searchsorted(far, near).mean() / len(far)


def examined(work):
    """Scores and nearness of an encoder on some clips."""
    encoder, name, seeds, count = work
    build = (COMPARED | SWEPT)[encoder]()
    vectors = np.array([embedded(build, look) for look in LOOKS[name]])
    return scores(vectors, CLIPS[name], seeds, count), nearness(vectors, CLIPS[name], np.random.default_rng(0))


def milliseconds(encoders, rounds=40):
    """Processor time of each network for one picture on one thread, the networks taking turns: median and least."""
    networks = {name: encoder for name, encoder in encoders.items() if isinstance(encoder, Network)}
    values = {name: network.values(LOOKS["strips"][0][0]) for name, network in networks.items()}
    spent = {name: [] for name in networks}
    for _ in range(rounds):
        for name, network in networks.items():
            for _ in range(4):
                start = time.thread_time()
                network.run(values[name])
                spent[name].append(1000 * (time.thread_time() - start))
    return {name: (np.median(times), min(times)) for name, times in spent.items()}


def interval(values, random):
    """95 % of the means of samples drawn with replacement."""
    means = values[random.integers(len(values), size=(2000, len(values)))].mean(1)
    return np.percentile(means, [2.5, 97.5])


def print_row(name, *cells, width=14):
    print(f"{name:27}" + "".join(f"{cell:>{width}}" for cell in cells), flush=True)


def print_comparison(chosen_on, reported, seeds):
    random = np.random.default_rng(0)
    print_row("boundary F1", *CONDITIONS, "mean", "(seeds' sd)", "best penalty", "right number", "near/far")
    at = {name: chosen_on[name][0].mean((0, 1))[:-1].argmax() for name in reported}
    for name, (f1, near) in reported.items():
        means = f1.mean((0, 1))
        by_seed = f1[:, :, at[name]].reshape(len(f1), seeds, -1).mean((0, 2))
        cells = [*f1[:, :, at[name]].mean(1), means[at[name]], by_seed.std(), means[:-1].max(), means[-1], near]
        print_row(name, *(f"{cell:.1f}" for cell in cells))
    print()
    print_row("difference to original", *CONDITIONS, "mean", width=21)
    base = reported["original"][0][:, :, at["original"]]
    for name, (f1, _) in reported.items():
        differences = f1[:, :, at[name]] - base
        cells = []
        for values in [*differences, differences.mean(0)]:
            low, high = interval(values, random)
            cells.append(f"{values.mean():+.1f} ({low:+.1f},{high:+.1f})")
        print_row(name, *cells, width=21)
    print()


def print_costs():
    encoders = {name: build() for name, build in COMPARED.items()}
    sizes = {"original": ORIGINAL.stat().st_size, "shipped": SHIPPED.stat().st_size}
    times = milliseconds(encoders)
    print_row("network alone, one thread", "ms, median", "ms, least", "of original", "MB")
    for name, (median, least) in times.items():
        size = f"{sizes[name] / 1e6:.2f}" if name in sizes else ""
        print_row(name, f"{median:.2f}", f"{least:.2f}", f"{median / times['original'][0]:.2f}", size)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--video", type=Path, required=True, help="folder with *_error*.mp4 and epic_wall_4x4.mp4")
    arguments.add_argument("--composites", type=int, default=40, help="for each condition and seed")
    arguments.add_argument("--seeds", type=int, default=5)
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--sweep", action="store_true", help="sizes and depths, on the strips")
    options = arguments.parse_args()
    seeds, count = range(1, options.seeds + 1), options.composites
    gather("strips", strips(options.video, RATE))
    if not options.sweep:
        gather("wall", wall(options.video, RATE))
    names = SWEPT if options.sweep else COMPARED
    with ProcessPoolExecutor(options.jobs, get_context("fork")) as pool:
        # Other composites than those of the same number that are reported.
        chosen_on = dict(zip(names, pool.map(examined, [(name, "strips", [100], 3 * count) for name in names])))
        if options.sweep:
            print_sweep(chosen_on)
            return
        work = [(name, "wall", seeds, count) for name in names]
        print_comparison(chosen_on, dict(zip(names, pool.map(examined, work))), options.seeds)
    print_costs()


def print_sweep(results):
    print_row("boundary F1 on the strips", *CONDITIONS, "mean", "right number", "near/far")
    for name, (f1, near) in results.items():
        means = f1.mean((0, 1))
        best = means[:-1].argmax()
        print_row(name, *(f"{cell:.1f}" for cell in [*f1[:, :, best].mean(1), means[best], means[-1], near]))


if __name__ == "__main__":
    main()
