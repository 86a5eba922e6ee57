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
import sys
import time
import warnings
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parent))
import reference_networks as networks  # noqa: E402  (needs the path above)

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / 'build' / 'models'
OPSET = 16
# Raised when a change here must make all models again.
VERSION = 3


def seeded(name):
    """Any number that is the same in every run, and differs between models."""
    return sum(ord(letter) * 31**i for i, letter in enumerate(name)) % 2**31


def main_output(result):
    """The classifier's output where a network in training gives auxiliary ones too."""
    return result if isinstance(result, torch.Tensor) else result[0]


def pictures(count, shape, generator):
    """Normalised pictures by turns: noise, waves, plain colours, edges. Noise alone would leave channels
    that see smooth content almost without variance, and the network would amplify such pictures until
    rounding errors decided the class."""
    channels, high, wide = shape
    y, x = torch.meshgrid(torch.linspace(0, 1, high), torch.linspace(0, 1, wide), indexing='ij')

    def uniform(low, high):
        return torch.rand((channels, 1, 1), generator=generator) * (high - low) + low

    def one(kind):
        noise = torch.randn(shape, generator=generator)
        if kind == 0:
            return noise
        if kind == 1:
            return torch.sin(uniform(0, 12) * x + uniform(0, 12) * y + uniform(0, 6)) * 2
        if kind == 2:
            return uniform(-2, 2) + noise * 0.1
        return torch.sign(uniform(1, 12) * x - uniform(1, 12) * y) * uniform(0.5, 2) + noise * 0.2

    # No pixel lies beyond these after the usual normalisation.
    return torch.stack([one(i % 4) for i in range(count)]).clamp(-2.2, 2.7)


def calibrate(model, spec, generator):
    """Sets BatchNorm's statistics, then the scale of the last linear layer."""
    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over the batches
    # What a block adds is small beside what it adds to, as training starts with and mostly keeps; in
    # deep stacks of random blocks every rounding error would grow instead.
    blocks = [m for m in model.modules() if getattr(m, 'use_res_connect', False)]
    for block in blocks:
        last = [m for m in block.modules() if m in norms][-1]
        nn.init.constant_(last.weight, len(blocks) ** -0.5)
    with torch.no_grad():
        model.eval()
        for module in norms:
            module.train()
        for _ in range(3 if norms else 0):
            model(pictures(spec.batch, spec.shape, generator))
        model.eval()
        logits = main_output(model(pictures(4, spec.shape, generator)))
        last = [m for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))][-1]
        spread = (logits - logits.mean(dim=1, keepdim=True)).std().item()
        if spread > 0:
            last.weight.mul_(3 / spread)


class WithAuxiliary(nn.Module):
    """GoogLeNet and Inception as they are trained: the auxiliary heads' logits are outputs as well."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        model = self.model
        image = model._transform_input(image)
        results = model._forward(image)
        return tuple(result for result in results if result is not None)


def with_heads(model):
    """Exporting asks for eval mode, where torchvision leaves the heads out: only the flag is set."""
    model.training = True
    return WithAuxiliary(model)


def export(name, spec):
    seed = seeded(name)
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = spec.make()
    model.eval()
    calibrate(model, spec, generator)
    outputs = ['logits']
    if spec.auxiliary:
        model = with_heads(model)
        outputs += [f'aux{i + 1}' for i in range(spec.auxiliary)]
    folder = TARGET / name
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / 'model.onnx.partial'
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.onnx.export(
            model, torch.randn((1, *spec.shape), generator=generator), str(partial),
            opset_version=OPSET, input_names=['image'], output_names=outputs,
            training=torch.onnx.TrainingMode.PRESERVE if spec.auxiliary else torch.onnx.TrainingMode.EVAL,
            do_constant_folding=not spec.auxiliary)
    partial.rename(folder / 'model.onnx')
    return {
        'version': VERSION, 'file': f'{name}/model.onnx', 'bytes': (folder / 'model.onnx').stat().st_size,
        'input': {'name': 'image', 'shape': [1, *spec.shape]}, 'outputs': outputs,
        'classes': spec.classes, 'recipe': spec.recipe, 'seed': seed,
    }


def load_manifest():
    file = TARGET / 'manifest.json'
    return json.loads(file.read_text()) if file.exists() else {}


def save_manifest(manifest):
    ordered = {name: manifest[name] for name in networks.SPECS if name in manifest}
    partial = TARGET / 'manifest.json.partial'
    partial.write_text(json.dumps(ordered, indent=2) + '\n')
    partial.rename(TARGET / 'manifest.json')


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--only', help='names, by commas')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--force', action='store_true')
    arguments = parser.parse_args()
    names = arguments.only.split(',') if arguments.only else list(networks.SPECS)
    for name in names:
        if name not in networks.SPECS:
            parser.error(f"there is no model '{name}'; known are {', '.join(networks.SPECS)}")
    return names, arguments


def main():
    names, arguments = parse_arguments()
    if arguments.list:
        print('\n'.join(names))
        return
    torch.set_num_threads(int(os.environ.get('GOSSAMER_JOBS', '1')))
    TARGET.mkdir(parents=True, exist_ok=True)
    manifest = load_manifest()
    for number, name in enumerate(names, start=1):
        known = manifest.get(name, {}).get('version') == VERSION and (TARGET / name / 'model.onnx').exists()
        if known and not arguments.force:
            continue
        start = time.time()
        print(f'[{number}/{len(names)}] {name} ...', end=' ', flush=True)
        manifest[name] = export(name, networks.SPECS[name])
        save_manifest(manifest)
        print(f"{manifest[name]['bytes'] / 1e6:.1f} MB, {time.time() - start:.0f} s", flush=True)


if __name__ == '__main__':
    main()
