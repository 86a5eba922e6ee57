"""Measures garments.onnx on everything that training did not see and prints the tables of README.md.

    /usr/bin/python3 models/garments/evaluate.py [--write-heldout] [--program FILE] [--failures DIR]

--write-heldout makes the pictures of heldout/ and the samples. --program is the command line of this project:
it is given the 10,000 test pictures as files, and its answers are counted too.
"""
import argparse
import json
import pathlib
import subprocess

import numpy as np
from PIL import Image

import data
import network
import recipe
import scenes
from heldout_shapes import LABELS
from training import onnx_file, tables

HERE = pathlib.Path(__file__).parent
# Per class in heldout/, and in the larger sets that are only made here.
HELD_OUT = {"drawings": 3, "filled drawings": 2, "photographs": 4}
LARGER = {"drawings": 40, "filled drawings": 40, "photographs": 40}
# Of the test set, by number: one of each kind that looks little like the others.
SAMPLES = {"trouser": 2, "bag": 18, "ankle-boot": 0, "dress": 13, "sneaker": 9}


def write_heldout():
    for kind, count in HELD_OUT.items():
        rng = np.random.default_rng([21, len(kind)])
        for label in LABELS:
            folder = HERE / "heldout" / label
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(count):
                name = folder / f"{kind.replace(' ', '-')}-{number + 1}.png"
                if kind == "photographs":
                    picture = Image.fromarray(scenes.photograph(label, rng, 144, 108))
                    # Fewer colours make a small file; dithering is one noise more.
                    picture = picture.quantize(32, dither=Image.Dither.FLOYDSTEINBERG)
                else:
                    picture = Image.fromarray(scenes.KINDS[kind](label, rng)).quantize(4)
                picture.save(name, optimize=True)
    pictures, _ = data.read("t10k")
    for name, index in SAMPLES.items():
        Image.fromarray(pictures[index]).save(HERE / f"sample-{name}.png", optimize=True)


def read_heldout():
    files = sorted((HERE / "heldout").glob("*/*.png"))
    return ([np.asarray(Image.open(file).convert("RGB")) for file in files],
            np.array([LABELS.index(file.parent.name) for file in files]))


def count_right(program, model):
    """How many of the test pictures the command line names right. They are written to build/garments/test."""
    folder = recipe.BUILD / "test"
    folder.mkdir(parents=True, exist_ok=True)
    pictures, truth = data.read("t10k")
    files = [folder / f"{number:05d}.png" for number in range(len(pictures))]
    for file, picture in zip(files, pictures):
        Image.fromarray(picture).save(file)
    right = 0
    for start in range(0, len(files), 500):
        command = [program, "classify", model, *files[start:start + 500], "--top", "1", "--json"]
        images = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["images"]
        answers = [image["result"]["categories"][0]["index"] for image in images]
        right += int((np.array(answers) == truth[start:start + 500]).sum())
    return right


def make_set(kind, per_label, seed):
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(LABELS)), per_label)
    return [scenes.KINDS[kind](LABELS[i], rng) for i in truth], truth


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=pathlib.Path, default=HERE / "garments.onnx")
    parser.add_argument("--write-heldout", action="store_true")
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--failures", type=pathlib.Path)
    options = parser.parse_args()
    if options.write_heldout:
        write_heldout()
    net = onnx_file.restore(network.GarmentNet(), options.model)
    sets = {"Fashion-MNIST's test pictures": data.read("t10k"), "held-out pictures of heldout/": read_heldout()}
    for seed, (kind, per_label) in enumerate(LARGER.items()):
        sets[f"held-out {kind}"] = make_set(kind, per_label, [31, seed])
    for name, (pictures, truth) in sets.items():
        figures = np.stack([recipe.RECIPE.prepare(p) for p in pictures])
        probabilities = onnx_file.predict(net, recipe.RECIPE, figures)
        right = tables.print_result(name, probabilities, truth, LABELS)
        if options.failures and len(pictures) < 2000:
            options.failures.mkdir(parents=True, exist_ok=True)
            for i in np.flatnonzero(~right):
                stem = f"{name.split()[-1].strip('/')}-{LABELS[truth[i]]}-as-{LABELS[probabilities[i].argmax()]}-{i}"
                Image.fromarray(pictures[i]).save(options.failures / f"{stem}.png")
                Image.fromarray(figures[i]).resize((112, 112)).save(options.failures / f"{stem}-input.png")
    if options.program:
        print(f"\n{options.program}: {count_right(options.program, options.model)} of the test pictures")


if __name__ == "__main__":
    main()
