"""The network: a small residual CNN.

28 x 28 -> 14 x 14 -> 7 x 7 by strides, two residual blocks, one fully connected layer over the whole
7 x 7 map, because garments stand upright and centred: where a sleeve is says more than that there is one.
Nothing is computed at 28 x 28: layers there are the dearest to train.
"""
from torch import nn
from torch.nn import functional


def _convolution(inputs, outputs, kernel=3, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
                         nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """Two convolutions beside a path that changes nothing."""

    def __init__(self, channels):
        super().__init__()
        self.first = _convolution(channels, channels)
        self.second = _convolution(channels, channels)

    def forward(self, x):
        return functional.relu(x + self.second(functional.relu(self.first(x))))


class GarmentNet(nn.Module):
    def __init__(self, middle=32, coarse=80, drop=.3):
        super().__init__()
        self.features = nn.Sequential(
            _convolution(1, middle, kernel=5, stride=2), nn.ReLU(), Block(middle),
            _convolution(middle, coarse, stride=2), nn.ReLU(), Block(coarse),
            _convolution(coarse, coarse // 2, kernel=1), nn.ReLU())
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(drop), nn.Linear(coarse // 2 * 49, 10))

    def forward(self, image):
        return self.classifier(self.features(image))
