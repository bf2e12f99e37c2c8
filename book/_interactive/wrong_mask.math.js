/* A network with one hidden layer of ReLU, its cost, its gradient with the right and with the wrong
   mask, and difference quotients. Pure functions of lists of rows. */

Interactives.math.wrong_mask = (function () {
  "use strict";

  var product = Interactives.matrices.product, transposed = Interactives.matrices.transposed, mapped = Interactives.matrices.mapped;

  function relu(matrix) { return mapped(matrix, function (z) { return Math.max(z, 0); }); }

  /* The masks: of the sums before the activation function, and of the activations after it. */
  var MASKS = {
    right: function (Z) { return mapped(Z, function (z) { return z > 0 ? 1 : 0; }); },
    wrong: function (Z, A) { return mapped(A, function (a) { return a >= 0 ? 1 : 0; }); }
  };

  /* The distances of the outputs from the targets. */
  function distances(data, A) {
    return mapped(product(data.W2, A), function (output, i, j) { return output - data.Y[i][j]; });
  }

  function cost(data, W1) {
    var gaps = distances(data, relu(product(W1, data.X))), sum = 0;
    gaps.forEach(function (row) { row.forEach(function (gap) { sum += gap * gap; }); });
    return sum / (gaps.length * gaps[0].length);
  }

  function gradient(data, W1, mask) {
    var Z = product(W1, data.X), A = relu(Z), gaps = distances(data, A);
    var share = 2 / (gaps.length * gaps[0].length);
    var back = product(transposed(data.W2), mapped(gaps, function (gap) { return share * gap; }));
    var open = MASKS[mask](Z, A);
    return product(mapped(back, function (value, i, j) { return value * open[i][j]; }), transposed(data.X));
  }

  function quotients(data, W1, h) {
    return mapped(W1, function (weight, row, column) {
      function moved(by) {
        return cost(data, mapped(W1, function (value, i, j) { return i === row && j === column ? value + by : value; }));
      }
      return (moved(h) - moved(-h)) / (2 * h);
    });
  }

  function step(data, W1, mask) {
    var slope = gradient(data, W1, mask);
    return mapped(W1, function (value, i, j) { return value - data.rate * slope[i][j]; });
  }

  function length(matrix) {
    return Math.sqrt(matrix.reduce(function (sum, row) {
      return row.reduce(function (inner, value) { return inner + value * value; }, sum);
    }, 0));
  }

  /* How far a gradient is from the quotients, entry by entry and as a whole, relative to their length. */
  function compared(found, wanted) {
    var gaps = mapped(found, function (value, i, j) { return value - wanted[i][j]; }), size = length(wanted);
    return { relative: length(gaps) / size, entries: mapped(gaps, function (gap) { return Math.abs(gap) / size; }) };
  }

  return { cost: cost, gradient: gradient, quotients: quotients, step: step, compared: compared };
})();
