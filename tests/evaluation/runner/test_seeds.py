"""The generators stand as after lm-eval's own command, whatever seed was asked for."""

import random

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("asked", "python"), [(1234, 0), (42, 42)])
def test_seeds_are_those_of_the_stock_command(asked, python):
    import numpy as np

    from evaluation.runner.cell import seed_everything

    seed_everything(asked)
    assert random.random() == random.Random(python).random()
    assert np.random.rand() == np.random.RandomState(asked).rand()
