"""save_checkpoints.py WEIGHTS.safetensors

Saves the weights as PyTorch checkpoints in the ways that training programs do, and prints the names of the files.
"""

import collections
import sys

import torch
from safetensors.torch import load_file

weights = load_file(sys.argv[1])
counted = {**weights, "encoder.bn1.num_batches_tracked": torch.tensor(7)}


def transposed(tensor):
    """The same numbers, stored in another order."""
    return tensor.transpose(0, -1).contiguous().transpose(0, -1)


checkpoints = {
    "plain.pt": counted,
    "ordered.pth": collections.OrderedDict(counted),
    "lightning.pt": {"epoch": 3, "lr": 1e-3, "state_dict": {f"model.{name}": tensor for name, tensor in counted.items()}, "callbacks": [None, True, (1, -2)]},
    "parallel.pt": {"model_state_dict": {f"module.{name}": tensor for name, tensor in weights.items()}, "optimizer": {"state": {}, "groups": ["a"]}},
    "parameters.pt": {name: torch.nn.Parameter(tensor) for name, tensor in weights.items()},
    "strided.pt": {name: transposed(tensor) for name, tensor in weights.items()},
    "half.pt": {name: tensor.half() for name, tensor in weights.items()},
    "double.pt": {name: tensor.double() for name, tensor in weights.items()},
    "views.pt": {name: torch.cat([tensor.flatten(), tensor.flatten()])[tensor.numel() :].view(tensor.shape) for name, tensor in weights.items()},
}
for name, content in checkpoints.items():
    torch.save(content, name)
    print(name)
