"""DeepLog in PyTorch, for comparison. Reads one JSON request a line, answers with seconds of
processor time.

{"window":50,"embedding":64,"hidden":128,"layers":1,"vocabulary":100,"batch":256,"mode":"train"|"infer","steps":10}
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
        return self.dense(self.lstm(self.embedding(x))[0][:, -1])


models = {}


def measure(r):
    key = json.dumps([r[k] for k in ("window", "embedding", "hidden", "layers", "vocabulary", "batch")])
    if key not in models:
        torch.manual_seed(1)
        model = DeepLog(r)
        models[key] = model, torch.optim.Adam(model.parameters(), 1e-3)
    model, optimizer = models[key]
    x = torch.randint(r["vocabulary"], (r["batch"], r["window"]))
    y = torch.randint(r["vocabulary"], (r["batch"],))

    def step():
        if r["mode"] == "train":
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        else:
            with torch.no_grad():
                model(x)

    step()  # Caches hold what ran before.
    start = time.process_time()
    for _ in range(r["steps"]):
        step()
    return time.process_time() - start


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": measure(json.loads(line))}), flush=True)
