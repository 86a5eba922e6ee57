"""Trains digits.onnx. Run with Debian's Python: /usr/bin/python3 models/digits/train.py

Needs python3-torch, python3-sklearn, python3-scipy, python3-pil, python3-onnx, a C++ compiler and
the packages of fonts.py. About 6 minutes on one core, after 6 for making the pictures. The epoch that
is kept is chosen on the validation parts; the held-out parts are only read by evaluate.py.
"""
import argparse
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional

import data
import network
import recipe

HERE = pathlib.Path(__file__).parent
DESCRIPTION = ("Reads one handwritten, printed or drawn digit, dark on light or light on dark. "
               "Trained on scikit-learn's digits, rendered fonts and drawn strokes.")


def shake(images, generator):
    """Small shifts, turns and scalings of a batch of normalised images, and other gammas."""
    n = len(images)
    angle = torch.randn(n, generator=generator) * .06
    scale = torch.exp(torch.randn(n, 2, generator=generator) * .05)
    shift = torch.randn(n, 2, generator=generator) * (1.0 / 14)
    cos, sin = torch.cos(angle), torch.sin(angle)
    theta = torch.stack([torch.stack([cos * scale[:, 0], -sin, shift[:, 0]], 1),
                         torch.stack([sin, cos * scale[:, 1], shift[:, 1]], 1)], 1)
    grid = functional.affine_grid(theta, images.shape, align_corners=False)
    background = -recipe.MEAN / recipe.STD
    ink = (images - background) * (recipe.STD)  # 0..1
    ink = functional.grid_sample(ink, grid, align_corners=False).clamp(0, 1)
    gamma = torch.exp(torch.randn(n, 1, 1, 1, generator=generator) * .25)
    return (ink ** gamma) / recipe.STD + background


def train(epochs, batch, rate, log, keep):
    """Calls keep(net) after each epoch that is the best so far on the validation parts."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    (figures, labels), validation = data.load()
    labels = torch.from_numpy(labels)
    # Channels last is a third faster to train.
    net = network.DigitNet().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-3)
    steps = epochs * (len(figures) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps, pct_start=.15)
    best = -1.0
    for epoch in range(epochs):
        start, total = time.time(), 0.0
        net.train()
        order = torch.randperm(len(figures), generator=generator)
        for i in range(0, len(order) - batch + 1, batch):
            chosen = order[i:i + batch]
            x = torch.from_numpy(recipe.normalise(figures[chosen.numpy()]))[:, None]
            logits = net(shake(x, generator).contiguous(memory_format=torch.channels_last))
            loss = functional.cross_entropy(logits, labels[chosen], label_smoothing=.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * batch
        scores = {name: float(np.mean(network.predict(net, x).argmax(1) == y))
                  for name, (x, y) in validation.items()}
        log(f"epoch {epoch + 1}/{epochs}: loss {total / len(order):.4f}, "
            + ", ".join(f"{k} {v:.4f}" for k, v in scores.items())
            + f", {time.time() - start:.0f} s")
        # Later epochs win ties: their learning rate is lower.
        if sum(scores.values()) >= best:
            best = sum(scores.values())
            keep(net)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "digits.onnx")
    options = parser.parse_args()
    train(options.epochs, options.batch, options.rate, lambda line: print(line, flush=True),
          lambda net: network.export(net, options.output, DESCRIPTION, "Apache-2.0"))
    print(f"{options.output}: {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
