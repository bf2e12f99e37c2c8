# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 793aad875734c849

# From book/modeling.md, "What the chapter adds to the package"
"""A feed-forward neural network from first principles, built cell by cell by a book."""

from nnmath.model.activations import identity as identity
from nnmath.model.activations import relu as relu
from nnmath.model.network import Network as Network
from nnmath.model.network import count_parameters as count_parameters
from nnmath.model.network import random_network as random_network


# From book/forward_pass.md, "What the chapter adds to the package"
from nnmath.model.activations import sigmoid as sigmoid
from nnmath.model.activations import softmax as softmax
from nnmath.model.activations import tanh as tanh
from nnmath.model.forward_pass import forward as forward
from nnmath.model.small_network import small_network as small_network


# From book/cost.md, "What the chapter adds to the package"
from nnmath.model.costs import cross_entropy as cross_entropy
from nnmath.model.costs import squared_error as squared_error
from nnmath.model.labels import one_hot as one_hot


# From book/vectorization.md, "What the chapter adds to the package"
from nnmath.gradients.backward import backward as backward


# From book/numerical_derivatives.md, "What the chapter adds to the package"
from nnmath.gradients.differences import central_difference as central_difference
from nnmath.gradients.differences import complex_step as complex_step


# From book/checking_gradients.md, "What the chapter adds to the package"
from nnmath.gradients.direction_check import check_direction as check_direction
from nnmath.gradients.gradient_check import check_gradients as check_gradients
from nnmath.model.activations import softplus as softplus


# From book/mnist.md, "What the chapter adds to the package"
from nnmath.learning.mnist import load_mnist as load_mnist


# From book/gradient_descent.md, "What the chapter adds to the package"
from nnmath.learning.descent import descend as descend
from nnmath.learning.minibatches import minibatches as minibatches
from nnmath.learning.plain_training import train_plainly as train_plainly


# From book/speed.md, "What the chapter adds to the package"
from nnmath.fast.train import train as train


# From book/notebook_run.md, "What the chapter adds to the package"
from nnmath.app.progress import progress_bar as progress_bar
from nnmath.learning.evaluation import class_accuracies as class_accuracies
from nnmath.learning.evaluation import confusion_matrix as confusion_matrix
from nnmath.learning.evaluation import predicted_classes as predicted_classes


# From book/better_starts.md, "What the chapter adds to the package"
from nnmath.learning.initialisation import glorot_scales as glorot_scales
from nnmath.learning.initialisation import he_scales as he_scales
from nnmath.learning.initialisation import scaled_network as scaled_network


# From book/better_steps.md, "What the chapter adds to the package"
from nnmath.learning.optimisers import Adam as Adam
from nnmath.learning.optimisers import Momentum as Momentum
from nnmath.learning.schedules import cosine as cosine


# From book/two_recipes.md, "What the chapter adds to the package"
from nnmath.learning.augmentation import random_shifts as random_shifts
from nnmath.learning.network_files import load_network as load_network
from nnmath.learning.network_files import save_network as save_network
from nnmath.learning.optimisers import WeightDecay as WeightDecay


# From book/many_machines.md, "What the chapter adds to the package"
from nnmath.fast.distributed import local_cluster as local_cluster
from nnmath.fast.distributed import train_distributed as train_distributed
