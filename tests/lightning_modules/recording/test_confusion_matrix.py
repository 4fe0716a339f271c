"""The confusion matrix: counts, compared with scikit-learn, and the picture."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import confusion_matrix

from lightning_modules.recording.confusion_matrix import confusion_counts, draw_confusion_matrix, has_classes
from lightning_modules.recording.item_results import Items


def random_items(classes: int, count: int = 500) -> Items:
    rng = np.random.default_rng(classes)
    target = rng.integers(0, classes, count)
    prediction = np.where(rng.random(count) < 0.8, target, rng.integers(0, classes, count))
    return {"target": target, "prediction": prediction}


@pytest.mark.parametrize("offset", [0, -3, 1000], ids=["from 0", "negative", "large labels"])
def test_counts_equal_those_of_scikit_learn(offset: int) -> None:
    items = {name: values + offset for name, values in random_items(7).items()}
    classes, counts = confusion_counts(items)
    assert classes == sorted(set(items["target"]) | set(items["prediction"]))
    assert (counts == confusion_matrix(items["target"], items["prediction"])).all()


def test_a_class_that_is_only_predicted_has_an_empty_row() -> None:
    classes, counts = confusion_counts({"target": np.array([2, 5, 5]), "prediction": np.array([2, 5, 9])})
    assert (classes, counts.tolist()) == ([2, 5, 9], [[1, 0, 0], [0, 1, 1], [0, 0, 0]])


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (random_items(2), True),
        ({"target": np.array([True, False]), "prediction": np.array([True, True])}, True),
        ({"target": np.array(["a", "b"]), "prediction": np.array(["a", "c"])}, False),
        ({"target": np.array([0.5]), "prediction": np.array([0.4])}, False),
        ({"correct": np.array([True])}, False),
        ({"target": np.arange(2000), "prediction": np.arange(2000)}, False),
        ({"target": np.zeros(5, int), "prediction": np.zeros(5, int)}, False),
    ],
    ids=["classes", "booleans", "texts", "numbers", "no targets", "too many", "one class"],
)
def test_only_classes_have_a_confusion_matrix(items: Items, expected: bool) -> None:
    assert has_classes(items) is expected


@pytest.mark.parametrize("classes", [2, 10, 30, 31, 120])
def test_equal_items_give_an_equal_picture(classes: int) -> None:
    pictures = []
    for _ in range(2):
        buffer = BytesIO()
        draw_confusion_matrix(random_items(classes), "a run", buffer)
        pictures.append(buffer.getvalue())
    assert pictures[0] == pictures[1]
    with Image.open(BytesIO(pictures[0])) as image:
        assert max(image.size) < 2000
