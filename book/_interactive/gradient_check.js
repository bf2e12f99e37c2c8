/* The laboratory of gradient checks: the drawing. */

Interactives.define("gradient_check", function (place, data) {
  "use strict";

  var I = Interactives, G = I.math.gradient_check, P = I.plot;
  var show = I.show;
  var method = "forward", phi = "tanh", index = G.nearest(data.h, 1e-4);

  var LABELS = { forward: "forward difference", central: "central difference", complex: "complex step" };

  var errors = P.axes({ width: 320, height: 270, attributes: { role: "img", class: "plot draggable" } });
  var chord = P.axes({ width: 320, height: 230, left: 62, attributes: { role: "img" } });
  errors.set(
    { min: 1e-16, max: 1, log: true, ticks: P.powers(-16, 0, 4), show: P.power, label: "step h" },
    { min: 1e-18, max: 10, log: true, ticks: P.powers(-16, 0, 4), show: P.power, label: "error" }
  );

  var numbers = I.element("dl", { class: "values" });
  var status = I.element("p", { class: "status", role: "status" });
  var remark = I.element("p", { class: "remark" });

  function words(k) { return "h = " + show(data.h[k], 2); }

  var step = I.slider({
    label: "Step h", min: 0, max: data.h.length - 1, step: 1, value: index, words: words,
    onchange: function (value) { index = value; render(); }
  });
  var methods = I.choice({
    label: "Derivative by", value: method,
    of: Object.keys(LABELS).map(function (value) { return { value: value, label: LABELS[value] }; }),
    onchange: function (value) { method = value; render(); }
  });
  var kink = I.checkbox("A kink near by (ReLU in the place of tanh)", false, function (checked) { phi = checked ? "relu" : "tanh"; render(); });
  var best = I.button("Go to the best step", function () {
    var bestStep = data.best[phi][method];
    if (bestStep === null) { return; }
    index = G.nearest(data.h, bestStep);
    step.set(index);
    render();
  });

  errors.follow(function (point) {
    index = G.nearest(data.h, Math.max(point[0], 1e-16));
    step.set(index);
    render();
  });

  function drawErrors(series) {
    errors.clear();
    errors.rule(data.h[index], "here");
    var bestStep = data.best[phi][method];
    if (bestStep !== null) {
      errors.rule(bestStep, "best");
      errors.text(bestStep, 0.5, bestStep > 1e-6 ? "best by the bounds " : " best by the bounds", "note", bestStep > 1e-6 ? "end" : "start");
    }
    if (phi === "relu") {
      errors.rule(data.kink, "kink");
      errors.text(data.kink, 2e-17, " kink", "note");
    }
    ["total", "truncation", "rounding"].forEach(function (kind) {
      errors.line(series[kind].map(function (value, k) { return [data.h[k], value]; }), kind);
      errors.dot(data.h[index], series[kind][index], kind + " marker");
    });
    errors.svg.setAttribute("aria-label", "Errors of the " + LABELS[method] + " against the step, on logarithmic axes. " + spoken(series));
  }

  /* The cost less its tangent, which is the line at height 0: so the bend shows at every step. */
  function drawChord(series) {
    var h = data.h[index], half = 2.5 * h, derivative = data.derivative[phi], slope = series.quotient[index] - derivative;
    var points = G.around(data.neuron, phi, derivative, half, 400);
    var ends = { forward: [0, h], central: [-h, h], complex: [0] }[method].map(function (distance) {
      return G.aboveTangent(data.neuron, phi, derivative, distance);
    });
    var through = [0, 1].map(function (i) { return ends.reduce(function (sum, end) { return sum + end[i]; }, 0) / ends.length; });
    var reach = Math.max.apply(null, points.map(function (point) { return Math.abs(point[1]); })) * 1.15 || 1e-16;
    chord.set(
      { min: -half, max: half, ticks: [-2 * h, 0, 2 * h], show: function (v) { return v === 0 ? "w" : (v > 0 ? "w + 2h" : "w \u2212 2h"); }, label: "weight" },
      { min: -reach, max: reach, ticks: [-reach / 1.15, 0, reach / 1.15], show: function (v) { return show(v, 2); }, label: "cost less its tangent" }
    );
    chord.clear();
    chord.line([[-half, 0], [half, 0]], "tangent");
    chord.line(points, "curve");
    chord.line([-half, half].map(function (at) { return [at, through[1] + slope * (at - through[0])]; }), "chord");
    ends.forEach(function (end) { chord.dot(end[0], end[1], "chord marker"); });
    chord.svg.setAttribute("aria-label", "The cost less its tangent, within two and a half steps of the weight. The " + LABELS[method] + " has the slope " + show(series.quotient[index]) + ", the tangent " + show(derivative) + ".");
  }

  function spoken(series) {
    return words(index) + ": truncation " + show(series.truncation[index], 2) + ", rounding " + show(series.rounding[index], 2) + ", together " + show(series.total[index], 2) + ".";
  }

  function remarkFor(series) {
    var h = data.h[index];
    if (phi === "relu" && method !== "complex" && h > data.kink) { return "The step reaches over the kink: the quotient mixes two slopes, and no formula for smooth functions holds."; }
    if (method === "complex") { return "No two near equals are subtracted, so a smaller step is worse by a few roundings at most" + (phi === "relu" ? ", and the imaginary step does not come near the kink." : "."); }
    if (phi === "relu" && method === "central" && h === data.kink) { return "The step ends at the kink, but for the rounding of the weight: the whole error is of the size of roundings."; }
    if (series.truncation[index] === 0) { return "The cost is a parabola between the two points, so nothing is truncated: the error is rounding alone, which the division by h enlarges."; }
    if (series.rounding[index] > 3 * series.truncation[index]) { return "The step is too short: the values differ in their last digits, and the division by h enlarges their rounding."; }
    if (series.truncation[index] > 3 * series.rounding[index]) { return "The step is too long: the chord is not the tangent."; }
    var bestStep = data.best[phi][method];
    if (bestStep !== null && (h > 100 * bestStep || h < bestStep / 100)) { return "Truncation and rounding are of one size, by chance: at the steps beside this one the error is far larger."; }
    return "Truncation and rounding are of one size: near the best step.";
  }

  function render() {
    var series = data.series[phi][method];
    drawErrors(series);
    drawChord(series);
    numbers.replaceChildren();
    [["Quotient", series.quotient[index], 17], ["Derivative", data.derivative[phi], 17], ["Truncation error", series.truncation[index], 3],
      ["Rounding error", series.rounding[index], 3], ["Total error", series.total[index], 3]].forEach(function (row) {
      numbers.append(I.element("dt", { text: row[0] }), I.element("dd", { text: show(row[1], row[2]) }));
    });
    best.setAttribute("aria-disabled", String(data.best[phi][method] === null));
    remark.textContent = remarkFor(series);
    status.textContent = spoken(series);
  }

  status.classList.add("visually-hidden");
  place.append(
    methods, kink, step, I.element("div", { class: "controls" }, [best]),
    I.element("div", { class: "pair" }, [
      I.element("div", {}, [chord.svg, P.legend([["curve", "cost"], ["tangent", "tangent"], ["chord", "quotient"]])]),
      I.element("div", {}, [errors.svg, P.legend([["truncation", "truncation"], ["rounding", "rounding"], ["total", "total"]])])
    ]),
    remark, numbers, status
  );
  render();
});
