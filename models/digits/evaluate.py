"""Measures digits.onnx on everything that training did not see and prints the tables of README.md.

    /usr/bin/python3 models/digits/evaluate.py [--write-heldout] [--failures DIR]

The scikit-learn digits are read from heldout/<label>/<n>.png, which --write-heldout makes from the
split of data.py.
"""
import argparse
import pathlib

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

import augment
import data
import network
import recipe
import scenes
from training import tables

HERE = pathlib.Path(__file__).parent


def write_heldout(folder):
    digits = load_digits()
    _, _, held_out = data.split_digits()
    for index in held_out:
        target = folder / str(digits.target[index])
        target.mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(augment.frame_coarse(digits.images[index]))
        picture.save(target / f"{index:04d}.png", optimize=True)


def read_heldout(folder):
    pairs = [(np.asarray(Image.open(p)), int(p.parent.name)) for p in sorted(folder.glob("*/*.png"))]
    return [p for p, _ in pairs], np.array([label for _, label in pairs])


def make_set(picture, per_digit, seed):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(10), per_digit)
    return [picture(int(d), rng) for d in labels], labels


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=pathlib.Path, default=HERE / "digits.onnx")
    parser.add_argument("--write-heldout", action="store_true")
    parser.add_argument("--failures", type=pathlib.Path)
    options = parser.parse_args()
    if options.write_heldout:
        write_heldout(HERE / "heldout")
    net = network.restore(options.model)
    sets = {
        "scikit-learn digits, held out": read_heldout(HERE / "heldout"),
        "held-out font families": make_set(scenes.held_out_font, 64, 11),
        "drawn on a 280 x 280 pad": make_set(scenes.pad, 100, 12),
        "webcam frames 640 x 480": make_set(scenes.frame, 100, 13),
    }
    for name, (pictures, labels) in sets.items():
        figures = np.stack([recipe.foreground(p) for p in pictures])
        probabilities = network.predict(net, figures)
        predicted = probabilities.argmax(1)
        right = tables.print_result(name, probabilities, labels, [str(d) for d in range(10)])
        if options.failures:
            options.failures.mkdir(parents=True, exist_ok=True)
            for i in np.flatnonzero(~right):
                stem = f"{name.split()[0]}-{labels[i]}-as-{predicted[i]}-{i}"
                Image.fromarray(pictures[i]).save(options.failures / f"{stem}.png")
                Image.fromarray(figures[i]).resize((112, 112)).save(options.failures / f"{stem}-input.png")


if __name__ == "__main__":
    main()
