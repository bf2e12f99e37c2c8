# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: f761c9028a8cea2f

# From book/modeling.md, "What the chapter adds to the package"
"""A feed-forward neural network from first principles, built cell by cell by a book."""

from nnmath.activations import identity as identity
from nnmath.activations import relu as relu
from nnmath.network import Network as Network
from nnmath.network import count_parameters as count_parameters
from nnmath.network import random_network as random_network


# From book/forward_pass.md, "What the chapter adds to the package"
from nnmath.activations import sigmoid as sigmoid
from nnmath.activations import softmax as softmax
from nnmath.activations import tanh as tanh
from nnmath.forward_pass import forward as forward


# From book/cost.md, "What the chapter adds to the package"
from nnmath.costs import cross_entropy as cross_entropy
from nnmath.costs import cross_entropy_derivative as cross_entropy_derivative
from nnmath.costs import squared_error as squared_error
from nnmath.costs import squared_error_derivative as squared_error_derivative
from nnmath.labels import one_hot as one_hot


# From book/one_neuron.md, "What the chapter adds to the package"
from nnmath.derivatives import derivative_of as derivative_of
from nnmath.scalar_chain import scalar_gradients as scalar_gradients


# From book/last_two_layers.md, "What the chapter adds to the package"
from nnmath.index_gradients import error_before_by_index as error_before_by_index
from nnmath.index_gradients import layer_gradients_by_index as layer_gradients_by_index
from nnmath.index_gradients import output_error_by_index as output_error_by_index


# From book/layer_k.md, "What the chapter adds to the package"
from nnmath.paths import count_paths as count_paths
from nnmath.paths import errors_by_paths as errors_by_paths
from nnmath.recursion import errors_by_recursion as errors_by_recursion
from nnmath.recursion import gradients_by_index as gradients_by_index


# From book/softmax_and_relu.md, "What the chapter adds to the package"
from nnmath.jacobians import softmax_jacobian as softmax_jacobian
from nnmath.log_sum_exp import cross_entropy_of_sums as cross_entropy_of_sums
from nnmath.log_sum_exp import log_sum_exp as log_sum_exp
from nnmath.output_error import output_error as output_error
from nnmath.output_error import pull_back as pull_back


# From book/vectorization.md, "What the chapter adds to the package"
from nnmath.backward import backward as backward
from nnmath.backward import errors as errors


# From book/checking_gradients.md, "What the chapter adds to the package"
from nnmath.gradient_check import best_step as best_step
from nnmath.gradient_check import central_difference as central_difference
from nnmath.gradient_check import check_gradients as check_gradients
from nnmath.gradient_check import complex_step as complex_step
from nnmath.gradient_check import forward_difference as forward_difference


# From book/mnist.md, "What the chapter adds to the package"
from nnmath.mnist import load_mnist as load_mnist


# From book/gradient_descent.md, "What the chapter adds to the package"
from nnmath.descent import descend as descend
from nnmath.minibatches import minibatches as minibatches
from nnmath.training import train_plainly as train_plainly


# From book/speed.md, "What the chapter adds to the package"
from nnmath.fast_training import train as train


# From book/notebook_run.md, "What the chapter adds to the package"
from nnmath.evaluation import answers as answers
from nnmath.evaluation import class_accuracies as class_accuracies
from nnmath.evaluation import confusion_matrix as confusion_matrix
from nnmath.keeping import digest_of as digest_of
from nnmath.keeping import kept as kept
from nnmath.progress import progress_bar as progress_bar


# From book/further.md, "What the chapter adds to the package"
from nnmath.augmentation import random_shifts as random_shifts
from nnmath.initialisation import glorot_scales as glorot_scales
from nnmath.initialisation import he_scales as he_scales
from nnmath.initialisation import scaled_network as scaled_network
from nnmath.optimisers import Adam as Adam
from nnmath.optimisers import Momentum as Momentum
from nnmath.optimisers import WeightDecay as WeightDecay
from nnmath.schedules import cosine as cosine
from nnmath.storage import load_network as load_network
from nnmath.storage import save_network as save_network


# From book/command_line.md, "What the chapter adds to the package"
from nnmath.centring import centred as centred
from nnmath.drawings import read_drawing as read_drawing
