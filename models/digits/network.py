"""The network: a small plain CNN, and its way to ONNX and back.

28 x 28 -> 14 x 14 by stride, -> 7 x 7 -> 3 x 3 by max pooling, 24 to 96 channels, two depthwise
separable layers, about 3.5 million multiply-adds and 50 thousand weights. BatchNorm stays a node of
its own in the file: folding it is the runtime's work.
"""
from torch import nn

import recipe
from training import onnx_file


def _layer(inputs, outputs, kernel, groups=1, stride=1):
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs), nn.ReLU()]


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *_layer(1, 24, 5, stride=2),
            *_layer(24, 32, 3), *_layer(32, 32, 3, groups=32), *_layer(32, 48, 1), nn.MaxPool2d(2),
            *_layer(48, 64, 3), *_layer(64, 64, 3, groups=64), *_layer(64, 96, 1), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(.3), nn.Linear(96 * 9, 10))

    def forward(self, image):
        return self.classifier(self.features(image))


def export(net, path, description, licence):
    """Writes the model with its recipe, labels and card in metadata_props."""
    onnx_file.export(net, path, recipe.RECIPE, [str(d) for d in range(10)],
                     {"name": "Digits", "description": description, "license": licence})


def restore(path):
    """The network with the weights of an exported file."""
    return onnx_file.restore(DigitNet(), path)


def predict(net, figures):
    """Probabilities for (n, 28, 28) uint8 figures."""
    return onnx_file.predict(net, recipe.RECIPE, figures)
