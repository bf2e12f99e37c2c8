/* The trees of the book's equations, evaluated with the numbers of one network. Pure functions.

   A tree is what literate/meaning reads from the TeX of a page: each node names its kind in `t`. A value is a number
   or a matrix, a list of rows. What has no value throws an Error that says why. */

Interactives.math.formulas = (function () {
  "use strict";

  var M = Interactives.matrices;

  function isMatrix(value) { return Array.isArray(value); }
  function shape(value) { return value.length + " \u00d7 " + value[0].length; }
  function refuse(why) { throw new Error(why); }

  function number(value) {
    if (!isMatrix(value)) { return value; }
    if (shape(value) !== "1 \u00d7 1") { refuse("a number is expected, and not " + shape(value)); }
    return value[0][0];
  }

  function entrywise(left, right, join) {
    if (!isMatrix(left) && !isMatrix(right)) { return join(left, right); }
    if (!isMatrix(left) || !isMatrix(right)) { refuse("a number beside a matrix"); }
    if (shape(left) !== shape(right)) { refuse(shape(left) + " beside " + shape(right) + " does not fit"); }
    return M.mapped(left, function (value, i, j) { return join(value, right[i][j]); });
  }

  function times(left, right) {
    if (isMatrix(left) && isMatrix(right)) {
      if (left[0].length !== right.length) { refuse(shape(left) + " times " + shape(right) + " does not fit"); }
      return M.product(left, right);
    }
    if (isMatrix(left)) { return M.mapped(left, function (value) { return value * right; }); }
    return isMatrix(right) ? M.mapped(right, function (value) { return left * value; }) : left * right;
  }

  function add(left, right) { return left + right; }
  function multiply(left, right) { return left * right; }

  var FUNCTIONS = {
    tanh: [Math.tanh, function (z) { var a = Math.tanh(z); return 1 - a * a; }],
    sigmoid: [
      function (z) { return 1 / (1 + Math.exp(-z)); },
      function (z) { var e = Math.exp(-Math.abs(z)); return e / ((1 + e) * (1 + e)); }
    ]
  };

  /* What an array of the network is for a layer; `of` are its values, or the rates of the cost by them. */
  function array(of, symbol, scope, data) {
    var layer = evaluate(symbol.layer, scope, data), name = symbol.name.replace("\\", "");
    var found = of[name] && of[name][layer];
    return found || refuse("layer " + layer + " has no " + (data.letters[name] || name));
  }

  function entry(value, indices, scope, data) {
    if (!indices.length) { return value; }
    var at = indices.map(function (index) { return evaluate(index, scope, data); });
    var row = value[at[0]], found = row && row[at.length > 1 ? at[1] : 0];
    return found === undefined ? refuse(shape(value) + " has no entry " + at.join(", ")) : found;
  }

  function symbol(node, scope, data) {
    if (!node.layer && !node.indices.length && node.name in scope) { return scope[node.name]; }
    if (node.name === "L") { return data.sizes.length - 1; }
    if (node.name === "m") { return data.m; }
    if (node.name === "n") { return data.sizes[evaluate(node.indices[0], scope, data)]; }
    if (!node.layer) { refuse(node.name + " stands for nothing here"); }
    return entry(array(data.values, node, scope, data), node.indices, scope, data);
  }

  /* The first layer that stands in a tree: an activation function is that of its argument. */
  function layerIn(node) {
    if (!node || typeof node !== "object") { return null; }
    if (node.t === "Symbol" && node.layer) { return node.layer; }
    return Object.keys(node).reduce(function (found, key) { return found || layerIn(node[key]); }, null);
  }

  function activation(node, scope, data) {
    var layer = evaluate(node.layer || layerIn(node.arguments), scope, data), name = data.phi[layer];
    if (!name) { refuse("layer " + layer + " has no activation function"); }
    var value = evaluate(node.arguments[0], scope, data), f = FUNCTIONS[name][node.primes];
    return isMatrix(value) ? M.mapped(value, f) : f(value);
  }

  function sum(node, scope, data) {
    var binder = node.binders[0], terms = [], last = evaluate(binder.upper, scope, data);
    for (var k = evaluate(binder.lower, scope, data); k <= last; k += 1) {
      var inner = Object.assign({}, scope);
      inner[binder.index.name] = k;
      terms.push(evaluate(node.body, inner, data));
    }
    return terms.reduce(function (left, right) { return entrywise(left, right, add); });
  }

  var KINDS = {
    Number: function (node) { return Number(node.text); },
    Symbol: symbol,
    Term: function (node, scope, data) { return times(node.sign, evaluate(node.of, scope, data)); },
    Brace: function (node, scope, data) { return evaluate(node.of, scope, data); },
    Add: function (node, scope, data) {
      return node.terms.map(function (term) { return evaluate(term, scope, data); }).reduce(function (left, right) { return entrywise(left, right, add); });
    },
    Product: function (node, scope, data) {
      return node.factors.map(function (factor) { return evaluate(factor, scope, data); }).reduce(times);
    },
    Hadamard: function (node, scope, data) {
      return node.factors.map(function (factor) { return evaluate(factor, scope, data); }).reduce(function (left, right) { return entrywise(left, right, multiply); });
    },
    Quotient: function (node, scope, data) { return times(evaluate(node.over, scope, data), 1 / number(evaluate(node.under, scope, data))); },
    Transpose: function (node, scope, data) { return M.transposed(evaluate(node.of, scope, data)); },
    Ones: function (node, scope, data) { return Array.from({ length: evaluate(node.length, scope, data) }, function () { return [1]; }); },
    Apply: activation,
    Big: sum,
    Derivative: function (node, scope, data) { return entry(array(data.rates, node.by[0], scope, data), node.by[0].indices, scope, data); },
    Nabla: function (node, scope, data) { return array(data.rates, node.by, scope, data); }
  };

  function evaluate(node, scope, data) {
    return (KINDS[node.t] || refuse(node.t + " has no value"))(node, scope, data);
  }

  /* The right side with what is chosen at each place; `picked` are the numbers of the options. */
  function changed(equation, picked) {
    var right = JSON.parse(JSON.stringify(equation.right));
    equation.choices.forEach(function (choice, k) {
      var node = choice.path.reduce(function (part, step) { return part[step]; }, right);
      node[choice.field] = choice.options[picked[k]][1];
    });
    return right;
  }

  function apart(left, right) { return Math.abs(left - right) > 1e-9 * (1e-3 + Math.max(Math.abs(left), Math.abs(right))); }

  /* Both sides for given indices, with the entries in which they differ; or why one has no value. */
  function compared(left, right, scope, data) {
    var a = evaluate(left, scope, data), b;
    try { b = evaluate(right, scope, data); } catch (error) { return { left: a, why: error.message }; }
    if (!isMatrix(a)) { b = isMatrix(b) && shape(b) === "1 \u00d7 1" ? b[0][0] : b; }
    if (isMatrix(a) !== isMatrix(b) || (isMatrix(a) && shape(a) !== shape(b))) {
      return { left: a, right: b, why: "the left side is " + (isMatrix(a) ? shape(a) : "a number") + ", the right side " + (isMatrix(b) ? shape(b) : "a number") };
    }
    return { left: a, right: b, wrong: entrywise(a, b, apart) };
  }

  return { evaluate: evaluate, changed: changed, compared: compared, isMatrix: isMatrix };
})();
