/* A small playground: the drawing. */

Interactives.define("playground", function (place, data) {
  "use strict";

  var I = Interactives, G = I.math.playground, P = I.plot;
  var element = I.element, drawn = I.drawn, show = I.show;
  var REACH = 2.4, CELLS = 60, SIDE = 480, MOST = 5000, PER_TICK = 10;
  var KNOTS = CELLS + 1;

  var set = "circle", phi = "tanh", hidden = [4, 0], eta = 0.3, seed = 0;
  var network, costs;

  function X() { return data.examples[set]; }
  function n() { return [2].concat(hidden.filter(Boolean), 2); }
  function values() { return G.forward(network, X()); }
  function costNow() { return G.cost(values().Z[n().length - 1], data.Y); }

  function reset() {
    network = G.networkAt(data.starts[seed], n(), phi);
    costs = [costNow()];
  }

  function step() {
    if (costs.length > MOST || !isFinite(costs[costs.length - 1])) { return false; }
    network = G.step(network, X(), data.Y, eta);
    costs.push(costNow());
    return true;
  }

  /* --- The plane: how sure the network is, its boundary, and the examples ------------------------------- */

  var plane = element("canvas", { width: SIDE, height: SIDE, class: "plane", role: "img" });
  var coarse = element("canvas", { width: KNOTS, height: KNOTS });
  var knots = Array.from({ length: KNOTS }, function (_, k) { return REACH * (2 * k / CELLS - 1); });
  var everywhere = [
    knots.flatMap(function () { return knots; }),
    knots.slice().reverse().flatMap(function (second) { return knots.map(function () { return second; }); })
  ];

  function colour(name) { return getComputedStyle(place).getPropertyValue(name).trim(); }
  function parts(hex) { return [1, 3, 5].map(function (k) { return parseInt(hex.slice(k, k + 2), 16); }); }
  function pixel(value) { return (value / REACH + 1) / 2 * (SIDE - SIDE / KNOTS) + SIDE / KNOTS / 2; }

  function paintGround(context, P1) {
    var image = coarse.getContext("2d").createImageData(KNOTS, KNOTS), sides = [parts(colour("--link")), parts(colour("--erratum"))];
    P1.forEach(function (p, k) {
      var side = sides[p > 0.5 ? 1 : 0];
      image.data.set([side[0], side[1], side[2], 25 + 180 * Math.abs(p - 0.5)], 4 * k);
    });
    coarse.getContext("2d").putImageData(image, 0, 0);
    context.drawImage(coarse, 0, 0, SIDE, SIDE);
  }

  /* Where p crosses 1/2 on the four sides of each cell; a line joins the crossings. */
  function paintBoundary(context, P1) {
    var width = SIDE / KNOTS;
    context.beginPath();
    for (var r = 0; r < CELLS; r += 1) {
      for (var c = 0; c < CELLS; c += 1) {
        var corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]], crossings = [];
        corners.forEach(function (from, k) {
          var to = corners[(k + 1) % 4], p = P1[from[0] * KNOTS + from[1]] - 0.5, q = P1[to[0] * KNOTS + to[1]] - 0.5;
          if (p > 0 === q > 0) { return; }
          var t = p / (p - q);
          crossings.push([(from[1] + t * (to[1] - from[1]) + 0.5) * width, (from[0] + t * (to[0] - from[0]) + 0.5) * width]);
        });
        for (var k = 0; k + 1 < crossings.length; k += 2) {
          context.moveTo(crossings[k][0], crossings[k][1]);
          context.lineTo(crossings[k + 1][0], crossings[k + 1][1]);
        }
      }
    }
    context.strokeStyle = colour("--ink");
    context.lineWidth = 2.5;
    context.stroke();
  }

  function paintExamples(context) {
    X()[0].forEach(function (first, e) {
      var x = pixel(first), y = SIDE - pixel(X()[1][e]);
      context.beginPath();
      if (data.Y[0][e]) { context.arc(x, y, 6.5, 0, 2 * Math.PI); } else { context.rect(x - 6, y - 6, 12, 12); }
      context.fillStyle = colour(data.Y[0][e] ? "--link" : "--erratum");
      context.fill();
      context.strokeStyle = colour("--ground");
      context.lineWidth = 2;
      context.stroke();
    });
  }

  function drawPlane() {
    var context = plane.getContext("2d"), L = network.n.length - 1;
    var P1 = G.forward(network, everywhere).A[L][1];
    context.clearRect(0, 0, SIDE, SIDE);
    paintGround(context, P1);
    paintBoundary(context, P1);
    paintExamples(context);
    var wrong = G.mistakes(values().A[L], data.Y), share = P1.filter(function (p) { return p > 0.5; }).length / P1.length;
    plane.setAttribute("aria-label", "The plane of the two inputs with the examples and the boundary. " + wrong + " of " + data.Y[0].length +
      " examples lie on the wrong side; class 1 has " + Math.round(100 * share) + " % of the plane.");
    return wrong;
  }

  /* --- The network ------------------------------------------------------------------------------------------ */

  var picture = drawn("svg", { viewBox: "0 0 320 190", class: "network weights", role: "img" });

  function at(l, i) {
    var count = network.n[l];
    return { x: 22 + l * 276 / (network.n.length - 1), y: 95 + (i - (count - 1) / 2) * Math.min(46, 176 / count) };
  }

  function drawNetwork() {
    var largest = { size: 0 }, all = 0;
    picture.replaceChildren();
    Object.keys(network.W).forEach(function (l) {
      network.W[l].forEach(function (row, i) {
        row.forEach(function (w, j) {
          var from = at(l - 1, j), to = at(Number(l), i);
          var edge = drawn("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: "edge" + (w < 0 ? " negative" : "") });
          edge.style.setProperty("--wide", Math.min(0.4 + 1.6 * Math.abs(w), 6).toFixed(2) + "px");
          picture.append(edge);
          all += 1;
          if (Math.abs(w) > largest.size) { largest = { size: Math.abs(w), w: w, l: l, i: i, j: j }; }
        });
      });
    });
    network.n.forEach(function (count, l) {
      for (var i = 0; i < count; i += 1) {
        var c = at(l, i);
        picture.append(drawn("circle", { cx: c.x, cy: c.y, r: 8, class: "knot" }));
        if (l === 0 || l === network.n.length - 1) {
          picture.append(drawn("text", { x: c.x, y: c.y + 4, text: l ? String(i) : "x" + "\u2080\u2081"[i] }));
        }
      }
    });
    picture.setAttribute("aria-label", "The network: layers of " + network.n.join(", ") + " neurons, " + all + " weights. The largest is " + show(largest.w) +
      ", from neuron " + largest.j + " to neuron " + largest.i + " of layer " + largest.l + ".");
  }

  /* --- The cost ----------------------------------------------------------------------------------------------- */

  var course = P.axes({ width: 320, height: 170, left: 44, attributes: { role: "img" } });

  function drawCosts() {
    var width = Math.max(20, costs.length - 1), every = Math.ceil(costs.length / 300), last = costs[costs.length - 1];
    var finite = costs.filter(isFinite), top = Math.max(1, Math.ceil(Math.max.apply(null, finite)));
    course.set(
      { min: 0, max: width, ticks: [0, Math.round(width / 2), width], label: "step" },
      { min: 0, max: top, ticks: [0, top / 2, top], label: "cost" }
    );
    course.clear();
    course.line(costs.map(function (c, k) { return [k, c]; }).filter(function (_, k) { return k % every === 0 || k === costs.length - 1; }), "way");
    course.dot(costs.length - 1, last, "now", 4);
    course.svg.setAttribute("aria-label", "The cost, step by step: from " + show(costs[0]) + " to " + show(last) + ".");
  }

  var status = element("p", { class: "status", role: "status" });

  function render() {
    var wrong = drawPlane(), over = !isFinite(costs[costs.length - 1]);
    drawNetwork();
    drawCosts();
    status.textContent = "Step " + (costs.length - 1) + ": cost " + show(costs[costs.length - 1], 4) + ", " + wrong + " of " + data.Y[0].length + " examples on the wrong side." +
      (over ? " The numbers have left every bound." : "");
    [ahead, run].forEach(function (node) { node.setAttribute("aria-disabled", String(over || costs.length > MOST)); });
  }

  /* --- Controls ----------------------------------------------------------------------------------------------- */

  var quiet = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var player = I.player(function () {
    var more = true;
    for (var k = 0; k < PER_TICK && more; k += 1) { more = step(); }
    render();
    return more;
  }, quiet ? 1000 : 60, function (playing) {
    run.textContent = playing ? "Stop" : "Run";
    status.setAttribute("aria-live", playing ? "off" : "polite");
  });
  var run = I.button("Run", function () { player.toggle(); }, { class: "primary" });
  var ahead = I.button("Step", function () { player.stop(); step(); render(); });
  var again = I.button("To the start", function () { player.stop(); reset(); render(); });
  var other = I.button("Another start", function () { player.stop(); seed = (seed + 1) % data.starts.length; reset(); render(); });

  /* Other examples or another network begin anew; another rate goes on. */
  function change(put) { return function (value) { player.stop(); put(value); reset(); render(); }; }
  function options(list) { return list.map(function (name) { return { value: name, label: name }; }); }

  var sizes = [0, 1].map(function (k) {
    return I.slider({
      label: ["Hidden layer 1", "Hidden layer 2"][k], min: 1 - k, max: 8, step: 1, value: hidden[k],
      words: function (value) { return value ? value + (value === 1 ? " neuron" : " neurons") : "none"; },
      onchange: change(function (value) { hidden[k] = value; })
    });
  });
  var rate = I.slider({
    label: "Learning rate \u03b7", min: -2, max: 1, step: 0.1, value: Math.log10(eta),
    words: function (value) { return show(Math.pow(10, value), 2); },
    onchange: function (value) { eta = Math.pow(10, value); }
  });
  eta = Math.pow(10, Number(rate.querySelector("input").value));

  /* How far the page's steps are from nnmath's, over the walks that it took. */
  function difference() {
    var worst = 0;
    data.walks.forEach(function (walk) {
      var here = G.networkAt(data.starts[walk.start], walk.n, walk.phi);
      walk.costs.forEach(function (cost, k) {
        worst = Math.max(worst, Math.abs(G.cost(G.forward(here, data.examples[walk.set]).Z[walk.n.length - 1], data.Y) - cost));
        if (k + 1 < walk.costs.length) { here = G.step(here, data.examples[walk.set], data.Y, walk.eta); }
      });
    });
    return worst;
  }

  /* The canvas takes its colours from the page, which has a day and a night. */
  new MutationObserver(render).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

  reset();
  place.append(
    element("div", { class: "controls" }, [run, ahead, again, other]),
    element("div", { class: "choices" }, [
      I.choice({ label: "Examples", value: set, of: options(Object.keys(data.examples)), onchange: change(function (value) { set = value; }) }),
      I.choice({ label: "Activation function", value: phi, of: options(["tanh", "relu", "sigmoid"]), onchange: change(function (value) { phi = value; }) })
    ]),
    element("div", { class: "sliders" }, sizes.concat(rate)),
    element("div", { class: "pair plane-and-network" }, [plane, element("div", {}, [picture, course.svg])]),
    status,
    P.legend([["class-0", "class 0", "dot"], ["class-1", "class 1", "square"], ["edge", "positive weight"], ["edge negative", "negative weight; the wider, the larger"]]),
    element("p", { class: "quiet agreement", text: "Along the walks of the cell, the costs of this page and of nnmath differ by at most " + show(difference(), 1) + "." })
  );
  render();
});
