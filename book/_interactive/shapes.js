/* The bench for shapes and transposes: the drawing. */

Interactives.define("shapes", function (place, data) {
  "use strict";

  var I = Interactives, S = I.math.shapes;
  var element = I.element, drawn = I.drawn, show = I.show;
  var MOST = 8, UNIT = 11, RIGHT = 1e-6;
  var n_before = 2, n_here = 3, m = 5, left = "Delta[l]", right = "A[l - 1].T";

  var SIZES = { n_before: "n\u2097\u208b\u2081", n_here: "n\u2097", m: "m" };
  var BELOW = "\u207d\u02e1\u207b\u00b9\u207e", HERE = "\u207d\u02e1\u207e";
  var NAMES = {
    "W[l]": ["W" + HERE, "weights", ["n_here", "n_before"]],
    "A[l - 1]": ["A" + BELOW, "inputs", ["n_before", "m"]],
    "A[l]": ["A" + HERE, "outputs", ["n_here", "m"]],
    "Delta[l - 1]": ["\u0394" + BELOW, "errors before", ["n_before", "m"]],
    "Delta[l]": ["\u0394" + HERE, "errors", ["n_here", "m"]]
  };
  var GOALS = {
    Z: ["Z" + HERE, "the weighted sums", ["n_here", "m"]],
    ofW: ["\u2202C/\u2202W" + HERE, "the gradient of the weights", ["n_here", "n_before"]],
    ofA: ["\u2202C/\u2202A" + BELOW, "the gradient of the inputs", ["n_before", "m"]]
  };

  function isTransposed(name) { return /\.T$/.test(name); }
  function plain(name) { return NAMES[name.replace(".T", "")]; }
  function sign(name) { return plain(name)[0] + (isTransposed(name) ? "\u1d40" : ""); }
  function words(name) { return plain(name)[1] + (isTransposed(name) ? ", transposed" : ""); }
  function letters(name) { var two = plain(name)[2].slice(); return (isTransposed(name) ? two.reverse() : two).map(function (size) { return SIZES[size]; }); }
  function times(pair) { return pair.join(" \u00d7 "); }

  /* --- The picture: rectangles to scale, one column of the picture each ---------------------------------- */

  var picture = drawn("svg", { class: "matrices", role: "img" });

  function rectangle(at, middle, width, size, name, inner) {
    var rows = size[0], columns = size[1], x = at + (width - columns * UNIT) / 2, y = middle - rows * UNIT / 2;
    var d = "";
    for (var i = 1; i < rows; i += 1) { d += "M" + x + " " + (y + i * UNIT) + "h" + columns * UNIT; }
    for (var j = 1; j < columns; j += 1) { d += "M" + (x + j * UNIT) + " " + y + "v" + rows * UNIT; }
    picture.append(
      drawn("rect", { x: x, y: y, width: columns * UNIT, height: rows * UNIT, class: "matrix" }), drawn("path", { d: d, class: "cells" }),
      drawn("text", { x: at + width / 2, y: middle + MOST * UNIT / 2 + 18, text: name[0] }), drawn("text", { x: at + width / 2, y: middle + MOST * UNIT / 2 + 34, class: "size", text: name[1] })
    );
    if (inner) {
      picture.append(drawn("path", { class: "inner " + inner[1], d: inner[0] === "columns" ? "M" + x + " " + (y - 4) + "h" + columns * UNIT : "M" + (x - 4) + " " + y + "v" + rows * UNIT }));
    }
  }

  function draw(factors, found) {
    var first = S.shape(factors[left]), second = S.shape(factors[right]), result = found && S.shape(found.value);
    var widths = [first[1], second[1], found ? second[1] : 5].map(function (columns) { return Math.max(66, columns * UNIT); });
    var middle = MOST * UNIT / 2 + 8, fits = found ? "good" : "bad", starts = [0, widths[0] + 26, widths[0] + widths[1] + 52];
    picture.replaceChildren();
    picture.setAttribute("viewBox", "0 0 " + (starts[2] + widths[2]) + " " + (MOST * UNIT + 48));
    picture.style.maxWidth = 1.5 * (starts[2] + widths[2]) + "px";
    rectangle(starts[0], middle, widths[0], first, [sign(left), times(first)], ["columns", fits]);
    rectangle(starts[1], middle, widths[1], second, [sign(right), times(second)], ["rows", fits]);
    picture.append(drawn("text", { x: starts[1] - 13, y: middle + 5, class: "sign", text: "\u00b7" }), drawn("text", { x: starts[2] - 13, y: middle + 5, class: "sign", text: found ? "=" : "\u2260" }));
    if (found) {
      rectangle(starts[2], middle, widths[2], result, ["product", times(result)]);
    } else {
      picture.append(drawn("text", { x: starts[2] + widths[2] / 2, y: middle + 5, text: "no product" }));
    }
    picture.setAttribute("aria-label", words(left) + ", " + first.join(" by ") + ", times " + words(right) + ", " + second.join(" by ") +
      (found ? ", is a product of " + result.join(" by ") : ": no product") + ". Rectangles to scale");
  }

  /* --- The verdict ------------------------------------------------------------------------------------------ */

  var code = element("code"), inner = element("p", { class: "verdict" });
  var rows = element("tbody"), status = element("p", { class: "status", role: "status" });
  var table = element("table", {}, [
    element("thead", {}, [element("tr", {}, ["wanted", "shape", "in shape", "in value"].map(function (name) { return element("th", { scope: "col", text: name }); }))]), rows
  ]);

  function mark(good) { return good === null ? "\u2013" : good ? "\u2713 yes" : "\u2717 no"; }

  function writeTable(goals, found) {
    rows.replaceChildren.apply(rows, Object.keys(GOALS).map(function (name) {
      var distance = found ? found.distance[name] : null, fits = distance !== null;
      var verdict = !fits ? "\u2013" : distance <= RIGHT ? mark(true) : mark(false) + ", off by up to " + show(distance, 2);
      return element("tr", {}, [
        element("th", { scope: "row", text: GOALS[name][0], "aria-label": GOALS[name][1] }),
        element("td", { text: times(GOALS[name][2].map(function (size) { return SIZES[size]; })) + " = " + times(S.shape(goals[name].value)) }),
        element("td", { class: fits ? "good" : "bad", text: mark(fits) }),
        element("td", { class: !fits ? "" : distance <= RIGHT ? "good" : "bad", text: verdict })
      ]);
    }));
  }

  function sentence(found) {
    if (!found) { return "The inner sizes differ: there is no such product."; }
    var fitting = Object.keys(GOALS).filter(function (name) { return found.distance[name] !== null; });
    var right = fitting.filter(function (name) { return found.distance[name] <= RIGHT; });
    function list(names) { return names.map(function (name) { return GOALS[name][0]; }).join(", "); }
    if (!fitting.length) { return "The product exists, but nothing that is wanted has its shape."; }
    if (!right.length) { return "The shape is that of " + list(fitting) + ", and the value is wrong: no shape could tell."; }
    return "This is " + list(right) + (fitting.length > right.length ? "; the shape alone would fit " + list(fitting) + "." : ", in shape and in value.");
  }

  function render() {
    var layer = S.layer(data.drawn, n_before, n_here, m), factors = S.factors(layer), found = S.judged(layer, left, right);
    var first = S.shape(factors[left]), second = S.shape(factors[right]);
    draw(factors, found);
    code.textContent = left + " @ " + right;
    inner.className = "verdict " + (found ? "good" : "bad");
    inner.textContent = times(letters(left)) + " times " + times(letters(right)) + ": inner sizes " + first[1] + " and " + second[0] + (found ? " match" : " differ");
    writeTable(S.wanted(layer), found);
    status.textContent = sentence(found);
  }

  /* --- Controls --------------------------------------------------------------------------------------------- */

  function factorChoice(label, value, onchange) {
    var id = I.identifier();
    var select = element("select", { id: id }, Object.keys(NAMES).flatMap(function (name) { return [name, name + ".T"]; }).map(function (name) {
      return element("option", { value: name, text: sign(name) + "  " + words(name), selected: name === value });
    }));
    select.addEventListener("change", function () { onchange(select.value); render(); });
    return element("span", { class: "field" }, [element("label", { for: id, text: label }), select]);
  }

  var sizes = [
    ["n_before", function (value) { n_before = value; }, n_before, "before, "],
    ["n_here", function (value) { n_here = value; }, n_here, "layer, "],
    ["m", function (value) { m = value; }, m, "batch, "]
  ].map(function (one) {
    return I.slider({
      label: one[3] + SIZES[one[0]], min: 1, max: MOST, step: 1, value: one[2], words: String,
      onchange: function (value) { one[1](value); render(); }
    });
  });

  function setSizes(list) {
    n_before = list[0]; n_here = list[1]; m = list[2];
    sizes.forEach(function (slider, k) { slider.set(list[k]); });
    render();
  }

  place.append(
    element("div", { class: "factors" }, [
      factorChoice("Left", left, function (value) { left = value; }), factorChoice("Right", right, function (value) { right = value; })
    ]),
    element("div", { class: "sliders sizes" }, sizes),
    element("div", { class: "controls" }, [
      I.button("Different sizes", function () { setSizes([2, 3, 5]); }), I.button("Equal sizes", function () { setSizes([3, 3, 3]); }), code
    ]),
    picture, inner, table, status,
    element("p", { class: "quiet", text: "In value: gradients are compared with difference quotients of the cost, the product taken with its 1/m; Z is compared with its sums. The layer has the tangent, no biases, and the squared error; its numbers are those of the cell." })
  );
  render();
});
