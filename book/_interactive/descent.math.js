/* Gradient descent with momentum on the squared error of one neuron with two weights. Pure functions.

   The data are {X: [first inputs, second inputs], y: targets of 1 and -1}. */

Interactives.math.descent = (function () {
  "use strict";

  function gaps(data, w) {
    return data.y.map(function (y, e) { return w[0] * data.X[0][e] + w[1] * data.X[1][e] - y; });
  }

  function mean(list) {
    return list.reduce(function (a, b) { return a + b; }, 0) / list.length;
  }

  function cost(data, w) {
    return mean(gaps(data, w).map(function (gap) { return gap * gap; }));
  }

  function gradient(data, w) {
    var gap = gaps(data, w);
    return data.X.map(function (row) { return mean(row.map(function (x, e) { return 2 * gap[e] * x; })); });
  }

  /* One step: the velocity takes the gradient in, the weights go against it. */
  function step(data, state, eta, mu) {
    var g = gradient(data, state.w);
    var v = state.v.map(function (old, i) { return mu * old + g[i]; });
    return { w: state.w.map(function (w, i) { return w - eta * v[i]; }), v: v };
  }

  function start(w) { return { w: w.slice(), v: [0, 0] }; }

  /* From this learning rate on, the direction that bends most grows: the limit of descent, and with momentum
     the rate at which a root of the recurrence passes -1. */
  function limit(beta, mu) { return 2 * (1 + mu) / beta; }

  /* The level line of the cost at a height above the minimum: an ellipse along the Hessian's eigenvectors. */
  function level(bowl, height, count) {
    var points = [];
    for (var k = 0; k <= count; k += 1) {
      var angle = 2 * Math.PI * k / count;
      var along = [Math.cos(angle), Math.sin(angle)].map(function (c, i) { return c * Math.sqrt(2 * height / bowl.curvatures[i]); });
      points.push([0, 1].map(function (i) { return bowl.minimum[i] + along[0] * bowl.directions[i][0] + along[1] * bowl.directions[i][1]; }));
    }
    return points;
  }

  return { cost: cost, gradient: gradient, step: step, start: start, limit: limit, level: level };
})();
