"""Composites of clips, their boundaries when nobody says how many there are, and how right those are."""

import numpy as np

from pictures import VARIANTS

INDEX = {name: index for index, name in enumerate(VARIANTS)}
# What a picture may look like in each condition. A condition changes at times of its own, never with the clip.
CONDITIONS = {
    "clean": ["clean"],
    "blur": ["clean", "smear across", "smear down", "defocus"],
    "dark": ["very dark", "dark"],
    "exposure": ["-1 stop", "-0.5 stop", "clean", "+0.5 stop", "+1 stop"],
    "hands": ["clean", "hand"],
    "all": list(VARIANTS),
}
# How likely the next picture, half a second later, looks as the one before.
STAY = 0.8


def composite(random, clips, condition):
    """Pictures (variant, index) of stretches of different clips one after another, and where clips change.

    `clips` are (start, length) among all pictures.
    """
    order = random.permutation(len(clips))[: random.integers(6, 13)]
    indices, lengths = [], []
    for clip in order:
        start, length = clips[clip]
        taken = random.integers(5, min(length, 20) + 1)
        first = start + random.integers(0, length - taken + 1)
        indices.extend(range(first, first + taken))
        lengths.append(taken)
    looks = [INDEX[name] for name in CONDITIONS[condition]]
    look, seen = random.choice(looks), []
    for _ in indices:
        look = look if random.random() < STAY else random.choice(looks)
        seen.append(look)
    return np.array(seen), np.array(indices), np.cumsum(lengths)[:-1]


class Cuts:
    """Kernel temporal segmentation (Potapov et al. 2014): the least scatter for every number of segments."""

    def __init__(self, vectors, most):
        vectors = vectors - vectors.mean(0)
        self.count = len(vectors)
        gram = np.pad((vectors @ vectors.T).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        edges = np.arange(self.count + 1)
        squares = np.pad(np.square(vectors).sum(1).cumsum(), (1, 0))
        inside = gram[edges][:, edges]
        corner = np.diag(inside)
        lengths = np.maximum(edges[None] - edges[:, None], 1)
        scatter = squares[None] - squares[:, None] - (corner[None] + corner[:, None] - 2 * inside) / lengths
        scatter = np.where(edges[None] > edges[:, None], scatter, np.inf) / max(scatter[0, -1], 1e-12)
        best, self.last = scatter[0].copy(), []
        self.costs = [best[-1]]
        for _ in range(min(most, self.count) - 1):
            total = best[:, None] + scatter
            self.last.append(total.argmin(0))
            best = total.min(0)
            self.costs.append(best[-1])

    def boundaries(self, segments):
        """For a number of segments that is known."""
        at, found = self.count, []
        for last in reversed(self.last[: segments - 1]):
            at = int(last[at])
            found.append(at)
        return found[::-1]

    def number(self, penalty):
        """Of segments, by the penalty `penalty * m / 2n * (ln(n/m) + 1)` on the scatter, whose whole is 1."""
        m, n = np.arange(1, len(self.costs) + 1), self.count
        return int(np.argmin(np.array(self.costs) + penalty * m / (2 * n) * (np.log(n / m) + 1))) + 1


def boundary_f1(found, true, slack=1):
    """One-to-one matches within `slack` pictures, in order."""
    hits, rest = 0, true.copy()
    for boundary in found:
        near = [other for other in rest if abs(other - boundary) <= slack]
        if near:
            rest.remove(min(near))
            hits += 1
    return 2 * hits / (len(found) + len(true)) if len(found) + len(true) else 1.0
