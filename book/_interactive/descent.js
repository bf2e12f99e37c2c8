/* Descent on a surface of two weights: the drawing. */

Interactives.define("descent", function (place, data) {
  "use strict";

  var I = Interactives, D = I.math.descent, P = I.plot;
  var show = I.show;
  var MOST = 400, FAR = 1e9;
  var share = 0.7, mu = 0, start = data.start.slice(), history = [];

  function eta() { return share * data.limit; }

  function reset() { history = [D.start(start)]; }

  function last() { return history[history.length - 1]; }

  function gone() { return Math.max(Math.abs(last().w[0]), Math.abs(last().w[1])) > FAR; }

  function step() {
    if (history.length > MOST || gone()) { return false; }
    history.push(D.step(data, last(), eta(), mu));
    return true;
  }

  /* --- The three pictures ----------------------------------------------------------------------- */

  var surface = P.axes({ width: 330, height: 330, left: 44, attributes: { class: "plot surface", tabindex: "0", role: "application", "aria-label": "The surface of the cost. Arrow keys move the start" } });
  surface.set(
    { min: data.view[0][0], max: data.view[0][1], ticks: data.ticks[0], label: "first weight" },
    { min: data.view[1][0], max: data.view[1][1], ticks: data.ticks[1], label: "second weight" }
  );
  var plane = P.axes({ width: 330, height: 330, left: 44, attributes: { class: "plot plane", role: "img" } });
  plane.set(
    { min: data.plane[0], max: data.plane[1], ticks: [0, 2, 4], label: "first input" },
    { min: data.plane[0], max: data.plane[1], ticks: [0, 2, 4], label: "second input" }
  );
  var course = P.axes({ width: 330, height: 250, attributes: { role: "img" } });

  var status = I.element("p", { class: "status", role: "status" });
  var verdict = I.element("p", { class: "remark" });

  function farOut(state) {
    return state.w.some(function (w, i) {
      var low = data.view[i][0], high = data.view[i][1];
      return w < 2 * low - high || w > 2 * high - low;
    });
  }

  /* The places of the way, without its jumps to and fro far out of the picture, which would fill it
     with lines: a place without numbers makes a gap. */
  function inSight() {
    return history.map(function (state, k) {
      return farOut(state) && (k === 0 || farOut(history[k - 1])) ? [NaN, NaN] : state.w;
    });
  }

  function drawSurface() {
    surface.clear();
    data.levels.forEach(function (height) { surface.line(D.level(data.bowl, height, 96), "level", true); });
    surface.square(data.bowl.minimum[0], data.bowl.minimum[1], "minimum");
    surface.line(inSight(), "way");
    history.slice(-60).forEach(function (state) { surface.dot(state.w[0], state.w[1], "stop", 2.5); });
    surface.dot(start[0], start[1], "start marker", 6);
    surface.dot(last().w[0], last().w[1], "now", 6);
  }

  /* The boundary is where the weighted sum is 0: at right angles to the weights. */
  function drawPlane() {
    plane.clear();
    var w = last().w, length = Math.hypot(w[0], w[1]), wide = 20, wrong = 0;
    if (length > 0 && isFinite(length)) {
      var along = [-w[1] / length * wide, w[0] / length * wide], to = [w[0] / length * wide, w[1] / length * wide];
      plane.line([along, [along[0] + to[0], along[1] + to[1]], [to[0] - along[0], to[1] - along[1]], [-along[0], -along[1]]], "side", true);
      plane.line([along, [-along[0], -along[1]]], "boundary");
    }
    data.y.forEach(function (y, e) {
      var x = [data.X[0][e], data.X[1][e]], right = (w[0] * x[0] + w[1] * x[1] > 0) === (y > 0);
      wrong += right ? 0 : 1;
      if (y > 0) { plane.dot(x[0], x[1], "plus" + (right ? "" : " wrong")); } else { plane.square(x[0], x[1], "minus" + (right ? "" : " wrong")); }
    });
    plane.svg.setAttribute("aria-label", "The examples and the boundary; " + wrong + " of " + data.y.length + " examples lie on the wrong side.");
    return wrong;
  }

  function drawCourse() {
    var excess = history.map(function (state) { return Math.max(D.cost(data, state.w) - data.bowl.cost, 1e-16); });
    var low = Math.pow(10, Math.floor(Math.log10(Math.min.apply(null, excess.concat(1e-3)))));
    var high = Math.pow(10, Math.ceil(Math.log10(Math.max.apply(null, excess.concat(10)))));
    var decades = Math.round(Math.log10(high / low)), every = Math.max(1, Math.ceil(decades / 5));
    var width = Math.max(20, history.length);
    course.set(
      { min: 0, max: width, ticks: [0, Math.round(width / 2), width], label: "step" },
      { min: low, max: high, log: true, ticks: P.powers(Math.round(Math.log10(low)), Math.round(Math.log10(high)), every), show: P.power, label: "cost above the least" }
    );
    course.clear();
    course.line(excess.map(function (c, k) { return [k, c]; }), "way");
    course.dot(history.length - 1, excess[excess.length - 1], "now", 4);
    course.svg.setAttribute("aria-label", "The cost above the least, step by step, on a logarithmic axis: now " + show(excess[excess.length - 1], 2) + ".");
  }

  function judge() {
    var limit = D.limit(data.beta, mu), ratio = eta() / limit;
    var known = mu > 0 ? "With momentum " + show(mu, 2) + " the limit is 2(1 + \u03bc)/\u03b2 = " + show(limit) + ". " : "The limit is 2/\u03b2 = " + show(limit) + ". ";
    if (Math.abs(ratio - 1) < 1e-9) { return known + "At the limit the steepest direction jumps from side to side for ever."; }
    return known + (ratio > 1 ? "The learning rate is above it: the way leads out of the valley, further with each step." : "The learning rate is below it: the way leads to the minimum.");
  }

  function render() {
    drawSurface();
    var wrong = drawPlane();
    drawCourse();
    var w = last().w;
    status.textContent = "Step " + (history.length - 1) + ": cost " + show(D.cost(data, w), 5) + ", weights " + show(w[0], 4) + " and " + show(w[1], 4) +
      ", " + wrong + " of " + data.y.length + " examples on the wrong side." + (gone() ? " The weights have left every bound; the way ends here." : "");
    verdict.textContent = judge();
    back.setAttribute("aria-disabled", String(history.length === 1));
    ahead.setAttribute("aria-disabled", String(history.length > MOST || gone()));
  }

  /* --- Controls ----------------------------------------------------------------------------------- */

  var quiet = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var player = I.player(function () {
    var more = step();
    render();
    return more && history.length <= MOST;
  }, quiet ? 1000 : 180, function (playing) {
    play.textContent = playing ? "Pause" : "Play";
    status.setAttribute("aria-live", playing ? "off" : "polite");
  });
  var play = I.button("Play", function () { player.toggle(); });
  var ahead = I.button("Step", function () { player.stop(); step(); render(); });
  var ten = I.button("Ten steps", function () { player.stop(); for (var k = 0; k < 10; k += 1) { step(); } render(); });
  var back = I.button("Step back", function () { player.stop(); if (history.length > 1) { history.pop(); } render(); });
  var again = I.button("To the start", function () { player.stop(); reset(); render(); });

  /* A new rate or momentum tells its story from the start. */
  function change(set) { return function (value) { player.stop(); set(value); reset(); render(); }; }

  var rate = I.slider({
    label: "Learning rate \u03b7", min: 0.02, max: 2.2, step: 0.01, value: share,
    words: function (value) { return show(value * data.limit) + " = " + show(value) + " \u00b7 2/\u03b2"; },
    onchange: change(function (value) { share = value; })
  });
  var momentum = I.slider({
    label: "Momentum \u03bc", min: 0, max: 0.98, step: 0.01, value: mu,
    words: function (value) { return show(value, 2); },
    onchange: change(function (value) { mu = value; })
  });

  function moveTo(point) {
    player.stop();
    start = point.map(function (value, i) { return Math.round(Math.max(data.view[i][0], Math.min(data.view[i][1], value)) * 100) / 100; });
    fields.forEach(function (node, i) { node.set(start[i]); });
    reset();
    render();
  }

  var fields = [0, 1].map(function (i) {
    return I.numberField({
      label: ["first weight", "second weight"][i], value: start[i], least: data.view[i][0], most: data.view[i][1],
      onchange: change(function (value) { start[i] = value; })
    });
  });

  surface.follow(moveTo);
  surface.svg.addEventListener("keydown", function (event) {
    var by = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (by) { event.preventDefault(); moveTo([start[0] + by[0], start[1] + by[1]]); }
  });

  reset();
  place.append(
    I.element("div", { class: "controls" }, [play, back, ahead, ten, again]),
    rate, momentum,
    I.element("div", { class: "pair" }, [surface.svg, course.svg]),
    verdict, status,
    I.element("fieldset", { class: "fields" }, [I.element("legend", { text: "Start: these numbers, a press on the surface, or the arrow keys there" })].concat(fields)),
    plane.svg,
    P.legend([["start marker", "start", "dot"], ["now", "now", "dot"], ["minimum", "minimum", "square"], ["plus", "target 1", "dot"], ["minus", "target \u22121", "square"]])
  );
  render();
});
