"""Pictures to train with: those of the data set, and drawings and photographs taken through the recipe.

The second kind is made from training pictures of the data set and from sketches.py, and kept in
build/garments/ until a file that makes them changes. The 10,000 test pictures are read by evaluate.py
only.
"""
import gzip
import hashlib
import multiprocessing
import pathlib

import numpy as np

import augment
import recipe
import sketches

FOLDER = pathlib.Path("/usr/share/datasets/fashion-mnist")
VALIDATION = 3000  # of the 60,000: the last ones
# How many figures of each kind.
COUNTS = {"data_photo": 7000, "data_outline": 4000, "data_filled": 1500, "sketch_outline": 10000,
          "sketch_filled": 2500, "sketch_photo": 6000}
CHUNK = 250


def read(part):
    """(pictures, labels) of 'train' or 't10k'."""
    if not FOLDER.exists():
        raise FileNotFoundError(f"{FOLDER}: install the Debian package dataset-fashion-mnist")
    with gzip.open(FOLDER / f"{part}-images-idx3-ubyte.gz") as file:
        pictures = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    with gzip.open(FOLDER / f"{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return pictures, labels.astype(np.int64)


def _picture(kind, label, pictures, rng):
    source, form = kind.split("_")
    if source == "sketch":
        parts = sketches.sketch(label, rng)
        if form == "outline":
            return augment.on_pad(augment.outline_of_sketch(parts, rng), rng)
        cover, tone = augment.from_sketch(parts, rng)
    else:
        cover, tone = augment.warp(augment.from_data(pictures[rng.integers(len(pictures))], rng), rng)
        if form == "outline":
            return augment.on_pad(augment.outline_of_data(cover, tone, rng), rng)
    if form == "filled":
        return augment.on_pad(cover if source == "data" else tone, rng)
    return augment.photograph(cover, tone, rng)


def _make_chunk(task):
    kind, part, count, seed = task
    pictures, labels = read("train")
    chosen = slice(0, -VALIDATION) if part == "train" else slice(-VALIDATION, None)
    pictures, labels = pictures[chosen], labels[chosen]
    by_label = [pictures[labels == label] for label in range(10)]
    rng = np.random.default_rng(seed)
    figures, truth = [], []
    while len(figures) < count:
        label = len(figures) % 10
        figure = recipe.RECIPE.prepare(_picture(kind, label, by_label[label], rng))
        if figure.any():
            figures.append(figure)
            truth.append(label)
    return np.stack(figures), np.array(truth)


def _generate(part, counts, seed, processes):
    tasks = []
    for number, (kind, count) in enumerate(counts.items()):
        for start in range(0, count, CHUNK):
            tasks.append((kind, part, min(CHUNK, count - start), [seed, number, start]))
    recipe.shared.build()
    with multiprocessing.Pool(processes) as pool:
        chunks = pool.map(_make_chunk, tasks, chunksize=1)
    return np.concatenate([c[0] for c in chunks]), np.concatenate([c[1] for c in chunks])


def _version():
    here = pathlib.Path(__file__).parent
    files = [here / f"{name}.py" for name in ("augment", "data", "recipe", "sketches")]
    files += sorted((here.parent / "training").glob("*.*")) + sorted((recipe.ROOT / "src/image").glob("*"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()[:16]


def split():
    """The data set's 60,000: (pictures, labels) to train with, and those for validation."""
    pictures, labels = read("train")
    return ((pictures[:-VALIDATION], labels[:-VALIDATION]), (pictures[-VALIDATION:], labels[-VALIDATION:]))


def load_made(processes=1):
    """What was made: (figures, labels) to train with, and those for validation."""
    recipe.BUILD.mkdir(parents=True, exist_ok=True)
    cache = recipe.BUILD / f"data-{_version()}.npz"
    if not cache.exists():
        made = _generate("train", COUNTS, 1, processes)
        held = _generate("validation", {kind: 250 for kind in COUNTS}, 2, processes)
        np.savez_compressed(cache, x=made[0], y=made[1], held_x=held[0], held_y=held[1])
    kept = np.load(cache)
    return (kept["x"], kept["y"]), (kept["held_x"], kept["held_y"])


if __name__ == "__main__":
    print("made", load_made()[0][0].shape)
