/* Code cells. Buttons open folded code in place, and one switch, which the site remembers, opens all.
   Equations and the lines that are them light up together. */
(function () {
  "use strict";

  var KEY = "nnmath-all-code";
  var root = document.documentElement;

  function remembered() {
    try { return window.localStorage.getItem(KEY) === "yes"; } catch (error) { return false; }
  }

  function remember(all) {
    try { window.localStorage.setItem(KEY, all ? "yes" : "no"); } catch (error) { /* for this page */ }
  }

  /* At once, so that the page does not move when it has been shown. */
  root.classList.toggle("all-code", remembered());

  function folds() { return document.querySelectorAll(".code-fold"); }

  function buttonOf(fold) { return document.querySelector('[aria-controls="' + fold.id + '"]'); }

  /* A closed fold is found by the browser's search, which opens it, where the browser can do that. */
  function show(fold, open) {
    fold.classList.toggle("open", open);
    if (open) { fold.removeAttribute("hidden"); } else { fold.setAttribute("hidden", "until-found"); }
    buttonOf(fold).setAttribute("aria-expanded", String(open));
  }

  function showAll(all) {
    root.classList.toggle("all-code", all);
    folds().forEach(function (fold) { show(fold, all); });
  }

  /* A link may lead into a fold. */
  function reveal() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var fold = target && target.closest(".code-fold");
    if (fold && fold.hasAttribute("hidden")) {
      show(fold, true);
      target.scrollIntoView();
    }
  }

  /* An equation and the lines of code that are it light up together. */
  function light(event) {
    var from = event.target.closest(".code-line, div.math[id^='equation-']");
    if (!from) { return; }
    var lit = event.type === "pointerover" || event.type === "focusin";
    var labels = from.dataset.equation ? from.dataset.equation.split(" ") : [from.id.slice("equation-".length)];
    labels.forEach(function (label) {
      document.querySelectorAll('.code-line[data-equation~="' + label + '"]').forEach(function (line) {
        line.classList.toggle("lit", lit);
      });
      var equation = document.getElementById("equation-" + label);
      if (equation) { equation.classList.toggle("lit", lit); }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    showAll(remembered());
    folds().forEach(function (fold) {
      fold.addEventListener("beforematch", function () { show(fold, true); });
      buttonOf(fold).addEventListener("click", function () {
        show(fold, !fold.classList.contains("open"));
      });
    });
    var box = document.querySelector("[data-code-switch]");
    if (box) {
      box.checked = remembered();
      box.addEventListener("change", function () {
        remember(box.checked);
        showAll(box.checked);
      });
    }
    reveal();
    window.addEventListener("hashchange", reveal);
    ["pointerover", "pointerout", "focusin", "focusout"].forEach(function (name) {
      document.addEventListener(name, light);
    });
  });
})();
