"""The pipeline of the reference design, for comparison: Drain3 with its masks, then DeepLog in PyTorch on the CPU.

Usage: drain3_torch_pipeline.py DRAIN3_CHECKOUT MESSAGES_FILE     (one message a line)
Every message is masked and mined; the ids of the templates are cut into windows of 50 events, one a line; an LSTM
(embedding 64, 128 units, untrained: its speed is the same) ranks what follows each. Prints JSON: lines, seconds of each part.
"""

import json
import sys
import time

import torch

sys.path.insert(0, sys.argv[1])
from drain3 import TemplateMiner  # noqa: E402
from drain3.masking import MaskingInstruction  # noqa: E402
from drain3.template_miner_config import TemplateMinerConfig  # noqa: E402

from drain3_masked import AFTER, BEFORE, PATTERNS  # noqa: E402

WINDOW, TOP, BATCH = 50, 3, 4096


class DeepLog(torch.nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary, 64)
        self.lstm = torch.nn.LSTM(64, 128, batch_first=True)
        self.dense = torch.nn.Linear(128, vocabulary)

    def forward(self, x):
        return self.dense(self.lstm(self.embedding(x))[0][:, -1])


config = TemplateMinerConfig()
config.masking_instructions = [MaskingInstruction(BEFORE + p + AFTER, name) for p, name in PATTERNS]
config.mask_prefix, config.mask_suffix = "<:", ":>"
miner = TemplateMiner(config=config)
with open(sys.argv[2], encoding="utf-8", errors="replace") as file:
    messages = [line.rstrip("\n") for line in file]

start = time.perf_counter()
ids = torch.tensor([miner.add_log_message(message)["cluster_id"] for message in messages])
parsed = time.perf_counter()

model = DeepLog(int(ids.max()) + 1)
windows = ids.unfold(0, WINDOW + 1, 1)
violations = 0
with torch.no_grad():
    for first in range(0, len(windows), BATCH):
        part = windows[first : first + BATCH]
        top = model(part[:, :WINDOW]).topk(TOP).indices
        violations += int((top != part[:, WINDOW:]).all(1).sum())
end = time.perf_counter()
print(
    json.dumps(
        {
            "lines": len(messages),
            "secondsParsing": parsed - start,
            "secondsJudging": end - parsed,
            "threads": torch.get_num_threads(),
            "violations": violations,
        }
    )
)
