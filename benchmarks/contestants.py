"""What `make bench` compares: the same training by different libraries.

A contestant is a class. `prepare` takes the examples one a column, in float32, the sizes of the
network, and a seed for its weights and the order of its examples; `epochs` goes some times through
all examples in mini-batches of B, or takes as many steps by all of them if B is their number;
`classes` gives the class of each of some pictures.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

ETA = 0.1


def first_parameters(n: tuple[int, ...], seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Draw the weights by He's rule, the same for every contestant, with biases 0."""
    rng = np.random.default_rng(seed)
    return [
        (
            (rng.standard_normal((n[l], n[l - 1])) * np.sqrt(2 / n[l - 1])).astype(np.float32),
            np.zeros((n[l], 1), np.float32),
        )
        for l in range(1, len(n))
    ]


class Contestant:
    """One that goes through all examples when it is told to, by a method `epoch` of its own."""

    def epochs(self, count):
        for _ in range(count):
            self.epoch()


class Notebook(Contestant):
    """The step of the notebook: NumPy in float64, the formulas as they stand."""

    dtype: Any = np.float64

    def prepare(self, n, X, Y, B, eta, seed):
        self.W, self.b = (
            [array.astype(self.dtype) for array in arrays]
            for arrays in zip(*first_parameters(n, seed), strict=True)
        )
        self.X, self.Y, self.B, self.eta = (
            np.ascontiguousarray(X, self.dtype),
            Y.astype(self.dtype),
            B,
            eta,
        )
        self.rng = np.random.default_rng(seed)

    def forward(self, X):
        Z, A = [], [X]
        for W, b in zip(self.W, self.b, strict=True):
            Z.append(W @ A[-1] + b)
            A.append(np.maximum(0, Z[-1]))
        exponentials = np.exp(Z[-1] - np.max(Z[-1], axis=0, keepdims=True))
        A[-1] = exponentials / np.sum(exponentials, axis=0, keepdims=True)
        return Z, A

    def step(self, X, Y):
        m = X.shape[1]
        Z, A = self.forward(X)
        cost = -np.mean(np.sum(Y * np.log(A[-1] + 1e-8), axis=0))
        Delta, gradients = A[-1] - Y, []
        for l in reversed(range(len(self.W))):
            gradients.append((Delta @ A[l].T / m, np.sum(Delta, axis=1, keepdims=True) / m))
            if l:
                Delta = (self.W[l].T @ Delta) * (Z[l - 1] > 0)
        for l, (of_W, of_b) in zip(reversed(range(len(self.W))), gradients, strict=True):
            self.W[l] -= self.eta * of_W
            self.b[l] -= self.eta * of_b
        return cost

    def epoch(self):
        m = self.X.shape[1]
        if m == self.B:
            return self.step(self.X, self.Y)
        order = self.rng.permutation(m)
        for start in range(0, m, self.B):
            chosen = order[start : start + self.B]
            self.step(self.X[:, chosen], self.Y[:, chosen])
        return None

    def classes(self, X):
        return self.forward(X.astype(self.dtype))[1][-1].argmax(axis=0)


class NotebookFloat32(Notebook):
    """The same in float32."""

    dtype = np.float32


class Nnmath:
    """`nnmath.train`, the fast step."""

    everywhere = False

    def prepare(self, n, X, Y, B, eta, seed):
        import nnmath

        pairs = dict(enumerate(first_parameters(n, seed), 1))
        phi = dict.fromkeys(pairs, nnmath.relu) | {len(pairs): nnmath.softmax}
        self.network = nnmath.Network(
            {l: W.astype(X.dtype) for l, (W, _) in pairs.items()},
            {l: b.astype(X.dtype) for l, (_, b) in pairs.items()},
            phi,
        )
        if self.everywhere:
            X = np.where(X == 0, np.float32(1e-30), X)
        self.X, self.Y, self.B, self.eta = X, Y, B, eta
        self.rng, self.module = np.random.default_rng(seed), nnmath
        self.turns, self.until = None, 0

    def train(self, watch):
        from nnmath.fast.workers import processors

        self.module.train(
            self.network,
            self.X,
            self.Y,
            self.module.cross_entropy,
            eta=self.eta,
            epochs=10**6,
            B=self.B,
            rng=self.rng,
            workers=processors() if self.X.shape[1] == self.B else 0,
            watch=watch,
        )

    def take_turns(self):
        """Let the training, which calls, be called: it runs in a thread that takes turns."""
        import threading

        go, done = threading.Semaphore(0), threading.Semaphore(0)

        def watch(epoch, _):
            if epoch == self.until:
                done.release()
                go.acquire()

        threading.Thread(target=self.train, args=(watch,), daemon=True).start()
        while True:
            done.acquire()
            yield
            go.release()

    def epochs(self, count):
        self.until += count
        if self.turns is None:
            self.turns = self.take_turns()
        next(self.turns)

    def classes(self, X):
        return self.module.forward(self.network, X)[1][self.network.L].argmax(axis=0)


class NnmathEverywhere(Nnmath):
    """The fast step with all inputs live: the same work as the others do."""

    everywhere = True


class NnmathPlain(Nnmath):
    """`nnmath.train_plainly`."""

    def train(self, watch):
        self.module.train_plainly(
            self.network,
            self.X,
            self.Y,
            self.module.cross_entropy,
            eta=self.eta,
            epochs=10**6,
            B=self.B,
            rng=self.rng,
            watch=watch,
        )


class Torch(Contestant):
    """PyTorch as its tutorials write it: modules, autograd, an optimiser."""

    compiled = False

    def prepare(self, n, X, Y, B, eta, seed):
        import os

        import torch

        self.torch = torch
        torch.manual_seed(seed)
        threads = os.environ.get("BENCH_THREADS")
        if threads:
            torch.set_num_threads(int(threads))
        layers: list[Any] = []
        for number, (W, b) in enumerate(first_parameters(n, seed)):
            linear = torch.nn.Linear(W.shape[1], W.shape[0])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(W))
                linear.bias.copy_(torch.from_numpy(b[:, 0]))
            layers += [torch.nn.ReLU()] * bool(number) + [linear]
        self.model = torch.nn.Sequential(*layers)
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=eta)
        self.loss = torch.nn.CrossEntropyLoss()
        self.X = torch.from_numpy(np.ascontiguousarray(X.T))
        self.labels = torch.from_numpy(Y.argmax(axis=0))
        self.B = B
        self.value: Callable[..., Any] = lambda X, labels: self.loss(self.model(X), labels)
        if self.compiled:
            self.value = torch.compile(self.value)

    def step(self, X, labels):
        self.optimiser.zero_grad()
        self.value(X, labels).backward()
        self.optimiser.step()

    def epoch(self):
        m = len(self.X)
        if m == self.B:
            self.step(self.X, self.labels)
            return
        order = self.torch.randperm(m)
        for start in range(0, m, self.B):
            chosen = order[start : start + self.B]
            self.step(self.X[chosen], self.labels[chosen])

    def classes(self, X):
        with self.torch.no_grad():
            return (
                self.model(self.torch.from_numpy(np.ascontiguousarray(X.T))).argmax(1).numpy()
            )


class TorchCompiled(Torch):
    """PyTorch with `torch.compile`."""

    compiled = True


class TorchByHand(Torch):
    """PyTorch's products with the gradients written out, without autograd."""

    def prepare(self, n, X, Y, B, eta, seed):
        super().prepare(n, X, Y, B, eta, seed)
        torch = self.torch
        self.eta = eta
        self.Y = torch.from_numpy(np.ascontiguousarray(Y.T))
        self.W = [torch.from_numpy(W.T.copy()) for W, _ in first_parameters(n, seed)]
        self.b = [torch.from_numpy(b[:, 0].copy()) for _, b in first_parameters(n, seed)]
        self.labels = self.Y

    def step(self, X, Y):
        torch, last = self.torch, len(self.W) - 1
        with torch.no_grad():
            A = [X]
            for l, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
                Z = torch.addmm(b, A[-1], W)
                A.append(Z.clamp_(min=0) if l < last else torch.softmax(Z, 1))
            Delta = A[-1].sub_(Y).div_(len(X))
            for l in range(last, -1, -1):
                of_W, of_b = A[l].T @ Delta, Delta.sum(0)
                if l:
                    Delta = (Delta @ self.W[l].T).mul_(A[l] > 0)
                self.W[l].sub_(of_W, alpha=self.eta)
                self.b[l].sub_(of_b, alpha=self.eta)

    def classes(self, X):
        torch = self.torch
        A = torch.from_numpy(np.ascontiguousarray(X.T))
        for l, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
            A = torch.addmm(b, A, W)
            A = A.clamp(min=0) if l < len(self.W) - 1 else A
        return A.argmax(1).numpy()


class ScikitLearn(Contestant):
    """scikit-learn's MLPClassifier, by `partial_fit`."""

    def prepare(self, n, X, Y, B, eta, seed):
        from sklearn.neural_network import MLPClassifier

        self.X, self.labels = np.ascontiguousarray(X.T), Y.argmax(axis=0)
        self.model = MLPClassifier(
            n[1:-1],
            solver="sgd",
            alpha=0,
            batch_size=B,
            learning_rate_init=eta,
            momentum=0,
            nesterovs_momentum=False,
            random_state=seed,
            shuffle=self.X.shape[0] != B,
        )
        self.labels_there_are = np.arange(n[-1])
        self.model.partial_fit(self.X[:B], self.labels[:B], classes=self.labels_there_are)
        for l, (W, b) in enumerate(first_parameters(n, seed)):
            self.model.coefs_[l][...] = W.T
            self.model.intercepts_[l][...] = b[:, 0]

    def epoch(self):
        self.model.partial_fit(self.X, self.labels)

    def classes(self, X):
        return self.model.predict(np.ascontiguousarray(X.T))


class Jax(Contestant):
    """JAX, compiled by `jit`, with its gradients."""

    def prepare(self, n, X, Y, B, eta, seed):
        import jax
        import jax.numpy as jnp

        self.jax, self.B = jax, B
        self.X = jnp.asarray(np.ascontiguousarray(X.T))
        self.Y = jnp.asarray(np.ascontiguousarray(Y.T))
        self.parameters = [
            (jnp.asarray(W.T), jnp.asarray(b[:, 0])) for W, b in first_parameters(n, seed)
        ]
        self.rng = np.random.default_rng(seed)

        def outputs(parameters, X):
            for W, b in parameters[:-1]:
                X = jax.nn.relu(X @ W + b)
            W, b = parameters[-1]
            return X @ W + b

        def cost(parameters, X, Y):
            return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(outputs(parameters, X)), axis=1))

        def step(parameters, X, Y):
            gradients = jax.grad(cost)(parameters, X, Y)
            return jax.tree.map(lambda p, g: p - eta * g, parameters, gradients)

        def chosen_step(parameters, X, Y, chosen):
            return step(parameters, X[chosen], Y[chosen])

        self.outputs = jax.jit(outputs)
        self.step = jax.jit(step, donate_argnums=0)
        self.chosen_step = jax.jit(chosen_step, donate_argnums=0)

    def epoch(self):
        m = len(self.X)
        if m == self.B:
            self.parameters = self.step(self.parameters, self.X, self.Y)
        else:
            order = self.rng.permutation(m)
            for start in range(0, m, self.B):
                chosen = order[start : start + self.B]
                self.parameters = self.chosen_step(self.parameters, self.X, self.Y, chosen)
        self.jax.block_until_ready(self.parameters)

    def classes(self, X):
        return np.asarray(self.outputs(self.parameters, np.ascontiguousarray(X.T))).argmax(1)


CONTESTANTS: dict[str, type] = {
    "notebook's step": Notebook,
    "notebook's step, float32": NotebookFloat32,
    "nnmath, plain step": NnmathPlain,
    "nnmath, fast step": Nnmath,
    "nnmath, all inputs": NnmathEverywhere,
    "PyTorch": Torch,
    "PyTorch by hand": TorchByHand,
    "PyTorch compiled": TorchCompiled,
    "scikit-learn": ScikitLearn,
    "JAX": Jax,
}
