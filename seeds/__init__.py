"""The first records, as data. What they are and how they were sourced: seeds/README.md."""

from pathlib import Path

GAZA_2025 = Path(__file__).with_name("gaza-2025.jsonl")
TIMEZONE = "Asia/Gaza"
