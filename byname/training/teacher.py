"""The teacher: all-MiniLM-L6-v2, six layers of a transformer, in numpy. The tables are fitted to its vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

WIDTH = 384
HEADS = 12
LAYERS = 6
LONGEST = 126
"""Pieces of a sentence that are read."""
_AT_ONCE = 6000
"""Pieces in one pass."""
_GELU = np.float32(0.7978845608)


class Teacher:
    """Reads model.safetensors and tokenizer.json from a folder; vectors of length 1, 384 numbers each."""

    def __init__(self, folder: Path) -> None:
        loaded = load_file(folder / "model.safetensors")
        self._weights = {name: w.astype(np.float32) for name, w in loaded.items() if w.dtype != np.int64}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.pieces: dict[str, int] = self.tokenizer.get_vocab()
        self._layers = [self._layer(number) for number in range(LAYERS)]

    def read(self, texts: Iterable[str]) -> Any:
        """One vector for each text."""
        cut = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        vectors = self.read_pieces([one.ids[:LONGEST] for one in cut])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def read_pieces(self, sequences: Sequence[Sequence[int]], at_once: int = _AT_ONCE) -> Any:
        """One vector, of whatever length, for each sequence of pieces: the mean over the last layer."""
        found: Any = np.zeros((len(sequences), WIDTH), np.float32)
        for batch in _batches(sequences, at_once):
            numbers, mask = self._padded([sequences[one] for one in batch])
            last = self._forward(numbers, mask)
            found[batch] = (last * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return found

    def _padded(self, batch: Sequence[Sequence[int]]) -> tuple[Any, Any]:
        longest = max(map(len, batch)) + 2
        numbers: Any = np.zeros((len(batch), longest), np.int64)
        mask: Any = np.zeros((len(batch), longest), np.float32)
        for row, sequence in enumerate(batch):
            whole = [self.pieces["[CLS]"], *sequence, self.pieces["[SEP]"]]
            numbers[row, : len(whole)] = whole
            mask[row, : len(whole)] = 1
        return numbers, mask

    def _forward(self, numbers: Any, mask: Any) -> Any:
        weights, length = self._weights, numbers.shape[1]
        x = weights["embeddings.word_embeddings.weight"][numbers]
        x = x + weights["embeddings.position_embeddings.weight"][:length]
        x = x + weights["embeddings.token_type_embeddings.weight"][0]
        x = _even(x, self._pair("embeddings.LayerNorm", turned=False))
        hidden = ((1 - mask)[:, None, None, :] * -1e9).astype(np.float32)
        for layer in self._layers:
            x = _even(x + _attend(x, layer, hidden), layer["even 1"])
            x = _even(x + _times(_gelu(_times(x, layer["wide"])), layer["narrow"]), layer["even 2"])
        return x

    def _layer(self, number: int) -> dict[str, Any]:
        place = f"encoder.layer.{number}."
        parts = [self._pair(f"{place}attention.self.{name}") for name in ("query", "key", "value")]
        return {
            "attend": (np.concatenate([w for w, _ in parts], 1), np.concatenate([b for _, b in parts])),
            "out": self._pair(f"{place}attention.output.dense"),
            "even 1": self._pair(f"{place}attention.output.LayerNorm", turned=False),
            "wide": self._pair(f"{place}intermediate.dense"),
            "narrow": self._pair(f"{place}output.dense"),
            "even 2": self._pair(f"{place}output.LayerNorm", turned=False),
        }

    def _pair(self, name: str, *, turned: bool = True) -> tuple[Any, Any]:
        weight = self._weights[f"{name}.weight"]
        return (np.ascontiguousarray(weight.T) if turned else weight), self._weights[f"{name}.bias"]


def _batches(sequences: Sequence[Sequence[int]], at_once: int) -> Iterable[Any]:
    """Places of sequences of nearly one length, together at most `at_once` pieces."""
    order = np.argsort([len(one) for one in sequences], kind="stable")
    begin = 0
    while begin < len(order):
        end = begin + 1
        while end < len(order) and (end - begin + 1) * (len(sequences[order[end]]) + 2) <= at_once:
            end += 1
        yield order[begin:end]
        begin = end


def _attend(x: Any, layer: dict[str, Any], hidden: Any) -> Any:
    many, length, _ = x.shape
    asked = _times(x, layer["attend"]).reshape(many, length, 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
    query, key, value = asked
    shares = query @ key.transpose(0, 1, 3, 2) / np.float32((WIDTH // HEADS) ** 0.5) + hidden
    shares -= shares.max(-1, keepdims=True)
    np.exp(shares, shares)
    shares /= shares.sum(-1, keepdims=True)
    return _times((shares @ value).transpose(0, 2, 1, 3).reshape(many, length, WIDTH), layer["out"])


def _times(x: Any, pair: tuple[Any, Any]) -> Any:
    many, length, width = x.shape
    return (x.reshape(many * length, width) @ pair[0] + pair[1]).reshape(many, length, -1)


def _even(x: Any, pair: tuple[Any, Any]) -> Any:
    x = x - x.mean(-1, keepdims=True)
    x /= np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
    return x * pair[0] + pair[1]


def _gelu(x: Any) -> Any:
    """With tanh: the exact one takes fifteen times as long and differs in the fourth figure."""
    return x * (0.5 * (1 + np.tanh(_GELU * (x + np.float32(0.044715) * x * x * x))))
