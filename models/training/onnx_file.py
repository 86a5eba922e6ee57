"""A trained PyTorch network's way into an .onnx file and back.

The file carries softmax, the recipe, the labels and the card in metadata_props, so that page, library
and command line need nothing else. BatchNorm stays a node of its own: folding it is the runtime's work.
"""
import warnings

import numpy as np
import onnx
from onnx import numpy_helper
import torch
from torch import nn


class WithSoftmax(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, image):
        return torch.softmax(self.net(image), 1)


def export(net, path, recipe, labels, card):
    """Writes the model. `card` has name, description and license."""
    model = WithSoftmax(net).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, torch.zeros(1, 1, recipe.side, recipe.side), str(path), opset_version=16,
                          input_names=["image"], output_names=["probabilities"],
                          do_constant_folding=False, keep_initializers_as_inputs=False,
                          training=torch.onnx.TrainingMode.PRESERVE)
    proto = onnx.load(str(path))
    proto.doc_string = proto.graph.doc_string = ""
    for node in proto.graph.node:
        node.doc_string = ""
    onnx.helper.set_model_props(proto, {
        "gossamer.recipe": recipe.text,
        "gossamer.labels": "\n".join(labels),
        **{f"gossamer.{key}": value for key, value in card.items()},
    })
    onnx.checker.check_model(proto)
    onnx.save(proto, str(path))


def restore(net, path):
    """Fills the network with the weights of an exported file."""
    stored = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy())
              for t in onnx.load(str(path)).graph.initializer}
    model = WithSoftmax(net)
    wanted = model.state_dict()
    for name in wanted:
        if not name.endswith("num_batches_tracked"):
            wanted[name] = stored[name]
    model.load_state_dict(wanted)
    return model.net.eval()


@torch.no_grad()
def predict(net, recipe, figures, batch=512):
    """Probabilities for (n, side, side) uint8 figures."""
    net.eval()
    parts = []
    for start in range(0, len(figures), batch):
        x = torch.from_numpy(recipe.normalise(figures[start:start + batch]))[:, None]
        parts.append(torch.softmax(net(x), 1).numpy())
    return np.concatenate(parts)
