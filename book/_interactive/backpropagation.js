/* Backpropagation, step by step: the drawing. */

Interactives.define("backpropagation", function (place, data) {
  "use strict";

  var I = Interactives, B = I.math.backpropagation;
  var element = I.element, drawn = I.drawn, show = I.show;
  var L = data.network.n.length - 1;

  var network, x, y, all, steps, positions;
  var position = 0;
  var termByTerm = false;
  var selected = null;

  function copyOfData() {
    network = JSON.parse(JSON.stringify(data.network));
    x = data.x.slice();
    y = data.y.slice();
  }

  function compute() {
    all = B.everything(network, x, y);
    steps = B.steps(network, x, y);
    positions = [{ step: -1, term: -1 }];
    steps.forEach(function (step, s) {
      if (termByTerm && step.terms.length > 1) {
        step.terms.forEach(function (_, t) { positions.push({ step: s, term: t }); });
      }
      positions.push({ step: s, term: -1 });
    });
    position = Math.min(position, positions.length - 1);
  }

  /* --- The network ----------------------------------------------------------------------------- */

  var RADIUS = 25;

  function at(l, i) {
    var gap = network.n[l] === 3 ? 105 : 120;
    return { x: 48 + l * 137, y: 172 + (i - (network.n[l] - 1) / 2) * gap };
  }

  /* Where on a connection its weight stands: where no other one does. */
  function share(l, i, j) {
    var wide = l === 1 ? [[0.5, 0.28], [0.42, 0.42], [0.28, 0.5]][i][j] : [[0.5, 0.42, 0.28], [0.28, 0.42, 0.5]][i][j];
    return l === 1 ? wide : 1 - wide;
  }

  var neurons = {}, edges = {};
  var picture = drawn("svg", { viewBox: "0 16 370 308", class: "network", role: "group", "aria-label": "The network: press a neuron to see its paths" });

  function key() { return Array.from(arguments).join(" "); }

  function drawNetwork() {
    var lines = drawn("g"), labels = drawn("g"), circles = drawn("g");
    for (var l = 1; l <= L; l += 1) {
      network.W[l].forEach(function (row, i) {
        row.forEach(function (_, j) {
          var from = at(l - 1, j), to = at(l, i), t = share(l, i, j);
          var line = drawn("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: "edge" });
          var place = { x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) };
          var label = drawn("text", { x: place.x, y: place.y + 4, class: "weight" });
          var ground = drawn("rect", { y: place.y - 8, height: 16, class: "weight-ground" });
          lines.append(line);
          labels.append(ground, label);
          edges[key(l, i, j)] = { line: line, label: label, ground: ground, x: place.x };
        });
      });
    }
    for (l = 0; l <= L; l += 1) {
      for (var i = 0; i < network.n[l]; i += 1) { circles.append(drawNeuron(l, i)); }
    }
    picture.append(lines, labels, circles);
  }

  function drawNeuron(l, i) {
    var c = at(l, i);
    var name = drawn("text", { x: c.x, y: c.y - RADIUS - 6, class: "name", text: B.nameOf("activation", l, i) });
    var value = drawn("text", { x: c.x, y: c.y + 4, class: "value" });
    var above = l !== 1 && i === 0;  // below it there are weights
    var error = drawn("text", { x: c.x, y: above ? c.y - RADIUS - 22 : c.y + RADIUS + 15, class: "error" });
    var group = drawn("g", {
      class: "neuron", tabindex: "0", role: "button",
      onclick: function () { choose(l, i); },
      onkeydown: function (event) {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(l, i); }
      }
    }, [drawn("circle", { cx: c.x, cy: c.y, r: RADIUS }), name, value, error]);
    neurons[key(l, i)] = { group: group, value: value, error: error };
    return group;
  }

  function choose(l, i) {
    selected = selected && selected[0] === l && selected[1] === i ? null : [l, i];
    chosenTerm = null;
    render();
  }

  /* --- The parts around it ---------------------------------------------------------------------- */

  var pieces = {};
  place.querySelectorAll("[class*='piece-']").forEach(function (piece) {
    var name = Array.from(piece.classList).find(function (c) { return c.startsWith("piece-"); });
    pieces[name.slice("piece-".length)] = piece;
  });

  var title = element("p", { class: "step-title" });
  var formulas = element("div", { class: "formulas" }, Object.values(pieces));
  var numbers = element("div", { class: "numbers" });
  var pathsOf = element("div", { class: "paths", "aria-live": "polite" });
  var status = element("p", { class: "visually-hidden", role: "status" });
  var log = element("ol");
  var logBox = element("div", { class: "log", tabindex: "0", role: "log", "aria-live": "off", "aria-label": "Steps so far" }, [log]);
  var agreement = element("p", { class: "quiet agreement" });

  var player = I.player(function () { return move(1); }, 2200, function (playing) {
    play.textContent = playing ? "Pause" : "Play";
  });
  var play = I.button("Play", function () {
    if (position === positions.length - 1) { position = 0; }
    player.toggle();
  });
  var back = I.button("Step back", function () { player.stop(); move(-1); });
  var ahead = I.button("Step", function () { player.stop(); move(1); });
  var again = I.button("To the start", function () { player.stop(); position = 0; chosenTerm = null; render(); });

  function move(by) {
    var next = position + by;
    if (next < 0 || next >= positions.length) { return false; }
    position = next;
    chosenTerm = null;
    selected = null;
    render();
    return position < positions.length - 1;
  }

  place.addEventListener("keydown", function (event) {
    if (event.target.closest("input, .log, .numbers")) { return; }
    if (event.key === "ArrowRight") { event.preventDefault(); player.stop(); move(1); }
    if (event.key === "ArrowLeft") { event.preventDefault(); player.stop(); move(-1); }
  });

  var fields = [];
  function field(label, get, set) {
    var node = I.numberField({
      label: label, value: get(), least: -20, most: 20, size: 5,
      onchange: function (value) { set(value); compute(); render(); }
    });
    node.refresh = function () { node.set(get()); };
    fields.push(node);
    return node;
  }

  function fieldsOf(list, kind, l) {
    return list.map(function (_, i) {
      return field(kind === "target" ? "y" + "\u2080\u2081\u2082"[i] : B.nameOf(kind, l, i),
        function () { return (kind === "bias" ? network.b[l] : kind === "target" ? y : x)[i]; },
        function (value) { (kind === "bias" ? network.b[l] : kind === "target" ? y : x)[i] = value; });
    });
  }

  function weightFields(l) {
    return network.W[l].flatMap(function (row, i) {
      return row.map(function (_, j) {
        return field(B.nameOf("weight", l, i, j), function () { return network.W[l][i][j]; },
          function (value) { network.W[l][i][j] = value; });
      });
    });
  }

  function controls() {
    var inputs = element("fieldset", { class: "fields" }, [element("legend", { text: "Example: input and target" })]
      .concat(fieldsOf(x, "activation", 0), fieldsOf(y, "target", L)));
    var weights = element("details", { class: "more" }, [element("summary", { text: "Change weights and biases" })].concat(
      [1, 2].map(function (l) {
        return element("fieldset", { class: "fields" }, [element("legend", { text: "Layer " + l + " (" + network.phi[l] + ")" })]
          .concat(weightFields(l), fieldsOf(network.b[l], "bias", l)));
      })
    ));
    var reset = I.button("The cell's numbers", function () {
      copyOfData();
      compute();
      fields.forEach(function (node) { node.refresh(); });
      render();
    });
    return [inputs, weights, reset];
  }

  /* --- What a step shows ------------------------------------------------------------------------- */

  var chosenTerm = null;

  function factorText(factor) {
    var text = show(factor.value);
    return factor.value < 0 ? "(" + text + ")" : text;
  }

  function factorName(factor) {
    if (factor.kind === "gap") { return "(" + B.nameOf("activation", factor.l, factor.i) + " \u2212 y" + "\u2080\u2081\u2082"[factor.i] + ")"; }
    if (factor.kind === "constant") { return factor.name; }
    return B.nameOf(factor.kind, factor.l, factor.i, factor.j);
  }

  function names(term) { return term.factors.map(factorName).join(" "); }
  function values(term) { return term.factors.map(factorText).join(" \u00b7 "); }

  function termButton(term, index, lit) {
    return element("button", {
      type: "button", class: "term" + (lit ? " lit" : ""), "aria-pressed": String(chosenTerm === index),
      onclick: function () { chosenTerm = chosenTerm === index ? null : index; render(); focusTerm(index); }
    }, [element("span", { class: "names", text: names(term) }), element("span", { class: "values", text: values(term) })]);
  }

  function focusTerm(index) {
    var buttons = numbers.querySelectorAll("button.term");
    if (buttons[index]) { buttons[index].focus(); }
  }

  function writeNumbers(step, current) {
    numbers.replaceChildren();
    if (!step) { return; }
    if (step.separate) {
      step.terms.forEach(function (term, index) {
        numbers.append(element("div", { class: "line" }, [
          element("span", { text: term.left + " =" }), termButton(term, index, current === index),
          element("span", { text: "= " + show(term.value) })
        ]));
      });
      return;
    }
    var row = element("div", { class: "line" }, [element("span", { text: step.left + " =" })]);
    step.terms.forEach(function (term, index) {
      if (index) { row.append(element("span", { text: "+" })); }
      row.append(termButton(term, index, current === index));
    });
    if (current === -1) { row.append(element("span", { class: "result", text: "= " + show(step.value) })); }
    numbers.append(row);
    if (step.after && current === -1) {
      numbers.append(element("div", { class: "line" }, [
        element("span", { text: step.after.name }), element("span", { class: "result", text: "= " + show(step.after.value) })
      ]));
    }
  }

  function sentence(step) {
    if (step.separate) {
      return step.title + ": " + step.terms.map(function (term) { return term.left + " = " + values(term) + " = " + show(term.value); }).join("; ") + ".";
    }
    var text = step.title + ": " + step.left + " = " + step.terms.map(values).join(" + ") + " = " + show(step.value);
    return text + (step.after ? "; " + step.after.name + " = " + show(step.after.value) : "") + ".";
  }

  function spokenTerm(step, index) {
    var term = step.terms[index];
    return step.title + ", term " + (index + 1) + " of " + step.terms.length + ": " + names(term) + " = " + values(term) + " = " + show(term.value) + ".";
  }

  /* Which numbers are known at a position: those of all steps before it, and of the step itself at its end. */
  function known() {
    var here = positions[position], found = {};
    steps.slice(0, here.term === -1 ? here.step + 1 : here.step).forEach(function (step) {
      found[key(step.result.kind, step.result.l, step.result.i)] = true;
    });
    return found;
  }

  function light(list) {
    Object.values(edges).concat(Object.values(neurons)).forEach(function (part) {
      (part.group || part.line).classList.remove("lit");
      if (part.label) { part.label.classList.remove("lit"); }
    });
    list.forEach(function (term) {
      term.edges.forEach(function (edge) {
        var part = edges[key.apply(null, edge)];
        part.line.classList.add("lit");
        part.label.classList.add("lit");
      });
      term.neurons.forEach(function (neuron) { neurons[key.apply(null, neuron)].group.classList.add("lit"); });
    });
  }

  /* The sign of a weight shows in the colour and the dashes of its line, its size in the width. No
     line runs through a number. */
  function writeWeight(edge, weight) {
    edge.label.textContent = show(weight);
    var half = 3.5 * edge.label.textContent.length + 2;
    edge.ground.setAttribute("x", edge.x - half);
    edge.ground.setAttribute("width", 2 * half);
    edge.line.classList.toggle("negative", weight < 0);
    edge.line.style.setProperty("--wide", (0.6 + 2 * Math.min(Math.abs(weight), 2)).toFixed(2) + "px");
  }

  function render() {
    var here = positions[position], step = steps[here.step];
    var current = chosenTerm !== null ? chosenTerm : here.term;
    var found = known();

    Object.keys(edges).forEach(function (name) {
      var place = name.split(" ");
      writeWeight(edges[name], network.W[place[0]][place[1]][place[2]]);
    });
    Object.keys(neurons).forEach(function (name) {
      var l = Number(name.split(" ")[0]), i = Number(name.split(" ")[1]), part = neurons[name];
      var hasValue = l === 0 || found[key("activation", l, i)];
      var hasError = found[key("error", l, i)] || found[key("by paths", l, i)];
      part.value.textContent = hasValue ? show(all.a[l][i]) : "?";
      part.error.textContent = hasError ? (l === 0 ? "\u2202C/\u2202x = " : "\u03b4 = ") + show(all.errors[l][i]) : "";
      part.group.setAttribute("aria-pressed", String(Boolean(selected && selected[0] === l && selected[1] === i)));
      part.group.setAttribute("aria-label", (l === 0 ? "Input " + i : "Neuron " + i + " of layer " + l) + ": " +
        (hasValue ? show(all.a[l][i]) : "not yet known") + (hasError ? ", derivative " + show(all.errors[l][i]) : "") + ". Show its paths");
    });

    title.textContent = step ? "Step " + (here.step + 1) + " of " + steps.length + ". " + step.title : "Before the first step: " + steps.length + " steps to go";
    Object.keys(pieces).forEach(function (name) {
      var shown = step ? step.phase === name : name === "start";
      pieces[name].classList.toggle("shown", shown);
      pieces[name].querySelectorAll("[class*='part-']").forEach(function (part) {
        part.classList.toggle("lit", Boolean(shown && step && current !== -1 && part.classList.contains("part-" + step.terms[current].part)));
      });
    });
    writeNumbers(step, current);

    var lit = step ? (current === -1 ? step.terms : [step.terms[current]]) : [];
    light(selected ? B.pathTerms(network, all, selected[0], selected[1]) : lit);
    writePaths();
    status.textContent = !step ? title.textContent : current === -1 ? sentence(step) : spokenTerm(step, current);
    log.replaceChildren.apply(log, steps.slice(0, here.term === -1 ? here.step + 1 : here.step).map(function (done) {
      return element("li", { text: sentence(done) });
    }));
    logBox.scrollTop = logBox.scrollHeight;
    setDisabled(back, position === 0);
    setDisabled(again, position === 0);
    setDisabled(ahead, position === positions.length - 1);
  }

  /* A button that cannot be pressed keeps the focus, so that a keyboard user is not thrown out. */
  function setDisabled(node, disabled) { node.setAttribute("aria-disabled", String(disabled)); }

  function writePaths() {
    pathsOf.replaceChildren();
    if (!selected) { return; }
    var l = selected[0], i = selected[1], terms = B.pathTerms(network, all, l, i);
    var name = B.nameOf("error", l, i);
    pathsOf.append(element("p", { text: terms.length + (terms.length === 1 ? " path" : " paths") + " from " + (l === 0 ? "input " + i : "neuron " + i + " of layer " + l) + " to the output:" }));
    pathsOf.append(element("ul", {}, terms.map(function (term) {
      return element("li", {
        onpointerenter: function () { light([term]); }, onpointerleave: function () { light(terms); }
      }, [element("span", { class: "names", text: term.path.join(" \u2192 ") + ":  " + names(term) }), element("span", { class: "values", text: " = " + values(term) + " = " + show(term.value) })]);
    })));
    pathsOf.append(element("p", { text: "Their sum is " + name + " = " + show(all.byPaths[l][i]) + "; the recursion gives " + show(all.errors[l][i]) + "." }));
  }

  /* How far the page's numbers are from nnmath's, for the numbers of the cell. */
  function difference() {
    var worst = 0;
    function compare(own, theirs) {
      if (typeof theirs === "number") { worst = Math.max(worst, Math.abs(own - theirs)); return; }
      Object.keys(theirs).forEach(function (name) { compare(own[name], theirs[name]); });
    }
    compare(all, data.results);
    return worst;
  }

  copyOfData();
  compute();
  agreement.textContent = "For the cell's numbers, this page and nnmath differ by at most " + show(difference(), 1) + ".";
  drawNetwork();
  place.prepend(
    element("div", { class: "controls" }, [play, back, ahead, again,
      I.checkbox("Term by term", false, function (checked) {
        var step = positions[position].step;
        termByTerm = checked;
        chosenTerm = null;
        compute();
        position = positions.findIndex(function (p) { return p.step === step && p.term === -1; });
        render();
      })]),
    title, formulas, picture,
    I.plot.legend([["edge", "positive weight"], ["edge negative", "negative weight; the wider, the larger"]]),
    numbers, pathsOf, status
  );
  place.append(element("div", { class: "controls wide" }, controls()),
    element("details", { class: "more" }, [element("summary", { text: "The steps in words" }), logBox]), agreement);
  render();
});
