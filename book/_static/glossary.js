/* Shows the definition of a term, or an equation, when the pointer or the keyboard comes to its link.
   It stays while either is on the link or on what is shown, and Escape takes it away (WCAG 1.4.13). */
(function () {
  "use strict";

  var SHOW_AFTER = 250, HIDE_AFTER = 250; // milliseconds, for the pointer; the keyboard waits for nothing
  var box = null, shown = null, timer = 0;

  function termOf(event) {
    var link = event.target.closest && event.target.closest("a[href*='#term-'], a[href*='#equation-']");
    return link && link.closest("article") && template(link) ? link : null;
  }

  function template(link) {
    var anchor = decodeURIComponent(link.hash.slice(1));
    return document.querySelector("template[data-term='" + CSS.escape(anchor) + "']");
  }

  function later(action, delay) {
    window.clearTimeout(timer);
    timer = window.setTimeout(action, delay);
  }

  function make() {
    box = document.createElement("div");
    box.id = "definition";
    box.className = "term-definition";
    box.setAttribute("role", "tooltip");
    box.hidden = true;
    box.addEventListener("pointerenter", function () { window.clearTimeout(timer); });
    box.addEventListener("pointerleave", function () { later(hide, HIDE_AFTER); });
    document.querySelector("article").appendChild(box);
  }

  function show(link) {
    window.clearTimeout(timer);
    if (shown === link) { return; }
    hide();
    if (!box) { make(); }
    var mathjax = window.MathJax && window.MathJax.typesetClear ? window.MathJax : null;
    if (mathjax) { mathjax.typesetClear([box]); }
    box.replaceChildren(template(link).content.cloneNode(true));
    box.hidden = false;
    shown = link;
    link.setAttribute("aria-describedby", box.id);
    place(link);
    if (mathjax && mathjax.typesetPromise) {
      mathjax.typesetPromise([box]).then(function () { if (shown === link) { place(link); } });
    }
  }

  /* Below the link, or above it where there is more room; within the column. */
  function place(link) {
    var at = link.getClientRects()[0], column = link.closest("article").getBoundingClientRect();
    var left = Math.min(at.left, column.right - box.offsetWidth);
    box.style.left = Math.max(left, column.left) - column.left + "px";
    var below = window.innerHeight - at.bottom, needed = box.offsetHeight + 8;
    var top = below >= needed || at.top < needed ? at.bottom + 4 : at.top - needed + 4;
    box.style.top = top - column.top + "px";
  }

  function hide() {
    window.clearTimeout(timer);
    if (shown) { shown.removeAttribute("aria-describedby"); shown = null; }
    if (box) { box.hidden = true; }
  }

  document.addEventListener("pointerover", function (event) {
    var link = event.pointerType === "touch" ? null : termOf(event);
    if (link) { later(function () { show(link); }, SHOW_AFTER); }
  });
  document.addEventListener("pointerout", function (event) {
    if (termOf(event)) { later(hide, HIDE_AFTER); }
  });
  document.addEventListener("focusin", function (event) {
    var link = termOf(event);
    if (link) { show(link); }
  });
  document.addEventListener("focusout", function (event) {
    if (termOf(event)) { hide(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && shown) { hide(); }
  });
  window.addEventListener("resize", hide);
})();
