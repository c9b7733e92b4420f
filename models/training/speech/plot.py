"""The learning curves as a picture: what training minimised, and what it reached on held-out sentences."""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

LOSSES = {"tokens": "next token", "letters": "letter of a frame", "looks": "where it looks"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("curves", nargs="+", help="curve.json of each part of the training, in order")
    parser.add_argument("picture")
    options = parser.parse_args()
    points, hours, steps = [], 0.0, 0
    for curve in options.curves:
        part = json.loads(Path(curve).read_text())
        points += [point | {"heard": hours + point["hours"]} for point in part]
        hours, steps = points[-1]["heard"], steps + part[-1]["step"]
    heard = [point["heard"] for point in points]
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for name, label in LOSSES.items():
        left.plot(heard, [point[name] for point in points], marker="o", label=label)
    left.set(xlabel="hours of sound heard", ylabel="loss, nats", ylim=(0, None), title=f"Losses over {steps} steps")
    for name in sorted(name for name in points[-1] if name.startswith("wer ")):
        label = f"{name.removeprefix('wer ')}: {100 * points[-1][name]:.1f} % at the end"
        right.plot(heard, [100 * point[name] for point in points], marker="o", label=label)
    right.set(xlabel="hours of sound heard", ylabel="%", ylim=(0, 100), title="Word error rate, held-out sentences, 32-bit weights")
    for axes in (left, right):
        axes.legend(frameon=False)
        axes.grid(alpha=0.3)
    figure.savefig(options.picture, dpi=110)


if __name__ == "__main__":
    main()
