"""Trains garments.onnx. Run with Debian's Python: /usr/bin/python3 models/garments/train.py

Convolutions are computed in bfloat16, which halves the time where the processor has it; the weights and what
is written are float32. Needs dataset-fashion-mnist, python3-torch, python3-scipy, python3-pil, python3-onnx and a C++ compiler.
After four epochs of the data set alone, each batch mixes its pictures with drawings and photographs
(data.py). What is kept is a moving average of the weights after the last epoch: nothing is chosen by the
test pictures, and the validation pictures are only looked at.
"""
import argparse
import copy
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional

import data
import network
import recipe
from training import onnx_file

HERE = pathlib.Path(__file__).parent
LABELS = (HERE / "labels.txt").read_text().splitlines()
CARD = {
    "name": "Garments",
    "description": "Names one garment, photographed before something plain or drawn: ten classes of "
                   "clothes, shoes and bags. Trained on Fashion-MNIST (Zalando) and on drawn sketches.",
    "license": "Apache-2.0; training data Fashion-MNIST: MIT, Copyright 2017 Zalando SE",
}
OWN_SHARE = .3  # of a batch: drawings and photographs
# Shoes, bags and trousers are learnt soon: an epoch sees this share of them, and all of the others.
EASY, EASY_SHARE = [1, 5, 7, 8, 9], .4
ALONE = 4  # epochs in which there are only pictures of the data set


def shake(images, generator, strength):
    """Mirrored, moved, a little larger or smaller; a rectangle hidden in some. 0..1 in, 0..1 out.
    `strength` is 1 for pictures of the data set, less for those that were bent before."""
    n = len(images)
    mirror = (torch.rand(n, generator=generator) < .5) * -2.0 + 1
    scale = torch.exp(torch.randn(n, 2, generator=generator) * .04)
    shift = (torch.rand(n, 2, generator=generator) - .5) * (4 / 28)
    zero = torch.zeros(n)
    theta = torch.stack([torch.stack([mirror * scale[:, 0], zero, shift[:, 0]], 1),
                         torch.stack([zero, scale[:, 1], shift[:, 1]], 1)], 1)
    # Half of them stay sharp: whole pixels, or not moved at all.
    still = torch.rand(n, generator=generator) < .5
    whole = torch.round(shift * 14) / 14
    theta[still, :, 2] = whole[still]
    theta[still, 0, 0], theta[still, 1, 1] = mirror[still], 1.0
    grid = functional.affine_grid(theta, images.shape, align_corners=False)
    images = functional.grid_sample(images, grid, align_corners=False).clamp(0, 1)
    brightness = torch.exp(torch.randn(n, 1, 1, 1, generator=generator) * .1 * strength)
    images = (images * brightness).clamp(0, 1)
    for i in torch.nonzero(torch.rand(n, generator=generator) < .3 * strength).flatten().tolist():
        high, wide = torch.randint(3, 11, (2,), generator=generator).tolist()
        top, left = torch.randint(0, 26, (2,), generator=generator).tolist()
        images[i, 0, top:top + high, left:left + wide] = torch.rand(1, generator=generator)
    return images


class Average:
    """A moving average of a network's weights and statistics."""

    def __init__(self, net, decay):
        self.net, self.decay, self.steps = copy.deepcopy(net), decay, 0

    @torch.no_grad()
    def update(self, net):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for kept, now in zip(self.net.state_dict().values(), net.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.lerp_(now, 1 - decay)
            else:
                kept.copy_(now)


def scores(net, validation):
    return {name: float(np.mean(onnx_file.predict(net, recipe.RECIPE, x).argmax(1) == y))
            for name, (x, y) in validation.items()}


def rate_at(epoch, epochs, highest):
    """The learning rate, at a fraction of an epoch too: up, level, then down to nothing."""
    return highest * min(epoch / .56 + .05, 1, (1 - epoch / epochs) / .35)


class Training:
    """A network on its way, which can be written down after an epoch and taken up again."""

    def __init__(self, rate):
        torch.manual_seed(0)
        self.generator = torch.Generator().manual_seed(0)
        # Channels last is a third faster to train.
        self.net = network.GarmentNet().to(memory_format=torch.channels_last)
        self.average = Average(self.net, .998)
        self.rate, self.epoch = rate, 0
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=rate, weight_decay=.02)

    def run_epoch(self, epochs, batch, pictures, labels, made, made_labels):
        """Returns the mean loss. Batches are of the data set alone where there is nothing made."""
        own = 0 if made is None else round(batch * OWN_SHARE)
        rest = batch - own
        order = torch.randperm(len(pictures), generator=self.generator)
        easy = torch.isin(labels[order], torch.tensor(EASY))
        order = order[~easy | (torch.rand(len(order), generator=self.generator) < EASY_SHARE)]
        steps = len(order) // rest
        self.net.train()
        total = 0.0
        for step in range(steps):
            self.optimiser.param_groups[0]["lr"] = rate_at(self.epoch + step / steps, epochs, self.rate)
            chosen = order[step * rest:(step + 1) * rest]
            x, y = shake(pictures[chosen].float() / 255, self.generator, 1), labels[chosen]
            if own:
                others = torch.randint(len(made), (own,), generator=self.generator)
                x = torch.cat([x, shake(made[others].float() / 255, self.generator, .5)])
                y = torch.cat([y, made_labels[others]])
            x = ((x - recipe.RECIPE.mean) / recipe.RECIPE.std).contiguous(memory_format=torch.channels_last)
            with torch.cpu.amp.autocast(dtype=torch.bfloat16):
                logits = self.net(x)
            loss = functional.cross_entropy(logits.float(), y, label_smoothing=.05)
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
            self.average.update(self.net)
            total += loss.item()
        self.epoch += 1
        return total / steps

    def save(self, path):
        torch.save({"net": self.net.state_dict(), "average": self.average.net.state_dict(),
                    "steps": self.average.steps, "optimiser": self.optimiser.state_dict(),
                    "generator": self.generator.get_state(), "torch": torch.get_rng_state(),
                    "epoch": self.epoch}, path)

    def load(self, path):
        kept = torch.load(path)
        self.net.load_state_dict(kept["net"])
        self.average.net.load_state_dict(kept["average"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.generator.set_state(kept["generator"])
        torch.set_rng_state(kept["torch"])
        self.average.steps, self.epoch = kept["steps"], kept["epoch"]


def train(options, log):
    torch.set_num_threads(1)
    training = Training(options.rate)
    checkpoint = recipe.BUILD / "checkpoint.pt"
    recipe.BUILD.mkdir(parents=True, exist_ok=True)
    if options.resume:
        training.load(checkpoint)
    (pictures, labels), (seen, known) = data.split()
    pictures, labels = torch.from_numpy(pictures.copy())[:, None], torch.from_numpy(labels)
    validation, made, made_labels = {"data": (seen, known)}, None, None
    while training.epoch < options.epochs:
        if training.epoch >= ALONE and made is None:
            (made, made_labels), validation["made"] = data.load_made()
            made, made_labels = torch.from_numpy(made)[:, None], torch.from_numpy(made_labels)
        start = time.time()
        loss = training.run_epoch(options.epochs, options.batch, pictures, labels, made, made_labels)
        measured = ", ".join(f"{k} {v:.4f}" for k, v in scores(training.average.net, validation).items())
        log(f"epoch {training.epoch}/{options.epochs}: loss {loss:.4f}, {measured}, {time.time() - start:.0f} s, "
            f"{time.process_time():.0f} s of processor time so far")
        training.save(checkpoint)
    return training.average.net


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=36)
    parser.add_argument("--batch", type=int, default=192)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--resume", action="store_true", help="go on after the last whole epoch")
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "garments.onnx")
    options = parser.parse_args()
    net = train(options, lambda line: print(line, flush=True))
    onnx_file.export(net, options.output, recipe.RECIPE, LABELS, CARD)
    print(f"{options.output}: {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
