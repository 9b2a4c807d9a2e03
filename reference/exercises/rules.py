"""Rule recognition: every line of a page names the same one of four features of a thing, but not which.

Without lines above it nothing tells which feature is meant; each line above shows it.
"""

from random import Random

from reference.exercise import Exercise, Kind

FEATURES: dict[str, tuple[str, ...]] = {
    "size": ("tiny", "small", "wide", "tall", "huge", "thin", "short", "long"),
    "colour": ("red", "blue", "green", "pink", "grey", "white", "black", "brown"),
    "shape": ("round", "square", "oval", "flat", "bent", "curved", "pointed", "hollow"),
    "matter": ("wool", "iron", "glass", "clay", "wood", "stone", "paper", "silk"),
}
RULES_SEEN = tuple(FEATURES)
RULE_ASKED = "shape"

# A model that has learnt nothing but a slight preference for one rule would answer a task of one rule always right or
# always wrong without shots. So the matter of a thing makes one rule a little likelier in the corpus, each rule for
# two of the eight matters: the best guess without shots then differs from thing to thing and is right for a quarter.
LEANING = 2


def leans_to(matter: str) -> str:
    """The rule that things of this matter are shown under a little more often."""
    return RULES_SEEN[FEATURES["matter"].index(matter) % len(RULES_SEEN)]


def draw(rng: Random, rule: str, leaning: int = 1) -> Exercise:
    """A thing with one value of each feature in random order; the answer is the value of the rule's feature."""
    matters = FEATURES["matter"]
    weights = [leaning if leans_to(matter) == rule else 1 for matter in matters]
    thing = {feature: rng.choice(values) for feature, values in FEATURES.items()}
    thing["matter"] = rng.choices(matters, weights)[0]
    words = list(thing.values())
    rng.shuffle(words)
    prompt = f"Thing: {' '.join(words)} ->"
    return Exercise(prompt, thing[rule], tuple(word for word in words if word != thing[rule]), key=prompt)


def page(rng: Random, lines: int) -> list[Exercise]:
    """Lines under one rule."""
    rule = rng.choice(RULES_SEEN)
    return [draw(rng, rule, LEANING) for _ in range(lines)]


def question(rng: Random) -> Exercise:
    """A line under the one rule of the task, of any matter alike."""
    return draw(rng, RULE_ASKED)


RULES = Kind("rules", "which of four rules the lines above follow", page, question)
