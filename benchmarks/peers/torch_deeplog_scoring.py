"""Scoring by DeepLog in PyTorch, for comparison: log-probabilities at every step, one thread.

Reads one JSON request a line, answers with seconds of CPU:
{"window":50,"embedding":64,"hidden":64,"layers":2,"vocabulary":16,"batch":512,"batches":8}
"""
import json
import sys
import time

import torch

torch.set_num_threads(1)


class DeepLog(torch.nn.Module):
    def __init__(self, r):
        super().__init__()
        self.embedding = torch.nn.Embedding(r["vocabulary"], r["embedding"])
        self.lstm = torch.nn.LSTM(r["embedding"], r["hidden"], r["layers"], batch_first=True)
        self.dense = torch.nn.Linear(r["hidden"], r["vocabulary"])

    def forward(self, x):
        return torch.log_softmax(self.dense(self.lstm(self.embedding(x))[0]), -1)


def measure(r):
    torch.manual_seed(1)
    model = DeepLog(r)
    x = torch.randint(r["vocabulary"], (r["batch"], r["window"]))
    with torch.no_grad():
        model(x)
        start = time.process_time()
        for _ in range(r["batches"]):
            model(x)
    return time.process_time() - start


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": measure(json.loads(line))}), flush=True)
