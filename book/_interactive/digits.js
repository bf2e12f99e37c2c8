/* Draw a digit: the board, the pictures, and what the network makes of them. */

Interactives.define("digits", function (place, data) {
  "use strict";

  var I = Interactives, M = I.math.digits;
  var element = I.element, drawn = I.drawn, show = I.show;
  var BOARD = 112, PEN = 5, STEP = 4;

  var network = M.decodeNetwork(data.network);
  var pictures = M.decodePictures(data.pictures);
  var L = network.n.length - 1;
  var verdicts = pictures.map(function (x) { return M.forward(network, x); });
  var readings = verdicts.map(function (values) { return M.leader(values.p); });

  var strokes = [];
  var loaded = null;               /* the number of a test picture, or null for a drawing */
  var pen = [BOARD / 2, BOARD / 2];
  var lowered = false;             /* the pen of the keyboard */
  var asked = false;

  /* --- Parts ---------------------------------------------------------------------------------------- */

  var board = element("canvas", {
    width: BOARD, height: BOARD, class: "board", tabindex: "0", role: "application",
    "aria-label": "Drawing board. Arrow keys move the pen, the space bar lowers and raises it"
  });
  var seen = element("canvas", { width: M.SIDE, height: M.SIDE, class: "seen", role: "img" });
  var speaks = drawn("svg", { viewBox: "0 0 28 28", class: "speaks", role: "img" });
  var bars = element("ol", { class: "bars", start: "0", "aria-label": "Probabilities" });
  var hidden = element("div", { class: "hidden-layers" });
  var status = element("p", { class: "status", role: "status" });
  var gallery = element("div", { class: "gallery", role: "group", "aria-label": "Test pictures" });

  var rows = Array.from({ length: 10 }, function (_, k) {
    var bar = element("span", { class: "bar" }), text = element("span", { class: "share" });
    bars.append(element("li", {}, [element("span", { class: "digit", text: String(k) }), element("span", { class: "track" }, [bar]), text]));
    return { bar: bar, text: text };
  });

  var layers = [];
  for (var l = 1; l < L; l += 1) { layers.push(layerPicture(l)); }

  function layerPicture(l) {
    var columns = 16, lines = Math.ceil(network.n[l] / columns);
    var svg = drawn("svg", { viewBox: "0 0 " + columns + " " + lines, class: "layer", role: "img" });
    hidden.append(element("p", { class: "caption", text: "Hidden layer " + l + ": " + network.n[l] + " activations" }), svg);
    return svg;
  }

  /* --- Drawing ---------------------------------------------------------------------------------------- */

  function paint(canvas, grey, side) {
    var ink = getComputedStyle(place).color.match(/\d+(\.\d+)?/g).map(Number);
    var context = canvas.getContext("2d"), image = context.createImageData(side, side);
    grey.forEach(function (value, k) {
      image.data.set([ink[0], ink[1], ink[2], Math.round(255 * value)], 4 * k);
    });
    context.putImageData(image, 0, 0);
  }

  function enlarge(picture) {
    return Float64Array.from({ length: BOARD * BOARD }, function (_, k) {
      return picture[Math.floor(Math.floor(k / BOARD) / 4) * M.SIDE + Math.floor(k % BOARD / 4)];
    });
  }

  /* A square in each cell of a grid, as large as the number is. */
  function squares(numbers, columns, wanted) {
    var most = Math.max.apply(null, Array.from(numbers, Math.abs)) || 1, d = "";
    numbers.forEach(function (value, k) {
      var half = 0.46 * Math.sqrt(Math.abs(value) / most);
      if (!wanted(value) || half < 0.06) { return; }
      var x = k % columns + 0.5 - half, y = Math.floor(k / columns) + 0.5 - half, side = 2 * half;
      d += "M" + x.toFixed(2) + " " + y.toFixed(2) + "h" + side.toFixed(2) + "v" + side.toFixed(2) + "h" + (-side).toFixed(2) + "z";
    });
    return d;
  }

  function current() {
    return loaded !== null ? pictures[loaded] : M.centre(M.ink(strokes, BOARD, PEN), BOARD);
  }

  function isEmpty() { return loaded === null && strokes.length === 0; }

  function render() {
    var picture = current(), values = M.forward(network, picture), best = M.leader(values.p);
    var grey = loaded !== null ? enlarge(picture) : M.ink(strokes, BOARD, PEN);
    paint(board, grey, BOARD);
    if (board.matches(":focus-visible")) { drawPen(); }
    paint(seen, picture, M.SIDE);
    var empty = isEmpty();
    rows.forEach(function (row, k) {
      var p = empty ? 0 : values.p[k];
      row.bar.style.width = 100 * p + "%";
      row.text.textContent = empty ? "\u2013" : (p >= 0.9995 ? "> 99.9" : p < 0.0005 ? "< 0.1" : (100 * p).toFixed(1)) + " %";
      row.bar.parentElement.parentElement.classList.toggle("leader", !empty && k === best);
    });
    drawSpeaks(empty ? new Float64Array(M.SIDE * M.SIDE) : M.speaksFor(network, values, best), best, empty);
    layers.forEach(function (svg, k) { drawLayer(svg, values.a[k + 1], k + 1, empty); });
    seen.setAttribute("aria-label", "The picture that the network is given, 28 by 28 pixels");
    status.textContent = sentence(values, best, empty);
    mark();
  }

  function drawSpeaks(g, best, empty) {
    speaks.replaceChildren(
      drawn("path", { d: squares(g, M.SIDE, function (value) { return value > 0; }), class: "for" }),
      drawn("path", { d: squares(g, M.SIDE, function (value) { return value < 0; }), class: "against" })
    );
    var most = g.reduce(function (top, value, k) { return value > g[top] ? k : top; }, 0);
    speaks.setAttribute("aria-label", empty ? "No pixels yet" : "Which pixels speak for a " + best + ": more ink in row " + Math.floor(most / M.SIDE) +
      ", column " + most % M.SIDE + " would raise its probability most");
  }

  function drawLayer(svg, a, l, empty) {
    var columns = 16, active = Array.from(a).filter(function (value) { return value > 0; }).length;
    svg.replaceChildren(drawn("path", { d: empty ? "" : squares(a, columns, function (value) { return value > 0; }), class: "activation" }));
    svg.setAttribute("aria-label", empty ? "Nothing drawn" : active + " of " + a.length + " neurons of hidden layer " + l + " are active");
  }

  function sentence(values, best, empty) {
    if (empty) { return "Draw a digit, or choose a test picture."; }
    var p = values.p[best];
    var text = "A " + best + ", with probability " + (p >= 0.9995 ? "above 0.999" : show(p)) + ".";
    if (loaded === null) { return text; }
    return "Test picture " + data.numbers[loaded] + ", a " + data.labels[loaded] + ". " + (best === data.labels[loaded] ? "Read rightly: " : "Misread: ") + text.charAt(0).toLowerCase() + text.slice(1);
  }

  function drawPen() {
    var context = board.getContext("2d");
    context.strokeStyle = getComputedStyle(place).getPropertyValue("--erratum");
    context.lineWidth = 2;
    context.beginPath();
    context.arc(pen[0], pen[1], lowered ? PEN : PEN + 3, 0, 2 * Math.PI);
    context.stroke();
  }

  /* Once a frame is enough, however many points a pointer sends. */
  function soon() {
    if (asked) { return; }
    asked = true;
    requestAnimationFrame(function () { asked = false; render(); });
  }

  /* --- The pen ------------------------------------------------------------------------------------------ */

  function begin(point) {
    loaded = null;
    strokes.push([point]);
    soon();
  }

  function extend(point) {
    strokes[strokes.length - 1].push(point);
    soon();
  }

  function at(event) {
    var frame = board.getBoundingClientRect();
    return [(event.clientX - frame.left) * BOARD / frame.width, (event.clientY - frame.top) * BOARD / frame.height];
  }

  var pointer = null;
  board.addEventListener("pointerdown", function (event) {
    if (pointer !== null || event.button !== 0) { return; }
    pointer = event.pointerId;
    lowered = false;
    board.setPointerCapture(pointer);
    begin(at(event));
  });
  board.addEventListener("pointermove", function (event) {
    if (event.pointerId !== pointer) { return; }
    var events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    (events.length ? events : [event]).forEach(function (one) { extend(at(one)); });
  });
  ["pointerup", "pointercancel"].forEach(function (kind) {
    board.addEventListener(kind, function (event) { if (event.pointerId === pointer) { pointer = null; } });
  });

  board.addEventListener("keydown", function (event) {
    var by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (by) {
      pen = pen.map(function (value, i) { return Math.max(0, Math.min(BOARD, value + by[i] * STEP)); });
      if (lowered) { extend(pen.slice()); }
    } else if (event.key === " ") {
      lowered = !lowered;
      if (lowered) { begin(pen.slice()); }
    } else {
      return;
    }
    event.preventDefault();
    soon();
  });
  board.addEventListener("focus", soon);
  board.addEventListener("blur", function () { lowered = false; soon(); });

  function undo() {
    if (loaded !== null) { loaded = null; } else { strokes.pop(); }
    lowered = false;
    render();
  }

  function clear() {
    strokes = [];
    loaded = null;
    lowered = false;
    render();
  }

  /* --- The test pictures ----------------------------------------------------------------------------------- */

  var thumbs = pictures.map(function (picture, k) {
    var canvas = element("canvas", { width: M.SIDE, height: M.SIDE, "aria-hidden": "true" });
    var wrong = readings[k] !== data.labels[k];
    return element("button", {
      type: "button", class: "thumb" + (wrong ? " mistake" : ""), tabindex: k ? "-1" : "0",
      "aria-label": "Test picture " + data.numbers[k] + ": a " + data.labels[k] + (wrong ? ", misread as " + readings[k] : ""),
      onclick: function () { loaded = k; lowered = false; render(); }
    }, [canvas]);
  });
  gallery.append.apply(gallery, thumbs);

  /* One stop for the tab key; the arrows go from picture to picture. */
  gallery.addEventListener("keydown", function (event) {
    var list = thumbs.filter(function (thumb) { return !thumb.hidden; }), here = list.indexOf(document.activeElement);
    var across = Math.max(1, Math.round(gallery.clientWidth / (list[0].offsetWidth || 1)));
    var by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
    if (!by || here < 0) { return; }
    event.preventDefault();
    focusThumb(list[Math.max(0, Math.min(list.length - 1, here + by))]);
  });

  function focusThumb(thumb) {
    thumbs.forEach(function (other) { other.tabIndex = other === thumb ? 0 : -1; });
    thumb.focus();
  }

  function mark() {
    thumbs.forEach(function (thumb, k) { thumb.setAttribute("aria-pressed", String(k === loaded)); });
  }

  function showMistakes(only) {
    thumbs.forEach(function (thumb) { thumb.hidden = only && !thumb.classList.contains("mistake"); });
    var first = thumbs.find(function (thumb) { return !thumb.hidden; });
    thumbs.forEach(function (thumb) { thumb.tabIndex = thumb === first ? 0 : -1; });
  }

  function paintThumbs() {
    thumbs.forEach(function (thumb, k) { paint(thumb.firstChild, pictures[k], M.SIDE); });
  }

  function difference() {
    var worst = 0;
    verdicts.forEach(function (values, k) {
      values.logits.forEach(function (z, i) { worst = Math.max(worst, Math.abs(z - data.logits[k][i])); });
    });
    return worst;
  }

  /* The ink follows the page from day to night. */
  new MutationObserver(function () { paintThumbs(); render(); }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

  var mistakes = readings.filter(function (reading, k) { return reading !== data.labels[k]; }).length;

  function figure(caption, node) {
    return element("div", { class: "view" }, [element("p", { class: "caption", text: caption }), node]);
  }

  place.append(
    element("div", { class: "desk" }, [
      element("div", {}, [board, element("div", { class: "controls" }, [I.button("Undo", undo), I.button("Clear", clear)])]),
      bars
    ]),
    status,
    element("div", { class: "views" }, [
      figure("What the network is given", seen),
      figure("Which pixels speak for the leading class", speaks)
    ]),
    I.plot.legend([["for", "more ink speaks for it", "square"], ["against", "more ink speaks against it", "square"]]),
    hidden,
    element("p", { class: "caption", text: "Test pictures; a broken frame marks the " + mistakes + " of these " + pictures.length + " that the network misreads" }),
    I.checkbox("Only the mistakes", false, showMistakes),
    gallery,
    element("p", { class: "quiet agreement", text: "The logits of these " + pictures.length + " pictures differ from NumPy's by at most " + show(difference(), 1) + "." })
  );
  paintThumbs();
  loaded = 0; // something to see until the reader draws
  render();
});
