"""The network: a small plain CNN, and its way to ONNX and back.

28 x 28 -> 14 x 14 by stride, -> 7 x 7 -> 3 x 3 by max pooling, 24 to 96 channels, two depthwise
separable layers, about 3.5 million multiply-adds and 50 thousand weights. BatchNorm stays a node of
its own in the file: folding it is the runtime's work.
"""
import warnings

import numpy as np
import onnx
from onnx import numpy_helper
import torch
from torch import nn

import recipe


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


class WithSoftmax(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, image):
        return torch.softmax(self.net(image), 1)


def export(net, path, description, licence):
    """Writes the model with its recipe, labels and card in metadata_props."""
    model = WithSoftmax(net).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, torch.zeros(1, 1, 28, 28), str(path), opset_version=16,
                          input_names=["image"], output_names=["probabilities"],
                          do_constant_folding=False, keep_initializers_as_inputs=False,
                          training=torch.onnx.TrainingMode.PRESERVE)
    proto = onnx.load(str(path))
    proto.doc_string = proto.graph.doc_string = ""
    for node in proto.graph.node:
        node.doc_string = ""
    onnx.helper.set_model_props(proto, {
        "gossamer.recipe": recipe.TEXT,
        "gossamer.labels": "\n".join(str(d) for d in range(10)),
        "gossamer.name": "Digits",
        "gossamer.description": description,
        "gossamer.license": licence,
    })
    onnx.checker.check_model(proto)
    onnx.save(proto, str(path))


def restore(path):
    """The network with the weights of an exported file."""
    stored = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy())
              for t in onnx.load(str(path)).graph.initializer}
    model = WithSoftmax(DigitNet())
    wanted = model.state_dict()
    for name in wanted:
        if not name.endswith("num_batches_tracked"):
            wanted[name] = stored[name]
    model.load_state_dict(wanted)
    return model.net.eval()


@torch.no_grad()
def predict(net, figures, batch=512):
    """Probabilities for (n, 28, 28) uint8 figures."""
    net.eval()
    parts = []
    for start in range(0, len(figures), batch):
        x = torch.from_numpy(recipe.normalise(figures[start:start + batch]))[:, None]
        parts.append(torch.softmax(net(x), 1).numpy())
    return np.concatenate(parts)
