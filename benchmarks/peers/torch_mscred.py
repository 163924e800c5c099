"""Training of MSCRED in PyTorch, for comparison: steps of 8 consecutive frames by Adam, one thread.

Reads one JSON request a line, answers with seconds of CPU of the steps:
{"mode":"predictive","series":30,"scales":3,"steps":5,"widths":[8,16,32,64],"rounds":3}
"""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
CHUNK = 8
KERNELS = [3, 3, 2, 2]
STRIDES = [1, 2, 2, 2]


def same(size, kernel, stride):
    total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return total // 2, total - total // 2


class Mscred(nn.Module):
    def __init__(self, r):
        super().__init__()
        self.published = r["mode"] == "published"
        self.steps = r["steps"]
        widths = r["widths"]
        into = [r["scales"]] + widths[:3]
        self.encoder = nn.ModuleList([nn.Conv2d(into[l], widths[l], KERNELS[l], STRIDES[l]) for l in range(4)])
        self.input = nn.ModuleList([nn.Conv2d(w, 4 * w, 2) for w in widths])
        self.recurrent = nn.ModuleList([nn.Conv2d(w, 4 * w, 2, bias=False) for w in widths])
        self.decoder = nn.ModuleList(
            [
                nn.ConvTranspose2d(
                    widths[3] if l == 3 else 2 * widths[l],
                    r["scales"] if l == 0 else widths[l - 1],
                    KERNELS[l],
                    STRIDES[l],
                    padding=1 if l == 0 else 0,
                )
                for l in range(4)
            ]
        )

    def lstm(self, x, l):
        gates = self.input[l](F.pad(x, (0, 1, 0, 1)))
        hidden = cell = None
        states = []
        for step in range(self.steps):
            active = gates[step : step + CHUNK]
            if hidden is not None:
                active = active + self.recurrent[l](F.pad(hidden, (0, 1, 0, 1)))
            i, f, g, o = active.chunk(4, 1)
            added = torch.sigmoid(i) * torch.tanh(g)
            cell = added if cell is None else torch.sigmoid(f) * cell + added
            hidden = torch.sigmoid(o) * torch.tanh(cell)
            states.append(hidden)
        if not self.published:
            return hidden
        likeness = torch.stack([(state * hidden).sum((1, 2, 3)) for state in states], 1) / 5
        shares = likeness.softmax(1)
        return sum(state * shares[:, i].view(-1, 1, 1, 1) for i, state in enumerate(states))

    def forward(self, x):
        states = []
        for l in range(4):
            before, after = same(x.shape[2], KERNELS[l], STRIDES[l])
            x = F.selu(self.encoder[l](F.pad(x, (before, after, before, after))))
            states.append(self.lstm(x, l))
        x = states[3]
        for l in (3, 2, 1, 0):
            size = states[max(l - 1, 0)].shape[2]
            x = self.decoder[l](x)[:, :, :size, :size]
            if l > 0:
                x = torch.cat([F.selu(x), states[l - 1]], 1)
        return F.selu(x) if self.published else x


def measure(r):
    torch.manual_seed(1)
    model = Mscred(r)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    frames = torch.randn(CHUNK + r["steps"] - 1, r["scales"], r["series"], r["series"])
    targets = torch.randn(CHUNK, r["scales"], r["series"], r["series"])

    def step():
        optimizer.zero_grad()
        ((model(frames) - targets) ** 2).mean().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()

    step()
    start = time.process_time()
    for _ in range(r["rounds"]):
        step()
    return time.process_time() - start


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": measure(json.loads(line))}), flush=True)
