/* Two runs side by side, one with a wrong mask: the drawing. */

Interactives.define("wrong_mask", function (place, data) {
  "use strict";

  var I = Interactives, M = I.math.wrong_mask, P = I.plot;
  var NAMES = ["right", "wrong"], ALLOWED = 1e-6, MOST = 60;
  var runs, checked = false;

  function start() {
    runs = {};
    NAMES.forEach(function (name) { runs[name] = { W1: data.W1, costs: [M.cost(data, data.W1)] }; });
    train(data.costs.right.length - 1);
  }

  function train(steps) {
    NAMES.forEach(function (name) {
      for (var k = 0; k < steps && runs[name].costs.length <= MOST; k += 1) {
        runs[name].W1 = M.step(data, runs[name].W1, name);
        runs[name].costs.push(M.cost(data, runs[name].W1));
      }
    });
  }

  /* By how much the numbers of the page differ from those that the cell printed. */
  function difference() {
    return Math.max.apply(null, NAMES.map(function (name) {
      return Math.max.apply(null, data.costs[name].map(function (cost, k) { return Math.abs(runs[name].costs[k] - cost); }));
    }));
  }

  var plot = P.axes({ height: 210, attributes: { role: "img", class: "plot" } });
  var status = I.element("p", { class: "status", role: "status" });
  var panels = {};
  var sides = I.element("div", { class: "sides" }, NAMES.map(function (name) {
    var panel = panels[name] = { result: I.element("p", { class: "verdict" }), entries: I.drawn("svg", { class: "entries", viewBox: "0 0 120 98", "aria-hidden": "true" }) };
    return I.element("div", { class: "side " + name }, [
        I.element("p", {}, [I.element("strong", { text: name === "right" ? "Run 1" : "Run 2" }), I.element("br"), "mask ", I.element("code", { text: data.code[name] })]),
      panel.entries, panel.result
    ]);
  }));

  function drawCosts() {
    var steps = runs.right.costs.length - 1, top = Math.ceil(10 * runs.right.costs[0] + 1) / 10;
    plot.set(
      { min: 0, max: steps, ticks: [0, steps / 2, steps], label: "steps" },
      { min: 0, max: top, ticks: [0, top / 2, top], show: function (v) { return v.toFixed(1); }, label: "cost" }
    );
    plot.clear();
    NAMES.forEach(function (name) {
      plot.line(runs[name].costs.map(function (cost, k) { return [k, cost]; }), "run-" + name);
    });
    plot.svg.setAttribute("aria-label", "The costs of both runs against the steps. " + spoken());
  }

  function last(name) { return runs[name].costs[runs[name].costs.length - 1].toFixed(2); }

  function spoken() {
    return "After " + (runs.right.costs.length - 1) + " steps run 1 costs " + last("right") + " and run 2 costs " + last("wrong") + ".";
  }

  /* One square for each weight: empty until the check, then with a tick or a cross. */
  function drawEntries(name) {
    var quotients = M.quotients(data, data.W1, data.h), found = M.compared(M.gradient(data, data.W1, name), quotients);
    var bad = 0, panel = panels[name];
    panel.entries.replaceChildren();
    found.entries.forEach(function (row, i) {
      row.forEach(function (gap, j) {
        var wrong = gap > ALLOWED, x = 4 + 28 * j, y = 2 + 19 * i;
        if (wrong) { bad += 1; }
        panel.entries.append(I.drawn("rect", { x: x, y: y, width: 26, height: 17, class: checked ? (wrong ? "bad" : "good") : "open" }));
        if (checked) {
          panel.entries.append(I.drawn("path", { class: wrong ? "bad" : "good", d: wrong
            ? "M" + (x + 9) + " " + (y + 4.5) + "l8 8m0 -8l-8 8" : "M" + (x + 8) + " " + (y + 9) + "l3.5 4l6.5 -8" }));
        }
      });
    });
    panel.result.textContent = !checked ? data.W1.length * data.W1[0].length + " derivatives, not checked"
      : (bad ? bad + " are wrong: " : "All are right: ") + "relative error " + I.show(found.relative, 2);
    panel.result.className = "verdict" + (checked ? (bad ? " bad" : " good") : "");
    return panel.result.textContent;
  }

  function render() {
    drawCosts();
    var verdicts = NAMES.map(drawEntries);
    status.textContent = checked
      ? "Run 1: " + verdicts[0] + ". Run 2: " + verdicts[1] + ". The cost could not tell."
      : spoken() + " Which of the two has the wrong derivative?";
    more.setAttribute("aria-disabled", String(runs.right.costs.length > MOST));
    check.setAttribute("aria-pressed", String(checked));
  }

  var check = I.button("Check", function () { checked = !checked; render(); }, { class: "primary" });
  var more = I.button("Ten steps more", function () { train(10); render(); });
  var again = I.button("Start over", function () { checked = false; start(); render(); });

  start();
  place.append(
    I.element("div", { class: "pair" }, [
      I.element("div", {}, [plot.svg, P.legend([["run-right", "run 1"], ["run-wrong", "run 2"]])]), sides
    ]),
    I.element("div", { class: "controls" }, [check, more, again]), status,
    I.element("p", { class: "quiet", text: "Computed in this page; the costs differ from those of the cell below by at most " + I.show(difference(), 2) + "." })
  );
  render();
});
