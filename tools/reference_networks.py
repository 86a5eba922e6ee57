"""The networks of tools/export_models.py, smallest first: those of torchvision by their names, the
others defined here after the papers named. Logits out, except where a paper's network ends otherwise.
"""
from dataclasses import dataclass, field
from typing import Callable

import torch
import torchvision.models as tv
from torch import nn

IMAGENET = {'mean': [0.485, 0.456, 0.406], 'std': [0.229, 0.224, 0.225]}


def imagenet_recipe(size, resize):
    return {'resize': resize, 'crop': size, 'channels': 'rgb', **IMAGENET}


@dataclass
class Spec:
    make: Callable[[], nn.Module]
    shape: tuple
    classes: int
    recipe: dict = field(default_factory=dict)
    batch: int = 8  # of the calibration
    auxiliary: int = 0  # heads that are outputs as well


def conv_bn(from_, to, kernel, stride=1, padding=0, groups=1):
    return [nn.Conv2d(from_, to, kernel, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(to)]


def mnist_dense(depth, width):
    """Fully connected nets on 28x28 digits: `depth` hidden layers of `width`."""
    layers = [nn.Flatten(), nn.Linear(784, width), nn.ReLU()]
    for _ in range(depth - 1):
        layers += [nn.Linear(width, width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 10))


def lenet5():
    """LeCun et al. 1998, with its tanh and average pooling, on 32x32."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


class CifarBlock(nn.Module):
    def __init__(self, from_, to, stride):
        super().__init__()
        self.body = nn.Sequential(*conv_bn(from_, to, 3, stride, 1), nn.ReLU(), *conv_bn(to, to, 3, 1, 1))
        self.stride, self.more = stride, to - from_

    def forward(self, x):
        # Option A of the paper: a shortcut without weights, its new channels zero.
        short = x if self.stride == 1 else x[:, :, ::self.stride, ::self.stride]
        if self.more:
            short = nn.functional.pad(short, (0, 0, 0, 0, self.more // 2, self.more - self.more // 2))
        return torch.relu(self.body(x) + short)


def cifar_resnet20():
    """He et al. 2015, section 4.2: 32x32, 16-32-64 channels, n = 3."""
    blocks = []
    for from_, to in ((16, 16), (16, 32), (32, 64)):
        blocks += [CifarBlock(from_ if i == 0 else to, to, 2 if i == 0 and to > 16 else 1) for i in range(3)]
    return nn.Sequential(*conv_bn(3, 16, 3, 1, 1), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1),
                         nn.Flatten(), nn.Linear(64, 10))


def alexnet_lrn():
    """Krizhevsky et al. 2012: the local response normalisation and groups that torchvision's lacks."""
    def lrn():
        return nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2)
    features = [
        nn.Conv2d(3, 96, 11, 4), nn.ReLU(), lrn(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), lrn(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2)]
    return nn.Sequential(*features, nn.Flatten(), nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(),
                         nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000))


def separable(from_, to):
    return [nn.Conv2d(from_, from_, 3, 1, 1, groups=from_, bias=False), *conv_bn(from_, to, 1)]


class XceptionBlock(nn.Module):
    def __init__(self, from_, to, repeats, stride=1, relu_first=True, grow_first=True):
        super().__init__()
        layers = []
        for i in range(repeats):
            a = from_ if i == 0 or not grow_first else to
            b = to if grow_first or i == repeats - 1 else from_
            layers += ([nn.ReLU()] if relu_first or i > 0 else []) + separable(a, b)
        if stride > 1:
            layers.append(nn.MaxPool2d(3, stride, 1))
        self.body = nn.Sequential(*layers)
        plain = from_ == to and stride == 1
        self.short = nn.Identity() if plain else nn.Sequential(*conv_bn(from_, to, 1, stride))

    def forward(self, x):
        return self.body(x) + self.short(x)


def xception():
    """Chollet 2017, 299x299."""
    entry = [XceptionBlock(64, 128, 2, 2, relu_first=False), XceptionBlock(128, 256, 2, 2), XceptionBlock(256, 728, 2, 2)]
    middle = [XceptionBlock(728, 728, 3) for _ in range(8)]
    return nn.Sequential(
        *conv_bn(3, 32, 3, 2), nn.ReLU(), *conv_bn(32, 64, 3), nn.ReLU(), *entry, *middle,
        XceptionBlock(728, 1024, 2, 2, grow_first=False), *separable(1024, 1536), nn.ReLU(),
        *separable(1536, 2048), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))


class Attention(nn.Module):
    """Written out, as PyTorch's own fused one has no export at this opset."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-2, -1) * self.scale, dim=-1)
        return self.out((weights @ v).transpose(1, 2).reshape(batch, tokens, width))


class VisionBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.before, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.mlp = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.before(x))
        return x + self.mlp(x)


class VisionTransformer(nn.Module):
    """Dosovitskiy et al. 2021; as it stands here, DeiT-tiny of Touvron et al. 2021: patches of 16, width 192,
    3 heads, 12 blocks."""

    def __init__(self, width=192, heads=3, depth=12):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 16, 16)
        self.token = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.position = nn.Parameter(torch.randn(1, 197, width) * 0.02)
        self.blocks = nn.Sequential(*[VisionBlock(width, heads) for _ in range(depth)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 1000)

    def forward(self, image):
        x = self.patches(image).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.position
        return self.head(self.norm(self.blocks(x))[:, 0])


class PaperHead(nn.Module):
    """GoogLeNet's auxiliary head as in Szegedy et al. 2014: torchvision's pools 14 to 4 adaptively,
    which has no ONNX form."""

    def __init__(self, head):
        super().__init__()
        self.layers = nn.Sequential(nn.AvgPool2d(5, 3), head.conv, nn.Flatten(), head.fc1, nn.ReLU(), head.dropout, head.fc2)

    def forward(self, x):
        return self.layers(x)


def googlenet_aux():
    model = tv.googlenet(weights=None, num_classes=1000, aux_logits=True, init_weights=True)
    model.aux1, model.aux2 = PaperHead(model.aux1), PaperHead(model.aux2)
    return model


def vision(name, size=224, resize=256, classes=1000, batch=8, auxiliary=0, **arguments):
    """A network of torchvision."""
    return Spec(lambda: getattr(tv, name)(weights=None, num_classes=classes, **arguments), (3, size, size), classes,
                imagenet_recipe(size, resize), batch, auxiliary)


GRAY = {'channels': 'gray', 'mean': [0.1307], 'std': [0.3081]}

# The eight networks of the study this project follows have heads of two classes.
SPECS = {
    **{f'mnist_dense_{depth}x{width}': Spec(lambda depth=depth, width=width: mnist_dense(depth, width),
                                            (1, 28, 28), 10, {'resize': 28, 'crop': 28, **GRAY})
       for depth in (1, 2, 4, 8) for width in (64, 128, 256)},
    'lenet5': Spec(lenet5, (1, 32, 32), 10, {'resize': 32, 'crop': 32, **GRAY}),
    'cifar_resnet20': Spec(cifar_resnet20, (3, 32, 32), 10, imagenet_recipe(32, 32)),
    'squeezenet1_1': vision('squeezenet1_1'),
    'mobilenet_v3_small': vision('mobilenet_v3_small', classes=2),
    'shufflenet_v2_x1_0': vision('shufflenet_v2_x1_0'),
    'mobilenet_v2': vision('mobilenet_v2'),
    'mnasnet1_0': vision('mnasnet1_0'),
    'regnet_x_400mf': vision('regnet_x_400mf'),
    'mobilenet_v3_large': vision('mobilenet_v3_large', classes=2),
    'vit_tiny': Spec(VisionTransformer, (3, 224, 224), 1000, imagenet_recipe(224, 256)),
    'densenet121': vision('densenet121', batch=4),
    'googlenet': vision('googlenet', aux_logits=False, init_weights=True),
    'googlenet_aux': Spec(googlenet_aux, (3, 224, 224), 1000, imagenet_recipe(224, 256), auxiliary=2),
    'resnet18': vision('resnet18', classes=2),
    'resnet34': vision('resnet34', classes=2),
    'resnext50_32x4d': vision('resnext50_32x4d'),
    'resnet50': vision('resnet50'),
    'xception': Spec(xception, (3, 299, 299), 1000, imagenet_recipe(299, 342), 4),
    'inception_v3': vision('inception_v3', 299, 342, classes=2, batch=4, aux_logits=False, init_weights=True),
    'inception_v3_aux': vision('inception_v3', 299, 342, classes=2, batch=4, auxiliary=1, aux_logits=True, init_weights=True),
    'convnext_tiny': vision('convnext_tiny', 224, 236),
    'efficientnet_v2_s': vision('efficientnet_v2_s', 384, 384, classes=2, batch=4),
    'efficientnet_v2_m': vision('efficientnet_v2_m', 480, 480, classes=2, batch=4),
    'efficientnet_v2_l': vision('efficientnet_v2_l', 480, 480, classes=2, batch=4),
    'vit_b_16': Spec(lambda: VisionTransformer(768, 12), (3, 224, 224), 1000, imagenet_recipe(224, 256)),
    'alexnet_lrn': Spec(alexnet_lrn, (3, 227, 227), 1000, imagenet_recipe(227, 256)),
    'alexnet': vision('alexnet'),
    'vgg16': vision('vgg16'),
}
