/* What the interactives share: how one starts, and the parts that they are made of.

   A page loads these classic scripts, deferred and in this order: core.js, plot.js, matrices.js,
   NAME.math.js (pure functions), NAME.js (the drawing), and NAME.data.js, which the build writes from what
   nnmath computed and which hands over the numbers with `Interactives.receive`. Classic, so that they run
   from file://.
   Where an interactive waits until the reader opens it, waiting.js loads them. */

var Interactives = (function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";
  var starters = {};
  var received = {};

  /* --- Starting ------------------------------------------------------------------------------- */

  function place(name) {
    return document.getElementById("interactive-" + name);
  }

  /* Show an interactive on the screen instead of its still picture, or the other way round. */
  function showPlace(name, running) {
    var node = place(name), still = document.getElementById(node.dataset.still);
    node.classList.toggle("running", running);
    if (still) { (still.closest(".cell") || still).classList.toggle("replaced", running); }
  }

  function startIfReady(name) {
    if (!starters[name] || !received[name] || !place(name)) { return; }
    showPlace(name, true);
    starters[name](place(name), received[name]);
  }

  /* Say how an interactive is drawn: start(place, data) runs once, when its data are there. */
  function define(name, start) {
    starters[name] = start;
    startIfReady(name);
  }

  function receive(name, data) {
    received[name] = data;
    startIfReady(name);
  }

  /* --- Elements ------------------------------------------------------------------------------- */

  function fill(node, attributes, children) {
    Object.keys(attributes || {}).forEach(function (key) {
      var value = attributes[key];
      if (value === undefined || value === null || value === false) { return; }
      if (key === "text") { node.textContent = value; }
      else if (key.slice(0, 2) === "on") { node.addEventListener(key.slice(2), value); }
      else { node.setAttribute(key, value === true ? "" : value); }
    });
    (children || []).forEach(function (child) {
      if (child !== null && child !== undefined) { node.append(child); }
    });
    return node;
  }

  function element(tag, attributes, children) {
    return fill(document.createElement(tag), attributes, children);
  }

  function drawn(tag, attributes, children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  }

  function button(label, onclick, attributes) {
    return element("button", Object.assign({ type: "button", text: label, onclick: onclick }, attributes));
  }

  var count = 0;
  function identifier() {
    count += 1;
    return "interactive-part-" + count;
  }

  /* A field for a number. Text that is no number gets a message and changes nothing. */
  function numberField(options) {
    var id = identifier();
    var message = element("span", { class: "field-message", id: id + "-message", "aria-live": "polite" });
    var input = element("input", {
      type: "text", id: id, inputmode: "decimal", autocomplete: "off", spellcheck: "false",
      value: String(options.value), "aria-describedby": id + "-message", size: options.size || 6
    });
    function read() {
      var text = input.value.trim().replace("\u2212", "-").replace(",", ".");
      var value = text === "" ? NaN : Number(text);
      var wrong = !(value >= options.least && value <= options.most);
      input.setAttribute("aria-invalid", String(wrong));
      message.textContent = wrong ? "a number from " + show(options.least) + " to " + show(options.most) : "";
      if (!wrong) { options.onchange(value); }
    }
    input.addEventListener("input", read);
    var label = element("label", { for: id, text: options.label });
    var field = element("span", { class: "field" }, [label, input, message]);
    field.set = function (value) { input.value = String(value); input.setAttribute("aria-invalid", "false"); message.textContent = ""; };
    return field;
  }

  /* A slider with its value in words beside it. */
  function slider(options) {
    var id = identifier();
    var output = element("output", { for: id });
    var input = element("input", {
      type: "range", id: id, min: options.min, max: options.max, step: options.step, value: options.value
    });
    function read() {
      var words = options.words(Number(input.value));
      output.textContent = words;
      input.setAttribute("aria-valuetext", words);
    }
    input.addEventListener("input", function () { read(); options.onchange(Number(input.value)); });
    var field = element("span", { class: "field slider" }, [element("label", { for: id, text: options.label }), input, output]);
    field.set = function (value) { input.value = value; read(); };
    read();
    return field;
  }

  /* A choice among a few, as radio buttons under one heading. */
  function choice(options) {
    var name = identifier();
    var inputs = {};
    var buttons = options.of.map(function (option) {
      var input = inputs[option.value] = element("input", {
        type: "radio", name: name, value: option.value, checked: option.value === options.value,
        onchange: function () { options.onchange(option.value); }
      });
      return element("label", { class: "option" }, [input, option.label]);
    });
    var group = element("fieldset", { class: "choice" }, [element("legend", { text: options.label })].concat(buttons));
    group.set = function (value) { inputs[value].checked = true; };
    return group;
  }

  function checkbox(label, checked, onchange) {
    var input = element("input", { type: "checkbox", checked: checked });
    input.addEventListener("change", function () { onchange(input.checked); });
    return element("label", { class: "option" }, [input, label]);
  }

  /* --- Numbers -------------------------------------------------------------------------------- */

  function minus(text) {
    return text.replace(/-/g, "\u2212");
  }

  var RAISED = { "-": "\u207b", 0: "\u2070", 1: "\u00b9", 2: "\u00b2", 3: "\u00b3", 4: "\u2074", 5: "\u2075", 6: "\u2076", 7: "\u2077", 8: "\u2078", 9: "\u2079" };

  function raised(exponent) {
    return String(exponent).split("").map(function (sign) { return RAISED[sign]; }).join("");
  }

  /* A number as one writes it: a few digits, and a power of ten where it is very small or large. */
  function show(x, digits) {
    digits = digits || 3;
    if (x === 0) { return "0"; }
    if (!isFinite(x)) { return isNaN(x) ? "no number" : (x > 0 ? "\u221e" : "\u2212\u221e"); }
    var size = Math.abs(x);
    if (size >= 1e-3 && size < 1e5) { return minus(String(Number(x.toPrecision(digits)))); }
    var parts = x.toExponential(digits - 1).split("e");
    return minus(String(Number(parts[0]))) + "\u00b7" + "10" + raised(Number(parts[1]));
  }

  /* --- Time ----------------------------------------------------------------------------------- */

  /* Call step() again and again until it returns false or stop() is called. */
  function player(step, pause, onchange) {
    var timer = null;
    function stop() {
      if (timer === null) { return; }
      clearInterval(timer);
      timer = null;
      onchange(false);
    }
    function play() {
      if (timer !== null) { return; }
      timer = setInterval(function () { if (step() === false) { stop(); } }, pause);
      onchange(true);
    }
    return { play: play, stop: stop, toggle: function () { if (timer === null) { play(); } else { stop(); } }, playing: function () { return timer !== null; } };
  }

  return {
    define: define, receive: receive, received: received, showPlace: showPlace, element: element, drawn: drawn, button: button,
    numberField: numberField, slider: slider, choice: choice, checkbox: checkbox, identifier: identifier,
    show: show, minus: minus, raised: raised, player: player, math: {}
  };
})();
