/* The cost of one neuron as a function of its weight, for the picture of the chord. Pure functions.
   All errors and quotients are nnmath's. */

Interactives.math.gradient_check = (function () {
  "use strict";

  var FUNCTIONS = {
    tanh: Math.tanh,
    relu: function (z) { return Math.max(z, 0); }
  };

  /* The squared error of a neuron with one weight. */
  function cost(neuron, phi, weight) {
    var gap = FUNCTIONS[phi](weight * neuron.x + neuron.b) - neuron.y;
    return gap * gap;
  }

  /* How far the cost lies above its tangent at a distance from the weight, as the floats give it. */
  function aboveTangent(neuron, phi, slope, distance) {
    var weight = neuron.weight + distance;
    var taken = weight - neuron.weight;
    return [taken, cost(neuron, phi, weight) - cost(neuron, phi, neuron.weight) - slope * taken];
  }

  function around(neuron, phi, slope, halfWidth, count) {
    return Array.from({ length: count + 1 }, function (_, k) {
      return aboveTangent(neuron, phi, slope, halfWidth * (2 * k / count - 1));
    });
  }

  function nearest(list, value) {
    var best = 0;
    list.forEach(function (candidate, k) {
      if (Math.abs(Math.log(candidate / value)) < Math.abs(Math.log(list[best] / value))) { best = k; }
    });
    return best;
  }

  return { cost: cost, aboveTangent: aboveTangent, around: around, nearest: nearest };
})();
