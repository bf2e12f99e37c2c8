/* A network with two inputs and two classes, and gradient descent with all examples. Pure functions.

   A network is {n: [n_0, ..., n_L], W: {l: rows}, b: {l: list}, phi: name}, as in the book; phi is the activation
   function of the hidden layers, and the last layer has the softmax. X is 2 x m, Y is one-hot, 2 x m. */

Interactives.math.playground = (function () {
  "use strict";

  var M = Interactives.matrices, product = M.product, transposed = M.transposed, mapped = M.mapped;

  var FUNCTIONS = {
    tanh: { value: Math.tanh, slope: function (z) { var a = Math.tanh(z); return 1 - a * a; } },
    relu: { value: function (z) { return Math.max(z, 0); }, slope: function (z) { return z > 0 ? 1 : 0; } },
    sigmoid: {
      value: function (z) { return 1 / (1 + Math.exp(-z)); },
      slope: function (z) { var a = 1 / (1 + Math.exp(-z)); return a * (1 - a); }
    }
  };

  /* The softmax of each column of a matrix with two rows. */
  function softmax(Z) {
    var P1 = Z[0].map(function (z, e) { return 1 / (1 + Math.exp(z - Z[1][e])); });
    return [Z[0].map(function (z, e) { return 1 / (1 + Math.exp(Z[1][e] - z)); }), P1];
  }

  function forward(network, X) {
    var L = network.n.length - 1, Z = {}, A = { 0: X };
    for (var l = 1; l <= L; l += 1) {
      var b = network.b[l];
      Z[l] = mapped(product(network.W[l], A[l - 1]), function (sum, i) { return sum + b[i]; });
      A[l] = l < L ? mapped(Z[l], FUNCTIONS[network.phi].value) : softmax(Z[l]);
    }
    return { Z: Z, A: A };
  }

  /* The cross-entropy, a mean over the examples, from the sums of the last layer: it stays finite where a
     probability is rounded to 0. */
  function cost(Z, Y) {
    var total = 0;
    Z[0].forEach(function (_, e) {
      var gap = Y[0][e] ? Z[1][e] - Z[0][e] : Z[0][e] - Z[1][e];
      total += Math.max(gap, 0) + Math.log1p(Math.exp(-Math.abs(gap)));
    });
    return total / Z[0].length;
  }

  /* The gradients, by the errors Delta of each layer: the last are P - Y, and they come back through the
     transposed weights. */
  function backward(network, values, Y) {
    var L = network.n.length - 1, m = Y[0].length, ofW = {}, ofB = {};
    var Delta = mapped(values.A[L], function (p, i, e) { return p - Y[i][e]; });
    for (var l = L; l >= 1; l -= 1) {
      ofW[l] = mapped(product(Delta, transposed(values.A[l - 1])), function (sum) { return sum / m; });
      ofB[l] = Delta.map(function (row) { return row.reduce(function (sum, d) { return sum + d; }, 0) / m; });
      if (l > 1) {
        var Z = values.Z[l - 1];
        Delta = mapped(product(transposed(network.W[l]), Delta), function (d, j, e) { return d * FUNCTIONS[network.phi].slope(Z[j][e]); });
      }
    }
    return { W: ofW, b: ofB };
  }

  /* The network after one step down. */
  function step(network, X, Y, eta) {
    var of = backward(network, forward(network, X), Y), next = { n: network.n, phi: network.phi, W: {}, b: {} };
    Object.keys(network.W).forEach(function (l) {
      next.W[l] = mapped(network.W[l], function (w, i, j) { return w - eta * of.W[l][i][j]; });
      next.b[l] = network.b[l].map(function (b, i) { return b - eta * of.b[l][i]; });
    });
    return next;
  }

  /* The network of the sizes n with the weights of a start: the corners of its matrices, scaled by sqrt(2 / n_{l-1}). */
  function networkAt(start, n, phi) {
    var L = n.length - 1, network = { n: n, phi: phi, W: {}, b: {} };
    for (var l = 1; l <= L; l += 1) {
      var scale = Math.sqrt(2 / n[l - 1]), numbers = l === L ? start.last : l === 1 ? start.first : start.second;
      network.W[l] = numbers.slice(0, n[l]).map(function (row) { return row.slice(0, n[l - 1]).map(function (w) { return scale * w; }); });
      network.b[l] = numbers.slice(0, n[l]).map(function () { return 0; });
    }
    return network;
  }

  /* How many examples have the smaller probability for their own class. */
  function mistakes(P, Y) {
    return P[0].filter(function (p, e) { return (p > P[1][e]) !== (Y[0][e] === 1); }).length;
  }

  return { forward: forward, cost: cost, backward: backward, step: step, networkAt: networkAt, mistakes: mistakes };
})();
