/* Keeps the reader's place: at the target of a link until the page is set, and in the contents. */
(function () {
  "use strict";

  var AFTER = 1000; // milliseconds after the last formula, in which late parts may still move the page
  var MARGIN = 40; // pixels between an entry of the contents and the edge of its list
  var RESTORED = ["reload", "back_forward"]; // then the browser itself goes where the reader was

  var waiting = false;

  function target() {
    return document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  }

  /* What a link leads to may lie in a folded part. */
  function unfold(place) {
    var own = place.matches("section.beside, .erratum") && place.querySelector(":scope > details");
    if (own) { own.open = true; }
    for (var part = place; part; part = part.parentElement) {
      if (part.localName === "details") { part.open = true; }
      if (part !== place && part.classList.contains("toggle-hidden")) {
        var button = part.querySelector("button.toggle-button-hidden");
        if (button) { button.click(); }
      }
    }
  }

  function settle() {
    var place = target();
    if (waiting && place) { place.scrollIntoView(); }
  }

  function leave() { waiting = false; }

  function arrive() {
    var place = target();
    if (!place) { return; }
    waiting = true;
    unfold(place);
    settle();
  }

  function whenSet() {
    var mathjax = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    return Promise.all([mathjax, document.fonts.ready]);
  }

  /* Scroll a list of contents, and nothing else, until its entry is in sight. */
  function show(box, entry) {
    if (!box || !entry) { return; }
    var room = box.getBoundingClientRect(), place = entry.getBoundingClientRect();
    var bottom = Math.min(room.bottom, window.innerHeight);
    if (place.top < room.top + MARGIN || place.bottom > bottom - MARGIN) {
      box.scrollTop += (place.top + place.bottom - room.top - bottom) / 2;
    }
  }

  /* The contents follow: at the right the section that is read, at the left the page. */
  function follow() {
    var rail = document.querySelector(".bd-sidebar-secondary");
    show(rail, rail && [].slice.call(rail.querySelectorAll(".nav-link.active")).pop());
  }
  function followPage() {
    var sidebar = document.querySelector(".bd-sidebar-primary");
    show(sidebar, sidebar && [].slice.call(sidebar.querySelectorAll(".bd-docs-nav li.active > a")).pop());
  }

  window.addEventListener("DOMContentLoaded", function () {
    document.addEventListener("activate.bs.scrollspy", follow);
    var visit = window.performance.getEntriesByType("navigation")[0];
    if (visit && RESTORED.indexOf(visit.type) >= 0) { return; }
    arrive();
    var article = document.querySelector("article");
    if (waiting && article) { new ResizeObserver(settle).observe(article); }
    ["wheel", "touchstart", "keydown", "pointerdown"].forEach(function (kind) {
      window.addEventListener(kind, leave, { passive: true });
    });
  });
  window.addEventListener("load", function () {
    followPage();
    whenSet().then(settle).then(function () { window.setTimeout(leave, AFTER); });
  });
  window.addEventListener("hashchange", function () {
    arrive();
    window.setTimeout(leave, AFTER);
  });
})();
