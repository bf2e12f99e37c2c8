"""What the page on other books' notation computes for PyTorch and scikit-learn, against them."""

import contextlib
import io
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.neural_network import MLPClassifier
from torch.nn import functional

from literate.book.chapters import read_chapter, read_text

HOME = Path(__file__).resolve().parents[2]

ALLOWED = 1e-14


@pytest.fixture(scope="module")
def page():
    """Run the page's cells, and give their names."""
    path = PurePosixPath("book/other_notations.md")
    chapter = read_chapter(path, read_text(HOME, path))
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in chapter.code_cells:
            exec(compile(cell.source, "other_notations", "exec"), names)
    return SimpleNamespace(**names)


def test_a_linear_layer_stores_and_differentiates_as_the_page_says(page):
    layers = [torch.nn.Linear(2, 3, dtype=float), torch.nn.Linear(3, 4, dtype=float)]
    with torch.no_grad():
        for l, layer in enumerate(layers, start=1):
            assert layer.weight.shape == page.weight[l].shape
            layer.weight.copy_(torch.tensor(page.weight[l]))
            layer.bias.copy_(torch.tensor(page.network.b[l][:, 0]))
    model = torch.nn.Sequential(layers[0], torch.nn.Tanh(), layers[1])
    loss = torch.nn.CrossEntropyLoss()(
        model(torch.tensor(page.rows)), torch.tensor(page.targets)
    )
    loss.backward()
    theirs = (
        loss,
        layers[0].weight.grad,
        layers[0].bias.grad,
        layers[1].weight.grad,
        layers[1].bias.grad,
    )
    for ours, other in zip(page.linear, theirs, strict=True):
        assert np.abs(ours - other.detach().numpy()).max() <= ALLOWED


def test_the_squared_error_of_pytorch_is_a_mean_over_examples_and_outputs(page):
    theirs = functional.mse_loss(torch.tensor(page.out), torch.tensor(page.targets)).item()
    assert abs(page.with_squares[0] - theirs) <= ALLOWED


@pytest.fixture(scope="module")
def classifier(page):
    """Let scikit-learn train its own network for a step, and give it the weights of the page."""
    classifier = MLPClassifier(
        (3,),
        activation="tanh",
        solver="sgd",
        alpha=0,
        batch_size=5,
        momentum=0,
        learning_rate_init=1,
    )
    classifier.partial_fit(page.rows, page.targets.astype(int), classes=range(4))
    for own, coefs in zip(classifier.coefs_, page.coefs, strict=True):
        own[...] = coefs
    for own, intercepts in zip(classifier.intercepts_, page.intercepts, strict=True):
        own[...] = intercepts
    return classifier


def test_scikit_learn_stores_weights_and_answers_as_the_page_says(page, classifier):
    assert classifier.out_activation_ == "logistic"
    assert np.abs(classifier.predict_proba(page.rows) - page.activations[2]).max() <= ALLOWED


def test_a_step_of_scikit_learn_subtracts_the_gradients_of_the_page(page, classifier):
    classifier.partial_fit(page.rows, page.targets.astype(int))
    assert abs(classifier.loss_ - page.loss) <= ALLOWED
    after = [*classifier.coefs_, *classifier.intercepts_]
    before = [*page.coefs, *page.intercepts]
    steps = [*page.coef_grads, *page.intercept_grads]
    for new, old, step in zip(after, before, steps, strict=True):
        assert np.abs(old - new - step).max() <= ALLOWED


@pytest.mark.parametrize(
    ("classes", "outputs", "last"), [(2, 1, "logistic"), (3, 3, "softmax")]
)
def test_two_classes_are_one_output_of_scikit_learn(classes, outputs, last):
    rows, labels = np.arange(12.0).reshape(6, 2), np.arange(6) % classes
    classifier = MLPClassifier((3,), solver="sgd").partial_fit(
        rows, labels, classes=range(classes)
    )
    assert (classifier.n_outputs_, classifier.out_activation_) == (outputs, last)
