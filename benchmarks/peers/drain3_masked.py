"""Drain3 with the masks of its README over the messages of a log.

Usage: drain3_masked.py DRAIN3_CHECKOUT MESSAGES_FILE     (one message a line)
Prints JSON: lines, seconds (masking and mining, without start-up and reading), clusters.
"""

import json
import sys
import time

sys.path.insert(0, sys.argv[1])
from drain3 import TemplateMiner  # noqa: E402
from drain3.masking import MaskingInstruction  # noqa: E402
from drain3.template_miner_config import TemplateMinerConfig  # noqa: E402

BEFORE, AFTER = r"((?<=[^A-Za-z0-9])|^)", r"((?=[^A-Za-z0-9])|$)"
PATTERNS = [
    (r"(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))", "ID"),
    (r"(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})", "IP"),
    (r"([0-9a-f]{6,} ?){3,}", "SEQ"),
    (r"([0-9A-F]{4} ?){4,}", "SEQ"),
    (r"(0x[a-f0-9A-F]+)", "HEX"),
    (r"([\-\+]?\d+)", "NUM"),
]

if __name__ == "__main__":
    config = TemplateMinerConfig()
    config.masking_instructions = [MaskingInstruction(BEFORE + p + AFTER, name) for p, name in PATTERNS]
    config.mask_prefix, config.mask_suffix = "<:", ":>"
    miner = TemplateMiner(config=config)
    with open(sys.argv[2], encoding="utf-8", errors="replace") as file:
        messages = [line.rstrip("\n") for line in file]
    start = time.perf_counter()
    for message in messages:
        miner.add_log_message(message)
    seconds = time.perf_counter() - start
    print(json.dumps({"lines": len(messages), "seconds": seconds, "clusters": len(miner.drain.clusters)}))
