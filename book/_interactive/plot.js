/* Axes, and curves on them, as SVG. */

Interactives.plot = (function () {
  "use strict";

  var drawn = Interactives.drawn;

  /* A scale is {min, max, log, ticks, label, show}; it maps a number to the interval from 0 to 1. */
  function place(scale, value) {
    return scale.log
      ? (Math.log10(value) - Math.log10(scale.min)) / (Math.log10(scale.max) - Math.log10(scale.min))
      : (value - scale.min) / (scale.max - scale.min);
  }

  function back(scale, share) {
    return scale.log
      ? Math.pow(10, Math.log10(scale.min) + share * (Math.log10(scale.max) - Math.log10(scale.min)))
      : scale.min + share * (scale.max - scale.min);
  }

  /* Powers of ten in a range, every so many. */
  function powers(from, to, every) {
    var list = [];
    for (var e = from; e <= to; e += every) { list.push(Math.pow(10, e)); }
    return list;
  }

  function power(value) {
    return "10" + Interactives.raised(Math.round(Math.log10(value)));
  }

  /* Make a drawing with axes. Its method `set` gives it new scales; `line`, `dot`, `rule` and `text` draw on it
     what `clear` takes away again. Curves do not leave the axes. */
  function axes(options) {
    var width = options.width || 360, height = options.height || 260;
    var box = { left: options.left || 50, right: width - 12, top: 12, bottom: height - 42 };
    var id = Interactives.identifier();
    var frame = drawn("g", { class: "frame" });
    var curves = drawn("g", { "clip-path": "url(#" + id + ")" });
    var svg = drawn("svg", Object.assign({ viewBox: "0 0 " + width + " " + height, class: "plot" }, options.attributes), [
      drawn("clipPath", { id: id }, [drawn("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top })]),
      frame, curves
    ]);
    var scales = {};

    /* Far outside the axes a renderer loses its digits: such places are moved to a border far away. */
    function tame(pixel) { return Math.max(-1e4, Math.min(1e4, pixel)); }
    function X(value) { return tame(box.left + place(scales.x, value) * (box.right - box.left)); }
    function Y(value) { return tame(box.bottom - place(scales.y, value) * (box.bottom - box.top)); }

    function set(x, y) {
      scales = { x: x, y: y };
      frame.replaceChildren();
      x.ticks.forEach(function (value) {
        frame.append(drawn("line", { x1: X(value), x2: X(value), y1: box.top, y2: box.bottom, class: "grid" }));
        frame.append(drawn("text", { x: X(value), y: box.bottom + 15, "text-anchor": "middle", text: (x.show || Interactives.show)(value) }));
      });
      y.ticks.forEach(function (value) {
        frame.append(drawn("line", { x1: box.left, x2: box.right, y1: Y(value), y2: Y(value), class: "grid" }));
        frame.append(drawn("text", { x: box.left - 5, y: Y(value) + 4, "text-anchor": "end", text: (y.show || Interactives.show)(value) }));
      });
      frame.append(drawn("path", { d: "M" + box.left + " " + box.top + "V" + box.bottom + "H" + box.right, class: "axis" }));
      frame.append(drawn("text", { x: (box.left + box.right) / 2, y: height - 8, "text-anchor": "middle", class: "label", text: x.label }));
      frame.append(drawn("text", { x: 11, y: (box.top + box.bottom) / 2, transform: "rotate(-90 11 " + (box.top + box.bottom) / 2 + ")", "text-anchor": "middle", class: "label", text: y.label }));
    }

    /* A curve through points [x, y]; a point that has no place on the axes makes a gap. */
    function line(points, name, closed) {
      var d = "", gap = true;
      points.forEach(function (point) {
        var fits = (!scales.x.log || point[0] > 0) && (!scales.y.log || point[1] > 0) && isFinite(point[0]) && isFinite(point[1]);
        if (fits) { d += (gap ? "M" : "L") + X(point[0]).toFixed(2) + " " + Y(point[1]).toFixed(2); }
        gap = !fits;
      });
      if (d) { curves.append(drawn("path", { d: d + (closed ? "Z" : ""), class: name })); }
    }

    function dot(x, y, name, radius) {
      if (scales.y.log && !(y > 0)) { return; }
      curves.append(drawn("circle", { cx: X(x), cy: Y(y), r: radius || 4, class: name }));
    }

    function square(x, y, name) {
      curves.append(drawn("rect", { x: X(x) - 4, y: Y(y) - 4, width: 8, height: 8, class: name }));
    }

    function rule(x, name) {
      curves.append(drawn("line", { x1: X(x), x2: X(x), y1: box.top, y2: box.bottom, class: name }));
    }

    function text(x, y, words, name, anchor) {
      curves.append(drawn("text", { x: X(x), y: Y(y), class: name, "text-anchor": anchor || "start", text: words }));
    }

    function clear() { curves.replaceChildren(); }

    /* Which point of the axes a pointer is at. */
    function at(event) {
      var matrix = svg.getScreenCTM().inverse();
      var x = event.clientX * matrix.a + matrix.e, y = event.clientY * matrix.d + matrix.f;
      return [back(scales.x, (x - box.left) / (box.right - box.left)), back(scales.y, (box.bottom - y) / (box.bottom - box.top))];
    }

    /* Call change([x, y]) for every place that a pointer presses or is dragged to. */
    function follow(change) {
      var down = false;
      svg.addEventListener("pointerdown", function (event) { down = true; svg.setPointerCapture(event.pointerId); change(at(event)); });
      svg.addEventListener("pointermove", function (event) { if (down) { change(at(event)); } });
      ["pointerup", "pointercancel"].forEach(function (kind) { svg.addEventListener(kind, function () { down = false; }); });
    }

    return { svg: svg, set: set, line: line, dot: dot, square: square, rule: rule, text: text, clear: clear, follow: follow };
  }

  /* What the lines mean: a list of [class, words]. */
  function legend(entries) {
    return Interactives.element("p", { class: "legend" }, entries.map(function (entry) {
      var sample = entry[2] === "dot"
        ? drawn("circle", { cx: 12, cy: 6, r: 4, class: entry[0] })
        : entry[2] === "square" ? drawn("rect", { x: 8, y: 2, width: 8, height: 8, class: entry[0] })
          : drawn("line", { x1: 0, x2: 28, y1: 6, y2: 6, class: entry[0] });
      return Interactives.element("span", {}, [drawn("svg", { viewBox: "0 0 28 12", "aria-hidden": "true" }, [sample]), entry[1]]);
    }));
  }

  return { axes: axes, legend: legend, powers: powers, power: power };
})();
