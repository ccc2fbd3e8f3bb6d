#!/usr/bin/env bash
# zennit 1.0.0: after an attribution, training no longer changes the layers that had a rule, and nothing says so.
# A rule computes with modified parameters (ParamMod). Version 0.5.1 put the module's own Parameter back afterwards. Version 1.0.0
# puts them in and takes them out by load_state_dict(..., assign=True) with plain tensors, and PyTorch makes a new Parameter of each. The values
# are the same, but the optimizer holds the old objects: gradients go to the new ones, and the optimizer steps over nothing. Who looks at
# attributions once per epoch trains one epoch.
# Where a batch normalisation was merged (SequentialMergeBatchNorm), the same leaves the merged weights behind: module.weight is the old one
# again, as an attribute that hides it, but state_dict() has the merged weight, a bias that the layer never had, and the normalisation
# unmerged. Saved and loaded, that is another network.
#
# Seen with zennit 1.0.0 (0.5.1 does neither), torch 2.15.0, torchvision 0.29.2, Python 3.11. zennit 1.0.0 asks for Python 3.11.11; what is
# seen here does not depend on it.
# usage: findings/zennit_training_stops.sh [PYTHON]    PYTHON: one that has torch and torchvision; without it they are installed
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${1:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python=$work/venv/bin/python
  "$python" -m pip install --quiet torch==2.15.0 torchvision==0.29.2 click pillow
fi
for version in 0.5.1 1.0.0; do
  "$python" -m pip install --quiet --no-deps --ignore-requires-python --target "$work/$version" "zennit==$version"
done
cat >"$work/seen.py" <<'PYTHON'
import sys
from importlib.metadata import distributions

import torch
from zennit.attribution import Gradient
from zennit.canonizers import SequentialMergeBatchNorm
from zennit.composites import EpsilonPlus

version = next(d.version for d in distributions(path=[sys.path[1]]) if d.metadata["Name"] == "zennit")


def attribute(network, x, **options):
    with Gradient(network, EpsilonPlus(**options)) as attributor:
        attributor(x, torch.eye(3)[:1].expand(len(x), 3))


def trained():
    """How far a training step moves the first layer, before and after an attribution."""
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(8, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    x = torch.rand(4, 8)

    def step():
        before = network[0].weight.detach().clone()
        optimizer.zero_grad()
        network(x).square().sum().backward()
        optimizer.step()
        return float((network[0].weight.detach() - before).abs().max())

    first = step()
    attribute(network, x)
    return first, step()


def saved():
    """How far apart a network and its saved and loaded copy are after an attribution, and which keys are new."""
    def make():
        network = torch.nn.Sequential(
            torch.nn.Conv2d(1, 8, 3, bias=False), torch.nn.BatchNorm2d(8), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8 * 16, 3))
        return network.eval()

    torch.manual_seed(1)
    network = make()
    torch.nn.init.uniform_(network[1].running_var, 0.2, 0.5)
    torch.nn.init.uniform_(network[1].weight, 0.5, 2)
    torch.nn.init.uniform_(network[1].bias, 0, 1)
    x = torch.rand(4, 1, 6, 6)
    output, keys = network(x).detach(), set(network.state_dict())
    attribute(network, x, canonizers=[SequentialMergeBatchNorm()])
    assert torch.allclose(network(x), output, atol=1e-5), "the network itself is as it was"
    copy = make()
    copy.load_state_dict({key: value for key, value in network.state_dict().items() if key in keys})
    return float((copy(x).detach() - output).abs().max()), sorted(set(network.state_dict()) - keys)


(first, second), (apart, new) = trained(), saved()
print(f"zennit {version} | a training step moves weights by {first:.4f}, after an attribution by {second:.4f} | saved and loaded, outputs differ by "
      f"{apart:.4f} | new keys: {new}")
if version == "1.0.0":
    assert first > 1e-3 and second == 0
    assert apart > 0.1 and new == ["0.bias"]
else:
    assert first > 1e-3 and second > 1e-3
    assert apart < 1e-5 and new == []
PYTHON
for version in 0.5.1 1.0.0; do PYTHONPATH="$work/$version" "$python" "$work/seen.py"; done
echo "as it was seen"
