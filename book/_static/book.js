/* What CSS cannot know: which formulas are wider than their column. They scroll in their own box, so
   they must be reachable with the keyboard. */
(function () {
  "use strict";

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
})();
