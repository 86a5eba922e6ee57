"""Training and validation pictures, taken through the recipe. Run by train.py; results are kept in
build/digits/ and made again when a file here changes.

Sources: scikit-learn's digits (their training part only), digits rendered from fonts (families that
are not held out), skeletons drawn with a pen.
"""
import hashlib
import multiprocessing
import pathlib

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import augment
import fonts
import recipe
import strokes
from training import pen

SIZE = 112
SPLIT_SEED = 20240917
# Figures per source in the training set.
COUNTS = {"coarse": 9000, "handwriting": 20000, "hand_fonts": 14000, "print_fonts": 11000,
          "strokes": 24000, "coarse_other": 5000}
CHUNK = 500


def split_digits():
    """Indices of (train, validation, held out): 63 %, 12 %, 25 % of each class."""
    labels = load_digits().target
    rest, held_out = train_test_split(np.arange(len(labels)), test_size=.25,
                                      random_state=SPLIT_SEED, stratify=labels)
    train, validation = train_test_split(rest, test_size=.16, random_state=SPLIT_SEED,
                                         stratify=labels[rest])
    return np.sort(train), np.sort(validation), np.sort(held_out)


def _smooth_handwriting(counts, rng):
    """8 x 8 counts enlarged to ink; half of them sharpened into strokes."""
    large = Image.fromarray((counts / 16).astype(np.float32)).resize((72, 72), Image.Resampling.BICUBIC)
    ink = np.zeros((SIZE, SIZE), np.float32)
    ink[20:92, 20:92] = np.clip(np.asarray(large), 0, 1)
    if rng.random() < .6:
        cut, edge = rng.uniform(.3, .55), rng.uniform(.04, .15)
        ink = np.clip((ink - cut) / edge + .5, 0, 1)
    return ink


def _font_ink(names, digit, rng):
    return fonts.render(names[rng.integers(len(names))], digit, SIZE, rng.uniform(48, 84))


def _stroke_ink(digit, rng):
    styles = strokes.STYLES[digit]
    bent = strokes.bend(styles[rng.integers(len(styles))], rng, rng.uniform(.01, .06),
                        rng.choice([0, 0, .008]))
    extent = rng.uniform(48, 88)
    return pen.draw(bent, SIZE, extent, extent * rng.uniform(.025, .17), rng)


def _picture(source, digit, handwriting, rng):
    """One picture, or None when nothing of the digit is left."""
    if source in ("coarse", "handwriting"):
        images = handwriting[digit]
        counts = images[rng.integers(len(images))]
        if source == "coarse":
            noisy = counts + rng.normal(0, .4, counts.shape) * (counts > 0)
            return augment.frame_coarse(counts if rng.random() < .4 else noisy)
        return augment.to_picture(
            augment.change_pen(augment.warp(_smooth_handwriting(counts, rng), rng, .8), rng), rng)
    if source == "hand_fonts":
        ink = augment.change_pen(_font_ink(fonts.HAND, digit, rng), rng)
        return augment.to_picture(augment.warp(ink, rng), rng)
    if source == "print_fonts":
        ink = augment.change_pen(_font_ink(fonts.PRINT, digit, rng), rng, 3, 5)
        return augment.to_picture(augment.warp(ink, rng, .8), rng)
    if source == "strokes":
        return augment.to_picture(augment.warp(_stroke_ink(digit, rng), rng, .5), rng)
    ink = _stroke_ink(digit, rng) if rng.random() < .5 else _font_ink(fonts.HAND, digit, rng)
    return augment.to_coarse(augment.warp(ink, rng, .7), rng)


def _make_chunk(task):
    source, part, count, seed = task
    train, validation, _ = split_digits()
    digits = load_digits()
    chosen = train if part == "train" else validation
    handwriting = {d: digits.images[chosen[digits.target[chosen] == d]] for d in range(10)}
    rng = np.random.default_rng(seed)
    figures, labels = [], []
    while len(figures) < count:
        digit = len(figures) % 10
        picture = _picture(source, digit, handwriting, rng)
        figure = None if picture is None else recipe.foreground(picture)
        if figure is not None and figure.any():
            figures.append(figure)
            labels.append(digit)
    return np.stack(figures), np.array(labels)


def _generate(part, counts, seed, processes):
    tasks = []
    for number, (source, count) in enumerate(counts.items()):
        for start in range(0, count, CHUNK):
            tasks.append((source, part, min(CHUNK, count - start), [seed, number, start]))
    recipe.build()
    with multiprocessing.Pool(processes) as pool:
        chunks = pool.map(_make_chunk, tasks, chunksize=1)
    return np.concatenate([c[0] for c in chunks]), np.concatenate([c[1] for c in chunks])


def _version():
    here = pathlib.Path(__file__).parent
    files = [here / f"{n}.py" for n in ("augment", "data", "fonts", "recipe", "strokes")]
    files += sorted((recipe.ROOT / "models/training").glob("*.*"))
    files += sorted((recipe.ROOT / "src/image").glob("*"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()[:16]


def load(processes=2):
    """(figures, labels) for training and for validation, the latter also by source."""
    cache = recipe.BUILD / f"data-{_version()}.npz"
    if not cache.exists():
        train = _generate("train", COUNTS, 1, processes)
        small = {"hand_fonts": 1000, "print_fonts": 500, "strokes": 1500, "handwriting": 1000}
        synthetic = _generate("validation", small, 2, processes)
        np.savez_compressed(cache, train_x=train[0], train_y=train[1], synthetic_x=synthetic[0],
                            synthetic_y=synthetic[1])
    kept = np.load(cache)
    digits = load_digits()
    _, validation, _ = split_digits()
    real = recipe.foreground(np.stack([augment.frame_coarse(digits.images[i]) for i in validation]))
    return ((kept["train_x"], kept["train_y"]),
            {"scikit-learn": (real, digits.target[validation]),
             "synthetic": (kept["synthetic_x"], kept["synthetic_y"])})


if __name__ == "__main__":
    (x, y), validation = load()
    print("training figures", x.shape, "validation", {k: v[0].shape for k, v in validation.items()})
