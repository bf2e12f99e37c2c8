/* Backpropagation in a small network, and the steps in which it is told. Pure functions.

   A network is {n: [n_0, ..., n_L], W: {l: rows}, b: {l: list}, phi: {l: name}}, as in the book:
   W[l][i][j] leads from neuron j of layer l - 1 to neuron i of layer l. */

Interactives.math.backpropagation = (function () {
  "use strict";

  var FUNCTIONS = {
    identity: { value: function (z) { return z; }, slope: function () { return 1; } },
    relu: { value: function (z) { return Math.max(z, 0); }, slope: function (z) { return z > 0 ? 1 : 0; } },
    sigmoid: {
      value: function (z) { return 1 / (1 + Math.exp(-z)); },
      slope: function (z) { var a = 1 / (1 + Math.exp(-z)); return a * (1 - a); }
    },
    tanh: {
      value: Math.tanh,
      slope: function (z) { var a = Math.tanh(z); return 1 - a * a; }
    }
  };

  function range(n) {
    return Array.from({ length: n }, function (_, i) { return i; });
  }

  function sum(terms) {
    return terms.reduce(function (total, term) { return total + term; }, 0);
  }

  /* The weighted sums z and activations a of all layers, and the slopes of the activation functions. */
  function forward(network, x) {
    var z = {}, a = { 0: x }, slope = {};
    for (var l = 1; l < network.n.length; l += 1) {
      z[l] = network.W[l].map(function (row, i) {
        return sum(row.map(function (w, j) { return w * a[l - 1][j]; })) + network.b[l][i];
      });
      a[l] = z[l].map(FUNCTIONS[network.phi[l]].value);
      slope[l] = z[l].map(FUNCTIONS[network.phi[l]].slope);
    }
    return { z: z, a: a, slope: slope };
  }

  /* The squared error, a mean over the outputs. */
  function cost(output, y) {
    return sum(output.map(function (a, i) { return (a - y[i]) * (a - y[i]); })) / output.length;
  }

  function outputError(network, values, y) {
    var L = network.n.length - 1;
    return values.a[L].map(function (a, i) { return 2 / network.n[L] * (a - y[i]) * values.slope[L][i]; });
  }

  /* All paths from neuron i of layer l to the output: lists of neurons, one for each layer l, ..., L. */
  function paths(n, l, i) {
    var found = [[i]];
    for (var r = l + 1; r < n.length; r += 1) {
      found = found.flatMap(function (path) {
        return range(n[r]).map(function (k) { return path.concat(k); });
      });
    }
    return found;
  }

  /* The factors along a path: weights and slopes in turn, and the error where it ends. Layer 0 has no slope. */
  function factors(network, values, delta, l, path) {
    var L = network.n.length - 1, list = [];
    for (var r = l; r < L; r += 1) {
      var source = path[r - l], destination = path[r - l + 1];
      if (r > 0) { list.push({ kind: "slope", l: r, i: source, value: values.slope[r][source] }); }
      list.push({ kind: "weight", l: r + 1, i: destination, j: source, value: network.W[r + 1][destination][source] });
    }
    list.push({ kind: "error", l: L, i: path[L - l], value: delta[path[L - l]] });
    return list;
  }

  function product(list) {
    return list.reduce(function (total, factor) { return total * factor.value; }, 1);
  }

  function errorByPaths(network, values, delta, l, i) {
    return sum(paths(network.n, l, i).map(function (path) { return product(factors(network, values, delta, l, path)); }));
  }

  /* The errors of the layers L, ..., 1, and in the place of an error of layer 0 the derivative by the input. */
  function errorsByRecursion(network, values, delta) {
    var L = network.n.length - 1, errors = {};
    errors[L] = delta;
    for (var l = L - 1; l >= 0; l -= 1) {
      errors[l] = range(network.n[l]).map(function (j) {
        var total = sum(network.W[l + 1].map(function (row, i) { return row[j] * errors[l + 1][i]; }));
        return l > 0 ? values.slope[l][j] * total : total;
      });
    }
    return errors;
  }

  function gradients(network, values, errors) {
    var ofW = {}, ofB = {};
    for (var l = 1; l < network.n.length; l += 1) {
      ofB[l] = errors[l];
      ofW[l] = errors[l].map(function (d) { return values.a[l - 1].map(function (a) { return d * a; }); });
    }
    return { W: ofW, b: ofB };
  }

  function everything(network, x, y) {
    var L = network.n.length - 1;
    var values = forward(network, x);
    var delta = outputError(network, values, y);
    var errors = errorsByRecursion(network, values, delta);
    var byPaths = {};
    for (var l = 0; l <= L; l += 1) {
      byPaths[l] = range(network.n[l]).map(function (i) { return errorByPaths(network, values, delta, l, i); });
    }
    return {
      z: values.z, a: values.a, slope: values.slope, cost: cost(values.a[L], y),
      errors: errors, byPaths: byPaths, gradients: gradients(network, values, errors)
    };
  }

  /* --- Names ------------------------------------------------------------------------------------ */

  var LOW = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089";
  var HIGH = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

  function low() { return Array.from(arguments).map(function (i) { return LOW[i]; }).join(""); }
  function layer(l) { return "\u207d" + HIGH[l] + "\u207e"; }

  function nameOf(kind, l, i, j) {
    switch (kind) {
      case "weight": return "w" + low(i, j) + layer(l);
      case "slope": return "\u03c6\u2032(z" + low(i) + layer(l) + ")";
      case "error": return l === 0 ? "\u2202C/\u2202x" + low(i) : "\u03b4" + low(i) + layer(l);
      case "activation": return l === 0 ? "x" + low(i) : "a" + low(i) + layer(l);
      case "sum": return "z" + low(i) + layer(l);
      case "bias": return "b" + low(i) + layer(l);
      default: throw new Error("no name for " + kind);
    }
  }

  /* --- The steps -------------------------------------------------------------------------------- */

  /* A term of a sum: its factors, the part of the formula that it stands for, and what it lights up. */
  function term(part, list, edges, neurons) {
    return { part: part, factors: list, value: product(list), edges: edges, neurons: neurons };
  }

  function factor(kind, l, i, j, value) {
    return { kind: kind, l: l, i: i, j: j, value: value };
  }

  /* All steps in order. Each has: phase (whose formula is shown), title, terms, value, result
     {kind, l, i} (what is known after it), and for a step with a function of the sum, after. */
  function steps(network, x, y) {
    var L = network.n.length - 1, all = everything(network, x, y), list = [];
    var layersForward = range(L).map(function (l) { return l + 1; });

    layersForward.forEach(function (l) {
      range(network.n[l]).forEach(function (i) {
        var terms = network.W[l][i].map(function (w, j) {
          return term("sum", [factor("weight", l, i, j, w), factor("activation", l - 1, j, null, all.a[l - 1][j])],
            [[l, i, j]], [[l - 1, j], [l, i]]);
        });
        terms.push(term("bias", [factor("bias", l, i, null, network.b[l][i])], [], [[l, i]]));
        list.push({
          phase: "forward", title: "Forward: neuron " + i + " of layer " + l, terms: terms,
          left: nameOf("sum", l, i), value: all.z[l][i], result: { kind: "activation", l: l, i: i },
          after: { name: nameOf("activation", l, i) + " = " + network.phi[l] + "(" + nameOf("sum", l, i) + ")", value: all.a[l][i] }
        });
      });
    });

    list.push({
      phase: "cost", title: "The cost", left: "C", value: all.cost, result: { kind: "cost" },
      terms: all.a[L].map(function (a, i) {
        var gap = { kind: "gap", l: L, i: i, value: a - y[i] };
        return term("sum", [{ kind: "constant", name: "1/n" + low(L), value: 1 / network.n[L] }, gap, gap], [], [[L, i]]);
      })
    });

    range(network.n[L]).forEach(function (i) {
      list.push({
        phase: "output", title: "Output error of neuron " + i, left: nameOf("error", L, i), value: all.errors[L][i],
        result: { kind: "error", l: L, i: i },
        terms: [term("gap", [
          { kind: "constant", name: "2/n" + low(L), value: 2 / network.n[L] }, { kind: "gap", l: L, i: i, value: all.a[L][i] - y[i] },
          factor("slope", L, i, null, all.slope[L][i])
        ], [], [[L, i]])]
      });
    });

    range(L).reverse().forEach(function (l) {
      range(network.n[l]).forEach(function (i) {
        list.push({
          phase: l > 0 ? "paths" : "paths-input",
          title: "Sum over paths: " + (l > 0 ? "neuron " + i + " of layer " + l : "input " + i),
          left: nameOf("error", l, i), value: all.byPaths[l][i], result: { kind: "by paths", l: l, i: i },
          terms: paths(network.n, l, i).map(function (path) { return pathTerm(network, all, l, path); })
        });
      });
    });

    range(L).reverse().forEach(function (l) {
      range(network.n[l]).forEach(function (j) {
        var before = l > 0 ? [factor("slope", l, j, null, all.slope[l][j])] : [];
        list.push({
          phase: l > 0 ? "recursion" : "recursion-input",
          title: "Recursion: " + (l > 0 ? "neuron " + j + " of layer " + l : "input " + j),
          left: nameOf("error", l, j), value: all.errors[l][j], result: { kind: "error", l: l, i: j },
          terms: range(network.n[l + 1]).map(function (i) {
            return term("sum", before.concat([
              factor("weight", l + 1, i, j, network.W[l + 1][i][j]), factor("error", l + 1, i, null, all.errors[l + 1][i])
            ]), [[l + 1, i, j]], [[l, j], [l + 1, i]]);
          })
        });
      });
    });

    range(L).reverse().forEach(function (below) {
      var l = below + 1;
      range(network.n[l]).forEach(function (i) {
        var terms = all.a[l - 1].map(function (a, j) {
          var one = term("weight", [factor("error", l, i, null, all.errors[l][i]), factor("activation", l - 1, j, null, a)],
            [[l, i, j]], [[l - 1, j], [l, i]]);
          one.left = "\u2202C/\u2202" + nameOf("weight", l, i, j);
          return one;
        });
        var bias = term("bias", [factor("error", l, i, null, all.errors[l][i])], [], [[l, i]]);
        bias.left = "\u2202C/\u2202" + nameOf("bias", l, i);
        list.push({
          phase: "gradients", title: "Gradients at neuron " + i + " of layer " + l, terms: terms.concat(bias),
          separate: true, result: { kind: "gradient", l: l, i: i }
        });
      });
    });
    return list;
  }

  function pathTerm(network, all, l, path) {
    var edges = [], neurons = path.map(function (i, k) { return [l + k, i]; });
    for (var r = 1; r < path.length; r += 1) { edges.push([l + r, path[r], path[r - 1]]); }
    return term("sum", factors(network, all, all.errors[network.n.length - 1], l, path), edges, neurons);
  }

  /* The paths of one neuron, each as a term. */
  function pathTerms(network, all, l, i) {
    return paths(network.n, l, i).map(function (path) { return Object.assign(pathTerm(network, all, l, path), { path: path }); });
  }

  return {
    forward: forward, cost: cost, outputError: outputError, paths: paths, errorByPaths: errorByPaths,
    errorsByRecursion: errorsByRecursion, gradients: gradients, everything: everything, nameOf: nameOf,
    steps: steps, pathTerms: pathTerms
  };
})();
