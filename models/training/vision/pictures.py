"""First-person clips as pictures of 320x180, which is what the pipeline decodes, and what light and motion do to them."""

import subprocess
from pathlib import Path

import numpy as np
from scipy import ndimage

WIDTH, HEIGHT = 320, 180
# Five strips of five clips of 5 s side by side, and a wall of 4x4 clips of 10 s whose last cell but one of the last row has cuts.
STRIPS = ["measurement_error", "order_error", "preparation_error", "technique_error_1", "technique_error_2"]
WALL, WALL_LEFT_OUT = "epic_wall_4x4", (2, 2)


def strips(folder, rate):
    """25 clips, Apache-2.0: for calibration and for choosing."""
    crops = [(strip, column * 640, 0, 640, 360) for strip in STRIPS for column in range(5)]
    return [decoded(Path(folder), crop, rate) for crop in crops]


def wall(folder, rate):
    """15 clips, CC BY-NC: for evaluation only."""
    cells = [(row, column) for row in range(4) for column in range(4) if (row, column) != WALL_LEFT_OUT]
    crops = [(WALL, column * 320, row * 180, 320, 180) for row, column in cells]
    return [decoded(Path(folder), crop, rate) for crop in crops]


def decoded(folder, crop, rate):
    name, left, top, width, height = crop
    filters = f"fps={rate},crop={width}:{height}:{left}:{top},scale={WIDTH}:{HEIGHT}:flags=area"
    command = ["ffmpeg", "-v", "error", "-i", folder / f"{name}.mp4", "-vf", filters]
    command += ["-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    pixels = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(pixels, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)


def exposed(gain):
    """As a camera that lets in `gain` times the light, with the sensor's noise after a dark exposure was lifted."""

    def change(picture, random):
        light = (picture / 255.0) ** 2.2 * gain
        noise = random.normal(0, 0.012, light.shape)
        return 255 * np.clip((np.clip(light, 0, 1)) ** (1 / 2.2) + noise, 0, 1)

    return change


def smeared(across, down):
    """As a head that turns during the exposure, in pixels."""
    return lambda picture, _: ndimage.uniform_filter(picture.astype(np.float32), (max(down, 1), max(across, 1), 1))


def defocused(sigma):
    return lambda picture, _: ndimage.gaussian_filter(picture.astype(np.float32), (sigma, sigma, 0))


def handled(picture, random):
    """As an arm with a glove that comes in from below over about a fifth of the view."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    reach, foot = random.uniform(0.35, 0.75) * HEIGHT, random.uniform(0.1, 0.9) * WIDTH
    lean = random.uniform(-0.6, 0.6)
    centre = foot + lean * (HEIGHT - y)
    arm = (np.abs(x - centre) < random.uniform(22, 38)) & (y > HEIGHT - reach)
    colour = np.array(random.choice([(205, 150, 125), (120, 80, 60), (40, 60, 120), (190, 190, 60)]))
    shade = 0.75 + 0.25 * np.cos((x - centre) / 20)
    return np.where(arm[..., None], colour * shade[..., None], picture)


VARIANTS = {
    "clean": lambda picture, _: picture,
    "smear across": smeared(28, 1),
    "smear down": smeared(1, 18),
    "defocus": defocused(3.0),
    "very dark": exposed(0.08),
    "dark": exposed(0.16),
    "-1 stop": exposed(0.5),
    "-0.5 stop": exposed(0.7),
    "+0.5 stop": exposed(1.4),
    "+1 stop": exposed(2.0),
    "hand": handled,
}


def variants(clips, seed=0):
    """All pictures under every variant: variant, picture, rows, columns, channels."""
    random = np.random.default_rng(seed)
    pictures = np.concatenate(clips)
    looks = np.empty((len(VARIANTS), *pictures.shape), np.uint8)
    for look, change in zip(looks, VARIANTS.values()):
        for index, picture in enumerate(pictures):
            look[index] = np.clip(change(picture, random), 0, 255).round()
    return looks
