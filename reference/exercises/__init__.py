"""The six kinds of exercise, in the order in which pages and tasks list them."""

from reference.exercise import Kind
from reference.exercises.agreement import AGREEMENT
from reference.exercises.arithmetic import ARITHMETIC
from reference.exercises.cloze import CLOZE
from reference.exercises.facts import FACTS
from reference.exercises.ordering import ORDERING
from reference.exercises.rules import RULES

KINDS: tuple[Kind, ...] = (AGREEMENT, ORDERING, ARITHMETIC, CLOZE, FACTS, RULES)
