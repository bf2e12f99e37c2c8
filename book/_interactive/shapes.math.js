/* One layer and its products of two matrices: their shapes, and whether they are what is wanted. Pure functions.

   A layer is {n_before, n_here, m, W, A, Y}: weights W of n_here x n_before, activations A of the layer before,
   n_before x m, and targets Y. Its biases are 0, its activation function is tanh, its cost the squared error. */

Interactives.math.shapes = (function () {
  "use strict";

  var M = Interactives.matrices, product = M.product, transposed = M.transposed, mapped = M.mapped;

  function corner(matrix, rows, columns) {
    return matrix.slice(0, rows).map(function (row) { return row.slice(0, columns); });
  }

  /* A layer of these sizes, with the numbers in the corners of the matrices that nnmath drew. */
  function layer(drawn, n_before, n_here, m) {
    return {
      n_before: n_before, n_here: n_here, m: m,
      W: corner(drawn.W, n_here, n_before), A: corner(drawn.A, n_before, m), Y: corner(drawn.Y, n_here, m)
    };
  }

  function tanh(matrix) { return mapped(matrix, Math.tanh); }

  /* Z and A of the layer, by index: no matrix is multiplied. */
  function sums(one, W, A) {
    return mapped(one.Y, function (_, i, e) {
      return W[i].reduce(function (sum, w, j) { return sum + w * A[j][e]; }, 0);
    });
  }

  function cost(one, W, A) {
    var total = 0;
    mapped(tanh(sums(one, W, A)), function (a, i, e) { total += (a - one.Y[i][e]) * (a - one.Y[i][e]); });
    return total / (one.n_here * one.m);
  }

  /* Central difference quotients of a function of a matrix, entry by entry. */
  function quotients(matrix, f) {
    var h = 1e-5;
    return mapped(matrix, function (_, row, column) {
      function moved(by) {
        return f(mapped(matrix, function (value, i, j) { return i === row && j === column ? value + by : value; }));
      }
      return (moved(h) - moved(-h)) / (2 * h);
    });
  }

  /* What is wanted, found without a product of matrices. A gradient is 1/m times a product. */
  function wanted(one) {
    return {
      Z: { value: sums(one, one.W, one.A), factor: 1 },
      ofW: { value: quotients(one.W, function (W) { return cost(one, W, one.A); }), factor: 1 / one.m },
      ofA: { value: quotients(one.A, function (A) { return cost(one, one.W, A); }), factor: 1 / one.m }
    };
  }

  /* The factors that a product may have, by the names that they have in the code. */
  function factors(one) {
    var after = tanh(sums(one, one.W, one.A));
    var Delta = mapped(after, function (a, i, e) { return 2 / one.n_here * (a - one.Y[i][e]) * (1 - a * a); });
    var before = mapped(one.A, function (a, j, e) {
      return (1 - a * a) * Delta.reduce(function (sum, row, i) { return sum + one.W[i][j] * row[e]; }, 0);
    });
    var plain = { "W[l]": one.W, "A[l - 1]": one.A, "A[l]": after, "Delta[l - 1]": before, "Delta[l]": Delta }, all = {};
    Object.keys(plain).forEach(function (name) {
      all[name] = plain[name];
      all[name + ".T"] = transposed(plain[name]);
    });
    return all;
  }

  function shape(matrix) { return [matrix.length, matrix[0].length]; }

  /* What becomes of left times right: null without a product, else its value and how far it is from what is
     wanted; where the shapes differ there is no distance. */
  function judged(one, left, right) {
    var all = factors(one), goals = wanted(one), distance = {};
    if (all[left][0].length !== all[right].length) { return null; }
    var value = product(all[left], all[right]);
    Object.keys(goals).forEach(function (name) {
      var goal = goals[name];
      if (String(shape(goal.value)) !== String(shape(value))) { distance[name] = null; return; }
      distance[name] = 0;
      mapped(value, function (entry, i, j) { distance[name] = Math.max(distance[name], Math.abs(goal.factor * entry - goal.value[i][j])); });
    });
    return { value: value, distance: distance };
  }

  return { layer: layer, cost: cost, wanted: wanted, factors: factors, shape: shape, judged: judged };
})();
