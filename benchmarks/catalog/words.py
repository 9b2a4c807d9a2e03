"""Words that do not exist: names that are unique by construction, and text whose words follow Zipf's law."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

ONSETS = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "dr", "kr", "st", "tr", "pl")
SYLLABLES = [onset + vowel for onset in ONSETS for vowel in "aeiou"]
COMMON = """the of and to in a is for on with this model that are be by as it from was can an or we training data
language trained text models tokens used use using not our which at have results parameters fine-tuned evaluation
dataset performance base weights card license repository inference prompt context attention layers instruction chat
code benchmark accuracy loss learning rate batch transformer decoder encoder multilingual english chinese reasoning
generation quantized adapter merge limitations bias intended research version released checkpoint tokenizer"""
CHINESE_NAMES = ("智谱", "文心", "千问", "百川", "书生", "悟道", "星火", "紫东", "混元", "天工")
CHINESE_COMMON = """模型 语言 训练 数据 中文 参数 我们 使用 开源 文本 任务 能力 推理 对话 生成 评测 性能 指令 微调
权重 代码 知识 理解 支持 研究 版本 发布 许可 结果 方法"""

WORDS, CHINESE_WORDS = 30_000, 4_000
DRAWS = 1 << 20  # resolution of the table that turns random bits into words


class Codewords:
    """A pronounceable word for each number below ``most``: no two alike, neighbours unlike one another."""

    def __init__(self, most: int, shift: int) -> None:
        self.syllables = max(3, math.ceil(math.log(max(most, 1), 100)))
        self.period = 100**self.syllables
        # Prime to 100, so that the mapping is one to one.
        self.step, self.shift = 61_803_398_874_989_484_820_458_683_436_563 % self.period | 1, shift
        while math.gcd(self.step, 100) != 1:
            self.step += 2

    def __getitem__(self, number: int) -> str:
        rest = (number * self.step + self.shift) % self.period
        parts = []
        for _place in range(self.syllables):
            rest, digit = divmod(rest, 100)
            parts.append(SYLLABLES[digit])
        return "".join(parts)


class ZipfText:
    """Sentences under headings, English or Chinese, of a wanted number of bytes; words by rank as in real text."""

    def __init__(self, seed: int) -> None:
        invented = Codewords(10**6, seed)
        english = [*COMMON.split(), *(invented[number][: 3 + number % 7] for number in range(WORDS))]
        self.english = np.array(_endings(list(dict.fromkeys(english))), dtype=object)
        rng = np.random.default_rng([seed, 7])
        letters = rng.integers(0x4E00, 0x9000, (CHINESE_WORDS, 2)).tolist()
        chinese = [*CHINESE_COMMON.split(), *CHINESE_NAMES, *(chr(first) + chr(second) for first, second in letters)]
        self.chinese = np.array(list(dict.fromkeys(chinese)), dtype=object)
        self.english_table, self.chinese_table = _table(len(self.english)), _table(len(self.chinese))

    def texts(
        self, rng: np.random.Generator, titles: list[str], sizes: NDArray[np.int64], chinese: list[bool]
    ) -> list[str]:
        """One text for each title, of about so many bytes."""
        # Words and blank: 5.6 bytes in this vocabulary; a Chinese word 6, with commas 6.4.
        wanted = np.where(chinese, sizes / 6.4, sizes / 5.6).astype(np.int64)
        ends = np.cumsum(wanted).tolist()
        draws = rng.integers(0, DRAWS, ends[-1] if ends else 0)
        latin = self.english[self.english_table[draws]]
        texts, start = [], 0
        for title, end, in_chinese in zip(titles, ends, chinese, strict=True):
            if in_chinese:
                words = self.chinese[self.chinese_table[draws[start:end]]].tolist()
                body = "，".join("".join(words[at : at + 9]) for at in range(0, len(words), 9))
                texts.append(f"# {title}\n\n## 介绍\n\n{body}。\n")
            else:
                words = latin[start:end].tolist()
                middle = len(words) // 2
                first, second = " ".join(words[:middle]), " ".join(words[middle:])
                texts.append(f"# {title}\n\n## Model description\n\n{first}.\n\n## Training\n\n{second}.\n")
            start = end
        return texts


def _endings(words: list[str]) -> list[str]:
    """Every so often a word ends a sentence or a clause."""
    ends = {0: ".", 7: ",", 13: "."}
    return [word + ends.get(rank % 29, "") if rank > 60 else word for rank, word in enumerate(words)]


def _table(words: int) -> NDArray[np.int32]:
    """Rank of the word for each of ``DRAWS`` equally likely numbers, after Zipf and Mandelbrot."""
    weights = 1.0 / (np.arange(words) + 2.7)
    bounds = np.cumsum(weights) / weights.sum()
    ranks = np.searchsorted(bounds, (np.arange(DRAWS) + 0.5) / DRAWS)
    return ranks.astype(np.int32)
