/* What CSS cannot do. */
(function () {
  "use strict";

  /* Formulas that are wider than their column scroll in their own box, so they must be reachable with
     the keyboard. */
  function mark() {
    document.querySelectorAll("article mjx-container").forEach(function (formula) {
      var inline = formula.getAttribute("display") !== "true";
      if (inline) {
        var column = formula.parentElement.closest("p, li, dd, dt, td, figcaption, h1, h2, h3, h4");
        formula.classList.remove("too-wide");
        if (!column || formula.offsetWidth <= column.clientWidth) {
          formula.removeAttribute("tabindex");
          return;
        }
        formula.classList.add("too-wide");
      }
      if (formula.scrollWidth > formula.clientWidth) {
        formula.setAttribute("tabindex", "0");
      } else {
        formula.removeAttribute("tabindex");
      }
    });
  }

  window.addEventListener("load", function () {
    var mathjax = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    Promise.resolve(mathjax).then(mark);
  });
  window.addEventListener("resize", mark);

  /* A search result quotes the source of formulas: leave short ones as they are, and shorten others. */
  function readable(text) {
    return text
      .replace(/\\[([](.*?)\\[)\]]/gs, function (_, tex) { return /[\\{]/.test(tex) ? "\u2026" : tex; })
      .replace(/\\[([][^]*$/, "\u2026")
      .replace(/^[^]*?\\[)\]]/, "\u2026");
  }

  function clean(results) {
    var walker = document.createTreeWalker(results, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      var shown = readable(walker.currentNode.data);
      if (shown !== walker.currentNode.data) { walker.currentNode.data = shown; }
    }
  }

  window.addEventListener("DOMContentLoaded", function () {
    var results = document.getElementById("search-results");
    if (results) {
      new MutationObserver(function () { clean(results); })
        .observe(results, { childList: true, subtree: true });
    }
  });

  /* A link that leads into a folded part opens it, and so does printing. */
  function openAround(element) {
    for (var e = element; e; e = e.parentElement) {
      if (e.tagName === "DETAILS") { e.open = true; }
    }
  }

  function openTarget() {
    var name = decodeURIComponent(location.hash.slice(1));
    var target = name && document.getElementById(name);
    if (!target) { return; }
    var folded = target.matches("section.beside") && target.querySelector(":scope > details");
    var closed = folded ? !folded.open : target.closest("details:not([open])");
    if (closed) {
      openAround(folded || target);
      target.scrollIntoView();
    }
  }

  window.addEventListener("DOMContentLoaded", openTarget);
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("article details.beside-section").forEach(function (part) { part.open = true; });
  });

  /* The contents of a page show which of its sections are on the path, and which are beside it. */
  window.addEventListener("DOMContentLoaded", function () {
    ["evening", "beside"].forEach(function (kind) {
      document.querySelectorAll("article section." + kind).forEach(function (section) {
        document.querySelectorAll('.page-toc a[href="#' + section.id + '"]').forEach(function (entry) {
          entry.classList.add(kind + "-entry");
        });
      });
    });
  });
})();
