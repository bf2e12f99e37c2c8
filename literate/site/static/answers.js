/* Answers to exercises, judged in the page.

   Each <script class="answer"> holds what is asked and what is right. A field takes its place. What is
   typed is read by the grammar below, never run, and compared with what is right: a shape size by size,
   a number within its tolerance, a formula at random points, so that every equivalent form is right. */
(function () {
  "use strict";

  var STORE = "first-principles:answers";
  var POINTS = 20;
  var ROUNDING = 1e-9;
  var LONGEST = 400;

  /* ------------------------------------------------------------------ what may be written */

  var FUNCTIONS = {
    exp: Math.exp, ln: Math.log, log: Math.log, sqrt: Math.sqrt, tanh: Math.tanh,
    sin: Math.sin, cos: Math.cos, abs: Math.abs,
    sigma: function (z) { return 1 / (1 + Math.exp(-z)); }
  };
  var CONSTANTS = { e: Math.E, pi: Math.PI };
  var GREEK = {
    alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", kappa: "κ",
    lambda: "λ", mu: "μ", nu: "ν", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", omega: "ω",
    Delta: "Δ", Sigma: "Σ"
  };
  var OPERATORS = {
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "⋅": "*", "×": "*", "∗": "*",
    "/": "/", "÷": "/", "^": "^", "(": "(", ")": ")", "[": "(", "]": ")"
  };
  var RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  var LOWERED = "₀₁₂₃₄₅₆₇₈₉";

  function Malformed(message, start, end) {
    this.message = message;
    this.start = start;
    this.end = end === undefined ? start + 1 : end;
  }

  /* Every way to write a name: w_10, w_{10}, w_{1,0}, w10, w₁₀; delta, \delta, δ. */
  function spellings(name) {
    var parts = name.split("_");
    var bases = [parts[0], "\\" + parts[0]].concat(GREEK[parts[0]] || []);
    if (parts[0] === "phi") { bases.push("ϕ"); }
    if (parts[0] === "epsilon") { bases.push("ϵ"); }
    if (parts.length === 1) { return bases; }
    var index = parts[1];
    var tails = ["_" + index, "_{" + index + "}", index];
    if (/^\d+$/.test(index)) {
      tails.push(index.replace(/\d/g, function (digit) { return LOWERED[digit]; }));
      if (index.length > 1) { tails.push("_{" + index.split("").join(",") + "}"); }
    }
    return [].concat.apply([], bases.map(function (base) {
      return tails.map(function (tail) { return base + tail; });
    }));
  }

  function vocabulary(variables) {
    var known = Object.create(null);
    function add(name, token) {
      spellings(name).forEach(function (text) { known[text] = known[text] || token; });
    }
    variables.forEach(function (name) { add(name, { type: "name", value: name }); });
    Object.keys(FUNCTIONS).forEach(function (name) { add(name, { type: "function", value: name }); });
    Object.keys(CONSTANTS).forEach(function (name) { add(name, { type: "name", value: name }); });
    return known;
  }

  function own(words, word) { return Object.prototype.hasOwnProperty.call(words, word); }

  /* A word is a known name, or known variables written side by side. */
  function namesIn(word, known) {
    if (known[word]) { return [known[word]]; }
    for (var length = word.length - 1; length > 0; length--) {
      var head = known[word.slice(0, length)];
      if (head && head.type === "name" && /[\p{L}\\]/u.test(word[length])) {
        var rest = namesIn(word.slice(length), known);
        if (rest) { return [head].concat(rest); }
      }
    }
    return null;
  }

  function list(words) {
    return words.length < 2 ? words.join("") :
      words.slice(0, -1).join(", ") + " and " + words[words.length - 1];
  }

  function tokensOf(text, variables) {
    var known = vocabulary(variables);
    var tokens = [];
    var at = 0;
    var match;
    if (text.length > LONGEST) { throw new Malformed("The answer is too long to be read.", LONGEST); }
    function push(type, value, length) {
      tokens.push({ type: type, value: value, start: at, end: at + length });
    }
    while (at < text.length) {
      var rest = text.slice(at);
      if ((match = /^\s+/.exec(rest))) {
        at += match[0].length;
      } else if ((match = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/.exec(rest))) {
        push("number", parseFloat(match[0]), match[0].length);
        at += match[0].length;
        if (/^(,\d|\.)/.test(text.slice(at))) {
          throw new Malformed("Write a number with a point for its decimals and without commas, as 0.25 or 1234.", at);
        }
      } else if ((match = /^⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/.exec(rest))) {
        var digits = match[0].replace(/./g, function (mark) {
          return mark === "⁻" ? "-" : String(RAISED.indexOf(mark));
        });
        push("^", "^", match[0].length);
        if (digits[0] === "-") { push("-", "-", match[0].length); }
        push("number", parseFloat(digits.replace("-", "")), match[0].length);
        at += match[0].length;
      } else if (rest.slice(0, 2) === "**") {
        push("^", "^", 2);
        at += 2;
      } else if (own(OPERATORS, rest[0])) {
        push(OPERATORS[rest[0]], rest[0], 1);
        at += 1;
      } else if ((match = /^\\?\p{L}+(_\{[^}]*\}|_[\p{L}\d]+|[\d₀-₉]+)?/u.exec(rest))) {
        var word = match[0].replace(/\s/g, "");
        var names = namesIn(word, known);
        if (!names) {
          throw new Malformed("“" + match[0] + "” is not known here." +
            (variables.length ? " Known are " + list(variables) + "." : ""), at, at + match[0].length);
        }
        names.forEach(function (name) { push(name.type, name.value, match[0].length); });
        at += match[0].length;
      } else {
        throw new Malformed("“" + rest[0] + "” cannot be read.", at);
      }
    }
    return tokens;
  }

  /* ------------------------------------------------------------------ the grammar
     sum     = product (("+" | "-") product)*
     product = signed (("*" | "/")? signed)*         two factors side by side are multiplied
     signed  = ("+" | "-") signed | power
     power   = atom ("^" signed)?
     atom    = number | name | function "(" sum ")" | "(" sum ")"                                  */

  function parse(text, variables) {
    var tokens = tokensOf(text, variables);
    var position = 0;
    var end = text.length;

    function peek() { return tokens[position] || { type: "end", value: "", start: end, end: end }; }
    function accept(type) { return peek().type === type ? tokens[position++] : null; }
    function starts(token) {
      return token.type === "number" || token.type === "name" || token.type === "function" || token.type === "(";
    }

    function sum() {
      var value = product();
      for (;;) {
        var sign = accept("+") || accept("-");
        if (!sign) { return value; }
        value = binary(sign.type, value, product());
      }
    }

    function product() {
      var value = signed();
      var divided = false;
      for (;;) {
        var operator = accept("*") || accept("/");
        if (operator) {
          divided = operator.type === "/";
          value = binary(operator.type, value, signed());
        } else if (starts(peek())) {
          if (divided) {
            throw new Malformed("Is this below the fraction's line or after it? Write * or parentheses.", peek().start);
          }
          if (peek().type === "number") {
            throw new Malformed("A number after another factor: write * between them, or ^ for a power.", peek().start, peek().end);
          }
          value = binary("*", value, signed());
        } else {
          return value;
        }
      }
    }

    function signed() {
      if (accept("+")) { return signed(); }
      if (accept("-")) {
        var value = signed();
        return function (point) { return -value(point); };
      }
      return power();
    }

    function power() {
      var base = atom();
      return accept("^") ? binary("^", base, signed()) : base;
    }

    function atom() {
      var token = peek();
      if (accept("number")) { return function () { return token.value; }; }
      if (accept("name")) {
        return function (point) {
          return own(point, token.value) ? point[token.value] : CONSTANTS[token.value];
        };
      }
      if (accept("function")) {
        if (peek().type !== "(") {
          throw new Malformed("After " + token.value + " parentheses are needed, as in " + token.value + "(…).", peek().start);
        }
        var argument = atom();
        var apply = FUNCTIONS[token.value];
        return function (point) { return apply(argument(point)); };
      }
      if (accept("(")) {
        var inside = sum();
        if (!accept(")")) {
          throw new Malformed(peek().type === "end" ?
            "The parenthesis that opens at character " + (token.start + 1) + " is not closed." :
            "“" + peek().value + "” is not expected here.", peek().start);
        }
        return inside;
      }
      if (token.type === "end") {
        throw new Malformed("Something is missing at the end.", Math.max(end - 1, 0), end);
      }
      throw new Malformed(token.type === ")" ?
        "A parenthesis closes here that none opens, or nothing stands before it." :
        "Before “" + token.value + "” something is missing.", token.start, token.end);
    }

    function binary(type, left, right) {
      return function (point) {
        var a = left(point);
        var b = right(point);
        switch (type) {
          case "+": return a + b;
          case "-": return a - b;
          case "*": return a * b;
          case "/": return a / b;
          default: return Math.pow(a, b);
        }
      };
    }

    var value = sum();
    var left = peek();
    if (left.type !== "end") {
      throw new Malformed(left.type === ")" ?
        "A parenthesis closes here that none opens." :
        "“" + left.value + "” is not expected here.", left.start, left.end);
    }
    return value;
  }

  function parseShape(text) {
    var open = /^\s*[([]?/.exec(text)[0];
    var close = /[)\]]?\s*$/.exec(text)[0];
    var body = text.slice(open.length, text.length - close.length);
    if (/[([]/.test(open) !== /[)\]]/.test(close)) {
      throw new Malformed("One of the two parentheses is missing.", 0, text.length);
    }
    if (/[([]/.test(open)) { body = body.replace(/,\s*$/, ""); }
    var sizes = [];
    var at = open.length;
    body.split(/(x|X|×|\*|,|\bby\b|\btimes\b)/).forEach(function (part, number) {
      if (number % 2 === 0) {
        var size = part.trim();
        if (!size) {
          throw new Malformed("A size is missing. Write a shape as 3 x 4.", Math.min(at, text.length - 1));
        }
        if (!/^\d+$/.test(size)) {
          throw new Malformed(/^\d+\s+\d/.test(size) ?
            "What stands between the two sizes? Write a shape as 3 x 4." :
            "“" + size + "” is no size. Write a shape as 3 x 4.", at, at + part.length);
        }
        sizes.push(parseInt(size, 10));
      }
      at += part.length;
    });
    return sizes;
  }

  /* ------------------------------------------------------------------ comparing */

  function generator(seed) {           /* mulberry32: the same points for everyone */
    return function () {
      seed = (seed + 0x6d2b79f5) | 0;
      var t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  function pointsOf(variables) {
    var draw = generator(1);
    var points = [];
    for (var k = 0; k < POINTS; k++) {
      var point = {};
      Object.keys(variables).forEach(function (name) {
        var ends = variables[name];
        point[name] = Math.round(1000 * (ends[0] + draw() * (ends[1] - ends[0]))) / 1000;
      });
      points.push(point);
    }
    return points;
  }

  function near(a, b, tolerance) {
    return isFinite(a) && isFinite(b) && Math.abs(a - b) <= Math.max(tolerance, ROUNDING * Math.max(Math.abs(a), Math.abs(b)));
  }

  function same(answer, values, others) {
    return values.length === others.length && values.every(function (value, k) {
      return answer.kind === "shape" ? value === others[k] : near(value, others[k], answer.tolerance);
    });
  }

  function valuesOf(answer, text) {
    if (answer.kind === "shape") { return parseShape(text); }
    var formula = parse(text, Object.keys(answer.variables));
    return (answer.points || [{}]).map(formula);
  }

  function short(number) { return String(parseFloat(number.toPrecision(4))).replace("-", "−"); }

  function describe(point) {
    return list(Object.keys(point).map(function (name) { return name + " = " + short(point[name]); }));
  }

  var SIMPLE = { "2": "2", "0.5": "1/2", "4": "4", "0.25": "1/4", "3": "3" };

  function escaped(text) {
    var element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML;
  }

  /* What is known of a wrong answer, from the author or from the numbers; HTML. */
  function hintFor(answer, values) {
    var right = answer.values;
    for (var k = 0; k < answer.wrong.length; k++) {
      if (same(answer, values, answer.wrong[k].values)) { return answer.wrong[k].hint; }
    }
    if (answer.kind === "shape") {
      if (values.length !== right.length) {
        return "It has " + (right.length === 1 ? "one size" : right.length + " sizes") + ", and here " +
          (values.length === 1 ? "is one." : "are " + values.length + ".");
      }
      if (same(answer, values.slice().reverse(), right)) {
        return "These are the sizes in the other order: the shape of the transpose.";
      }
      return "Which matrix product makes it, and which sizes does that leave?";
    }
    var lost = values.findIndex(function (value) { return !isFinite(value); });
    if (lost >= 0) {
      return answer.kind === "number" ? "This has no value." :
        "It has no value at " + escaped(describe(answer.points[lost])) + ".";
    }
    var ratio = values[0] / right[0];
    var constant = right[0] !== 0 && ratio !== 0 && right.every(function (value, k) {
      return near(values[k], ratio * value, 0);
    });
    if (constant && near(ratio, -1, 0)) { return "Only the sign is wrong."; }
    if (constant && answer.kind === "formula") {
      return "It is " + escaped(SIMPLE[String(parseFloat(ratio.toPrecision(9)))] || short(ratio)) + " times what is right: look for a factor.";
    }
    if (answer.kind === "number") {
      if (constant && SIMPLE[String(parseFloat(ratio.toPrecision(9)))]) {
        return "It is " + SIMPLE[String(parseFloat(ratio.toPrecision(9)))] + " times what is right: look for a factor.";
      }
      if (Math.abs(values[0] - right[0]) <= 0.01 * Math.abs(right[0])) {
        return "This is near, but not near enough: give more digits, or the exact fraction.";
      }
      return "Go through the steps again.";
    }
    var worst = 0;
    values.forEach(function (value, k) {
      if (Math.abs(value - right[k]) > Math.abs(values[worst] - right[worst])) { worst = k; }
    });
    return escaped("At " + describe(answer.points[worst]) + " it is " + short(values[worst]) +
      ", and " + short(right[worst]) + " would be right.");
  }

  function judge(answer, text) {
    if (!text.trim()) { return { state: "empty", html: "Nothing is written yet." }; }
    var values;
    try {
      values = valuesOf(answer, text);
    } catch (error) {
      if (!(error instanceof Malformed)) { throw error; }
      return {
        state: "malformed", start: error.start, end: error.end,
        html: "Cannot be read, at character " + (error.start + 1) + ". " + escaped(error.message)
      };
    }
    if (same(answer, values, answer.values)) { return { state: "right", html: "Right." }; }
    return { state: "wrong", html: "Not right. " + hintFor(answer, values) };
  }

  /* ------------------------------------------------------------------ what this browser remembers */

  function recall() {
    try {
      var names = JSON.parse(window.localStorage.getItem(STORE) || "[]");
      return Array.isArray(names) ? names : [];
    } catch (error) {
      return [];
    }
  }

  function remember(names) {
    try {
      if (names.length) {
        window.localStorage.setItem(STORE, JSON.stringify(names));
      } else {
        window.localStorage.removeItem(STORE);
      }
      return true;
    } catch (error) {
      return false;
    }
  }

  var answered = recall();
  var kept = true;

  /* ------------------------------------------------------------------ the page */

  function make(tag, attributes, html) {
    var element = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (html !== undefined) { element.innerHTML = html; }
    return element;
  }

  function typeset(elements) {
    var mathjax = window.MathJax;
    if (mathjax && mathjax.startup && mathjax.startup.promise) {
      mathjax.startup.promise.then(function () { return mathjax.typesetPromise(elements); });
    }
  }

  var HOW = {
    shape: "A shape, as 3 x 4",
    number: "A number, a fraction or a term, as 7/16 or 2*ln(2)"
  };

  function how(answer) {
    var variables = Object.keys(answer.variables);
    return HOW[answer.kind] || "A formula of " + list(variables) + ", with + − * / ^ ( )";
  }

  var progress = null;
  var places = [];

  function showProgress() {
    if (!progress) { return; }
    var right = places.filter(function (place) { return answered.indexOf(place.answer.name) >= 0; }).length;
    progress.count.textContent = right + " of the " + places.length + " answers on this page are right.";
    progress.where.textContent = kept ?
      "Which ones, this browser alone remembers; nothing is sent." :
      "This browser keeps nothing for this page: it forgets them when you leave.";
    progress.button.disabled = answered.length === 0;
  }

  function show(place, verdict) {
    place.result.innerHTML = verdict.html;
    place.form.setAttribute("data-state", verdict.state);
    if (verdict.state === "right" || verdict.state === "wrong") {
      place.input.removeAttribute("aria-invalid");
    } else {
      place.input.setAttribute("aria-invalid", "true");
    }
    typeset([place.result]);
  }

  function check(place) {
    var verdict = judge(place.answer, place.input.value);
    show(place, verdict);
    var at = answered.indexOf(place.answer.name);
    if (verdict.state === "right" && at < 0) {
      answered = recall().concat(answered, place.answer.name).filter(function (name, k, all) {
        return all.indexOf(name) === k;
      });
      kept = remember(answered);
    }
    if (verdict.state !== "right") { place.input.focus(); }
    if (verdict.state === "malformed") { place.input.setSelectionRange(verdict.start, verdict.end); }
    showProgress();
  }

  function build(script) {
    var answer = JSON.parse(script.textContent);
    var id = "answer-" + answer.name.replace(/\W+/g, "-");
    answer.points = answer.kind === "formula" ? pointsOf(answer.variables) : null;
    answer.values = valuesOf(answer, answer.right);
    answer.wrong = answer.wrong.map(function (pair) {
      return { values: valuesOf(answer, pair[0]), hint: pair[1] };
    });
    var form = make("form", { "class": "answer", novalidate: "" });
    var label = make("label", { "for": id }, answer.ask);
    // A formula alone is no name for the field: a screen reader may pass over what MathJax draws.
    var says = make("span", { "class": "answer-unseen" });
    says.textContent = "Your answer: ";
    label.prepend(says);
    var input = make("input", {
      id: id, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      "aria-describedby": id + "-how " + id + "-result"
    });
    var button = make("button", { type: "submit" }, "Check");
    var hint = make("span", { id: id + "-how", "class": "answer-how" });
    hint.textContent = how(answer);
    var result = make("p", { id: id + "-result", "class": "answer-result", role: "status" });
    var row = make("div", { "class": "answer-row" });
    row.append(input, button);
    form.append(label, row, hint, result);
    script.replaceWith(form);
    var place = { answer: answer, form: form, input: input, result: result };
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      check(place);
    });
    if (answered.indexOf(answer.name) >= 0) {
      show(place, { state: "right", html: "Right, as you answered before." });
    }
    places.push(place);
    return label;
  }

  function headingAbove(element) {
    for (var section = element.closest("section"); section; section = section.parentElement.closest("section")) {
      if (/^H[23]$/.test(section.firstElementChild.tagName)) { return section.firstElementChild; }
    }
    return null;
  }

  function buildProgress() {
    var heading = headingAbove(places[0].form);
    var box = make("div", { "class": "answers-progress" });
    var text = make("p", {});
    var count = make("span", { role: "status" });
    var where = make("span", {});
    var button = make("button", { type: "button" }, "Forget my answers in all chapters");
    text.append(count, " ", where);
    box.append(text, button);
    if (heading) { heading.after(box); } else { places[0].form.before(box); }
    progress = { count: count, where: where, button: button };
    button.addEventListener("click", function () {
      answered = [];
      kept = remember(answered);
      places.forEach(function (place) {
        place.input.value = "";
        place.input.removeAttribute("aria-invalid");
        place.form.removeAttribute("data-state");
        place.result.textContent = "";
      });
      showProgress();
      count.textContent = "Forgotten. " + count.textContent;
      box.setAttribute("tabindex", "-1");
      box.focus();
    });
    kept = remember(answered);
    showProgress();
  }

  var labels = Array.from(document.querySelectorAll("script.answer")).map(build);
  if (places.length) {
    buildProgress();
    typeset(labels);
  }
})();
