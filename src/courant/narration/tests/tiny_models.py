"""Makes models with random weights: they speak noise, but load, time and align as real ones do.

Piper's network is VITS as Piper exports it: a text encoder, durations rounded up (the one Ceil),
phonemes stretched to frames, noise, flows, and a HiFi-GAN of transposed convolutions that makes 256
samples of each frame. Sizes are those of Piper's qualities, so that speed is that of a real voice.
Kokoro's has the same inputs and outputs as the real one, and a network much like Piper's.

    python tiny_models.py tiny|medium FILE.onnx
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SOUNDS = (
    "_^$ !'(),-.:;?abcdefhijklmnopqrstuvwxyzæçðøħŋœǀɐɑɒɔɕɖɗəɚɛɜɟɠ"
    "ɡɣɤɥɦɨɪɬɭɯɰɱɲɳɴɵɸɹɺɻɽɾʀʁʂʃʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʝʟʡʢ"
)
MARKS = "ˈˌːˑ˞̩̃̊̆̈"
SYMBOLS = 256
FRAMES = 2.3  # for each phoneme before rounding up: about fifteen phonemes a second


@dataclass(frozen=True)
class Size:
    hidden: int
    filter: int
    layers: int
    first: int  # channels of the decoder
    kernels: tuple[int, ...]
    dilations: tuple[tuple[int, ...], ...]
    flows: int


SIZES = {
    "tiny": Size(16, 16, 1, 16, (3,), ((1, 2),), 1),
    "medium": Size(192, 768, 6, 256, (3, 5, 7), ((1, 2), (2, 6), (3, 12)), 4),
}
UPSAMPLING = ((8, 16), (8, 16), (4, 8))  # factor, kernel


class Graph:
    """Nodes and random weights, put together one after the other."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def add(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        names = [f"n{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, value: Any, kind: Any = np.float32) -> str:
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(value, kind), name))
        return name

    def weight(self, *shape: int, scale: float = 1.0) -> str:
        spread = scale / np.sqrt(np.prod(shape[1:]) or 1)
        return self.constant(self.random.normal(0, spread, shape))

    def conv(
        self, x: str, into: int, out: int, kernel: int, dilation: int = 1, scale: float = 1.0
    ) -> str:
        pad = (kernel - 1) * dilation // 2
        w, b = self.weight(out, into, kernel, scale=scale), self.constant(np.zeros(out))
        return self.add("Conv", x, w, b, dilations=[dilation], pads=[pad, pad])

    def scalar(self, x: str, number: int) -> str:
        return self.add("Gather", x, self.constant(number, np.int64), axis=0)


def encoder(g: Graph, x: str, size: Size) -> str:
    """Attention and convolutions over phonemes: [1, hidden, phonemes]."""
    for _ in range(size.layers):
        q, k, v = (g.conv(x, size.hidden, size.hidden, 1) for _ in "qkv")
        scores = g.add("MatMul", g.add("Transpose", q, perm=[0, 2, 1]), k)
        scaled = g.add("Div", scores, g.constant(np.sqrt(size.hidden)))
        heard = g.add(
            "MatMul", v, g.add("Transpose", g.add("Softmax", scaled, axis=-1), perm=[0, 2, 1])
        )
        x = g.add("Tanh", g.add("Add", x, g.conv(heard, size.hidden, size.hidden, 1)))
        wide = g.add("Relu", g.conv(x, size.hidden, size.filter, 3))
        x = g.add("Tanh", g.add("Add", x, g.conv(wide, size.filter, size.hidden, 3)))
    return x


def stretched(g: Graph, x: str, durations: str) -> str:
    """Phonemes to frames: [1, hidden, frames], each phoneme as often as it lasts."""
    ends = g.add("CumSum", durations, g.constant(2, np.int64))
    whole = g.add("ReduceMax", ends, keepdims=0)
    count = g.add("Cast", whole, to=TensorProto.INT64)
    frames = g.add("Range", g.constant(0, np.int64), count, g.constant(1, np.int64))
    row = g.add("Cast", g.add("Unsqueeze", frames, g.constant([0], np.int64)), to=TensorProto.FLOAT)
    column = g.add("Transpose", ends, perm=[0, 2, 1])
    passed = g.add("Cast", g.add("LessOrEqual", column, row), to=TensorProto.INT64)
    index = g.add("ReduceSum", passed, g.constant([0, 1], np.int64), keepdims=0)
    return str(g.add("Gather", x, index, axis=2))


def flow(g: Graph, x: str, size: Size) -> str:
    """Coupling layers with gated convolutions, as in a WaveNet."""
    half = size.hidden // 2
    for _ in range(size.flows):
        first, second = g.add("Split", x, g.constant([half, half], np.int64), outputs=2, axis=1)
        h = g.conv(first, half, size.hidden, 1)
        for _ in range(4):
            gates = g.conv(h, size.hidden, 2 * size.hidden, 5)
            a, b = g.add("Split", gates, g.constant([size.hidden] * 2, np.int64), outputs=2, axis=1)
            both = g.add("Mul", g.add("Tanh", a), g.add("Sigmoid", b))
            more = g.conv(both, size.hidden, 2 * size.hidden, 1)
            rest, _ = g.add(
                "Split", more, g.constant([size.hidden] * 2, np.int64), outputs=2, axis=1
            )
            h = g.add("Add", h, rest)
        second = g.add("Sub", second, g.conv(h, size.hidden, half, 1, scale=0.1))
        x = g.add("Concat", second, first, axis=1)
    return x


def decoder(g: Graph, x: str, size: Size) -> str:
    """Frames to samples."""
    channels = size.first
    x = g.conv(x, size.hidden, channels, 7)
    for factor, kernel in UPSAMPLING:
        pad = (kernel - factor) // 2
        w = g.weight(channels, channels // 2, kernel, scale=2.0)
        b = g.constant(np.zeros(channels // 2))
        active = g.add("LeakyRelu", x, alpha=0.1)
        x = g.add("ConvTranspose", active, w, b, strides=[factor], pads=[pad, pad])
        channels //= 2
        sums = []
        for width, dilations in zip(size.kernels, size.dilations, strict=True):
            y = x
            for dilation in dilations:
                inside = g.conv(
                    g.add("LeakyRelu", y, alpha=0.1), channels, channels, width, dilation, 0.5
                )
                y = g.add("Add", y, inside)
            sums.append(y)
        total = sums[0]
        for other in sums[1:]:
            total = g.add("Add", total, other)
        x = g.add("Div", total, g.constant(len(sums)))
    # A bell over time lets low sounds through: what comes out is no white noise.
    bell = g.random.normal(0, 0.6, (1, channels, 1)) * np.hanning(9)[1:-1] / channels
    last = [g.add("LeakyRelu", x, alpha=0.01), g.constant(bell), g.constant([0.0])]
    return str(g.add("Tanh", g.add("Conv", *last, pads=[3, 3])))


def model(size: Size, seed: int = 1234) -> onnx.ModelProto:
    """The whole network; its first output is the sound."""
    g = Graph(seed)
    table = g.weight(SYMBOLS, size.hidden, scale=4.0)
    embedded = g.add("Transpose", g.add("Gather", table, "input", axis=0), perm=[0, 2, 1])
    x = encoder(g, embedded, size)
    noise, pace, noise_w = (g.scalar("scales", number) for number in range(3))
    chance = g.add("Mul", g.add("RandomNormalLike", g.conv(x, size.hidden, 1, 3)), noise_w)
    logs = g.add("Mul", g.add("Tanh", chance), g.constant(0.15))
    lasts = g.add("Mul", g.add("Exp", g.add("Add", logs, g.constant(np.log(FRAMES)))), pace)
    durations = g.add("Ceil", lasts)
    z = stretched(g, x, durations)
    z = g.add("Add", z, g.add("Mul", g.add("RandomNormalLike", z), noise))
    sound = decoder(g, flow(g, z, size), size)
    g.nodes.append(helper.make_node("Identity", [sound], ["output"]))
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 1, "time"])
    graph = helper.make_graph(g.nodes, "vits", inputs, [output], g.weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)


def write_piper(path: Path, size: str = "tiny", voice: str = "en-us") -> Path:
    """Write a model and its description; returns the model's path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model(SIZES[size]), str(path))
    ids = {sound: [number] for number, sound in enumerate(SOUNDS + MARKS)}
    facts = {
        "audio": {"sample_rate": 22050, "quality": size},
        "espeak": {"voice": voice},
        "phoneme_type": "espeak",
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": ids,
        "language": {"code": "en_US"},
    }
    path.with_name(f"{path.name}.json").write_text(json.dumps(facts))
    return path


def kokoro(size: Size, seed: int = 7) -> onnx.ModelProto:
    """Inputs and outputs as kokoro-onnx has them, durations included."""
    g = Graph(seed)
    table = g.weight(SYMBOLS, size.hidden, scale=4.0)
    embedded = g.add("Transpose", g.add("Gather", table, "tokens", axis=0), perm=[0, 2, 1])
    x = encoder(g, embedded, size)
    styled = g.add("MatMul", "style", g.weight(256, size.hidden))
    x = g.add("Add", x, g.add("Unsqueeze", styled, g.constant([2], np.int64)))
    ones = g.add("Exp", g.add("Mul", g.conv(x, size.hidden, 1, 1), g.constant(0.05)))
    durations = g.add("Ceil", g.add("Div", g.add("Mul", ones, g.constant(6.0)), "speed"))
    sound = decoder(g, stretched(g, x, durations), size)
    flat = g.constant([-1], np.int64)
    g.nodes.append(helper.make_node("Reshape", [sound, flat], ["audio"]))
    whole = g.add("Cast", durations, to=TensorProto.INT64)
    g.nodes.append(helper.make_node("Reshape", [whole, flat], ["duration"]))
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "tokens"]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
        helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
    ]
    outputs = [
        helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["time"]),
        helper.make_tensor_value_info("duration", TensorProto.INT64, ["tokens"]),
    ]
    graph = helper.make_graph(g.nodes, "kokoro", inputs, outputs, g.weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)


def write_kokoro(folder: Path) -> tuple[Path, Path]:
    """Write a model and the styles of one voice, am_test; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    model_file, voices_file = folder / "kokoro.onnx", folder / "voices.bin"
    onnx.save(kokoro(SIZES["tiny"]), str(model_file))
    with voices_file.open("wb") as out:
        np.savez(out, am_test=np.random.default_rng(5).normal(0, 1, (510, 1, 256)).astype("f4"))
    return model_file, voices_file


if __name__ == "__main__":
    write_piper(Path(sys.argv[2]), sys.argv[1])
