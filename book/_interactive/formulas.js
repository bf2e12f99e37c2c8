/* The formulas of backpropagation, in which the reader changes a place: the drawing. */

Interactives.define("formulas", function (place, data) {
  "use strict";

  var I = Interactives, F = I.math.formulas;
  var element = I.element, show = I.show;
  var name = Object.keys(data.equations)[0], picked = [];

  var WORDS = { sign: "sign", primes: "function", name: "argument", indices: "order of the indices", layer: "layer", under: "factor" };

  /* --- The formula, with a menu at each place that can be changed -------------------------------------------- */

  function equation() { return data.equations[name]; }

  function menu(k) {
    var choice = equation().choices[k];
    var says = choice.field === "t" ? (/T$/.test(choice.options[0][0]) ? "transpose" : "product") : WORDS[choice.field];
    var select = element("select", { "aria-label": says }, choice.options.map(function (option, n) {
      return element("option", { value: n, text: option[0], selected: n === picked[k] });
    }));
    function mark() { select.classList.toggle("changed", picked[k] !== 0); }
    select.addEventListener("change", function () { picked[k] = Number(select.value); mark(); render(); });
    mark();
    return select;
  }

  /* The menu for a field of the node at a path, or else what stands there. */
  function or(path, field, text) {
    var at = path && path.join("."), found = -1;
    equation().choices.forEach(function (choice, k) { if (choice.field === field && choice.path.join(".") === at) { found = k; } });
    return found < 0 ? text : menu(found);
  }

  function span(parts, kind) { return element("span", kind ? { class: kind } : {}, parts); }
  function letter(text) { return element("i", { text: data.letters[text] || text }); }
  function below(path, key, k) { return path && path.concat(k === undefined ? [key] : [key, k]); }

  function inBrackets(part, isLoose) { return isLoose ? span(["(", part, ")"]) : part; }
  function isLoose(node) { return node.t === "Add" || node.t === "Hadamard" || (node.t === "Brace" && isLoose(node.of)); }

  function joined(nodes, path, key, sign) {
    return span(nodes.flatMap(function (node, k) {
      var part = inBrackets(write(node, below(path, key, k)), isLoose(node));
      return k ? [sign.cloneNode ? sign : " " + sign + " ", part] : [part];
    }));
  }

  function scripts(above, under) { return span([span([above], "above"), span([under], "below")], "scripts"); }

  function symbol(node, path) {
    var layer = node.layer && or(path, "layer", span(["(", write(node.layer), ")"]));
    var indices = node.indices.length ? or(path, "indices", span(node.indices.map(function (index) { return write(index); }))) : "";
    var first = or(path, "name", letter(node.name));
    if (layer && indices) { return span([first, scripts(layer, indices)]); }
    return span([first, layer ? element("sup", {}, [layer]) : "", indices ? element("sub", {}, [indices]) : ""]);
  }

  var KINDS = {
    Number: function (node) { return span([node.text]); },
    Symbol: symbol,
    Brace: function (node, path) { return write(node.of, below(path, "of")); },
    Add: function (node, path) {
      return span(node.terms.flatMap(function (term, k) {
        var at = below(path, "terms", k);
        return [or(at, "sign", term.sign < 0 ? "\u2212" : k ? " + " : ""), write(term.of, below(at, "of"))];
      }));
    },
    Product: function (node, path) { return joined(node.factors, path, "factors", " "); },
    Hadamard: function (node, path) { return joined(node.factors, path, "factors", or(path, "t", "\u2299")); },
    Quotient: function (node, path) { return span([or(path, "under", span([write(node.over), "/", write(node.under)]))]); },
    Transpose: function (node, path) { return span([inBrackets(write(node.of, below(path, "of")), isLoose(node.of)), element("sup", {}, [or(path, "t", "T")])]); },
    Ones: function (node) { return span([element("b", { text: "1" }), element("sub", {}, [write(node.length)])]); },
    Apply: function (node, path) {
      var f = or(path, "primes", span([letter(node.function), "\u2032".repeat(node.primes)]));
      return span([f, "(", write(node.arguments[0], below(path, "arguments", 0)), ")"]);
    },
    Big: function (node, path) { return span(["\u2211", element("sub", {}, [write(node.binders[0].index)]), " ", write(node.body, below(path, "body"))]); },
    Derivative: function (node) { return span(["\u2202", write(node.of), "/\u2202", write(node.by[0])]); },
    Nabla: function (node) { return span(["\u2207", element("sub", {}, [write(node.by)]), " ", write(node.of)]); }
  };

  function write(node, path) { return KINDS[node.t](node, path); }

  /* --- Both sides ---------------------------------------------------------------------------------------------- */

  function value(of, wrong) {
    if (of === undefined) { return element("span", { text: "\u2013" }); }
    if (!F.isMatrix(of)) { return element("span", { class: wrong ? "number wrong" : "number", text: show(of) }); }
    return element("span", { class: "numbers-in-rows", style: "--columns: " + of[0].length }, of.flatMap(function (row, i) {
      return row.map(function (entry, j) { return element("span", { class: wrong && wrong[i][j] ? "number wrong" : "number", text: show(entry) }); });
    }));
  }

  function flat(of) { return F.isMatrix(of) ? of.flat() : [of]; }

  function words(scope) {
    return Object.keys(scope).filter(function (key) { return key !== "e"; }).map(function (key) { return key + " = " + scope[key]; }).join(", ");
  }

  function verdictOf(found) {
    var why = found.filter(function (one) { return one.why; })[0];
    if (why) { return ["bad", "No value: " + why.why + "."]; }
    var all = found.flatMap(function (one) { return flat(one.wrong); }), wrong = all.filter(Boolean).length;
    if (!wrong) { return ["good", "True: both sides are equal" + (all.length > 1 ? ", in all " + all.length + " numbers." : ".")]; }
    var gaps = found.flatMap(function (one) { var left = flat(one.left), right = flat(one.right); return left.map(function (a, k) { return Math.abs(a - right[k]); }); });
    return ["bad", "False: the sides differ in " + wrong + " of " + all.length + " numbers, by up to " + show(Math.max.apply(null, gaps), 2) + "."];
  }

  var formula = element("div", { class: "formula", role: "group", "aria-label": "The formula, with what can be changed" });
  var verdict = element("p", { class: "verdict", role: "status" });
  var rows = element("tbody");
  var table = element("table", { class: "both-sides" }, [
    element("thead", {}, [element("tr", {}, ["", "left side", "right side"].map(function (head) { return element("th", { scope: "col", text: head }); }))]), rows
  ]);

  function render() {
    var right = F.changed(equation(), picked);
    var found = equation().scopes.map(function (scope) { return F.compared(equation().left, right, scope, data); });
    var said = verdictOf(found);
    verdict.className = "verdict " + said[0];
    verdict.textContent = said[1];
    rows.replaceChildren.apply(rows, found.map(function (one, k) {
      return element("tr", {}, [
        element("th", { scope: "row", text: words(equation().scopes[k]) }),
        element("td", {}, [value(one.left)]), element("td", {}, [value(one.right, one.wrong)])
      ]);
    }));
  }

  function write_out() {
    picked = equation().choices.map(function () { return 0; });
    formula.replaceChildren(write(equation().left), " = ", write(equation().right, []));
    render();
  }

  var which = I.choice({
    label: "Formula", value: name,
    of: Object.keys(data.equations).map(function (key) { return { value: key, label: data.equations[key].title }; }),
    onchange: function (value) { name = value; write_out(); }
  });

  place.append(which, formula, element("div", { class: "controls" }, [I.button("As printed", write_out)]), verdict, table);
  write_out();
});
