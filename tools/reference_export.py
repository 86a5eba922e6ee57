"""Makes a reference model for tools/export_models.py: the network with seeded random weights, calibrated so
that it behaves as a trained one, and written by PyTorch. Debian: python3-torch, python3-torchvision.
"""
import warnings

import torch
from torch import nn

OPSET = 16


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


def export(name, spec, target):
    """Writes target/NAME/model.onnx; gives its entry of the manifest."""
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
    folder = target / name
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
        'file': f'{name}/model.onnx', 'bytes': (folder / 'model.onnx').stat().st_size,
        'input': {'name': 'image', 'shape': [1, *spec.shape]}, 'outputs': outputs,
        'classes': spec.classes, 'recipe': spec.recipe, 'seed': seed,
    }
