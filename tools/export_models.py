#!/usr/bin/python3
"""Writes the reference models that the tests and benchmarks measure to build/models/NAME/model.onnx.

They are the networks of published studies with seeded random weights, exported by PyTorch at opset
16. BatchNorm's statistics come from a few batches of made-up pictures, and logits are
scaled to a spread of about 3, so that values stay in the range that trained networks have and
classes differ. Nothing is downloaded. Debian: python3-torch, python3-torchvision; run with /usr/bin/python3.

  tools/export_models.py                 what is missing or was made by another version of its recipe
  tools/export_models.py --only a,b      these; --list names all, smallest first
  tools/export_models.py --force         also what is there

build/models/manifest.json states for each model its file, classes, input, and preprocessing.
"""
import argparse
import json
import os
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / 'build' / 'models'
# Raised when a change here or in reference_export.py must make all models again.
VERSION = 3


def load_manifest():
    file = TARGET / 'manifest.json'
    return json.loads(file.read_text()) if file.exists() else {}


def save_manifest(manifest, order):
    ordered = {name: manifest[name] for name in order if name in manifest}
    partial = TARGET / 'manifest.json.partial'
    partial.write_text(json.dumps(ordered, indent=2) + '\n')
    partial.rename(TARGET / 'manifest.json')


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--only', help='names, by commas')
    parser.add_argument('--list', action='store_true', help='print all names, smallest first')
    parser.add_argument('--force', action='store_true', help='also what is there')
    return parser, parser.parse_args()


def main():
    parser, arguments = parse_arguments()
    # Only now: torch takes seconds to load, and may be missing where only help is wanted.
    from reference_networks import SPECS
    names = arguments.only.split(',') if arguments.only else list(SPECS)
    for name in names:
        if name not in SPECS:
            parser.error(f"there is no model '{name}'; known are {', '.join(SPECS)}")
    if arguments.list:
        print('\n'.join(names))
        return
    import torch
    from reference_export import export
    torch.set_num_threads(int(os.environ.get('GOSSAMER_JOBS', '1')))
    TARGET.mkdir(parents=True, exist_ok=True)
    manifest = load_manifest()
    for number, name in enumerate(names, start=1):
        known = manifest.get(name, {}).get('version') == VERSION and (TARGET / name / 'model.onnx').exists()
        if known and not arguments.force:
            continue
        start = time.time()
        print(f'[{number}/{len(names)}] {name} ...', end=' ', flush=True)
        manifest[name] = {'version': VERSION, **export(name, SPECS[name], TARGET)}
        save_manifest(manifest, SPECS)
        print(f"{manifest[name]['bytes'] / 1e6:.1f} MB, {time.time() - start:.0f} s", flush=True)


if __name__ == '__main__':
    main()
