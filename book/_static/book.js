/* What CSS cannot do. */
(function () {
  "use strict";

  var SMALLEST = 0.74; // of its size: so small a formula may become before it scrolls

  function each(kind, action) {
    [].forEach.call(document.querySelectorAll("article mjx-container" + kind), action);
  }

  /* A displayed formula that is somewhat wider than its column becomes smaller. */
  function fit() {
    var wide = [];
    each("[display=true]", function (formula) {
      if (!formula.dataset.size) { formula.dataset.size = parseFloat(formula.style.fontSize); }
      formula.style.fontSize = formula.dataset.size + "%";
    });
    each("[display=true]", function (formula) {
      if (formula.scrollWidth > formula.clientWidth) {
        wide.push([formula, formula.clientWidth / formula.scrollWidth]);
      }
    });
    wide.forEach(function (pair) {
      pair[0].style.fontSize = pair[0].dataset.size * Math.max(SMALLEST, 0.985 * pair[1]) + "%";
    });
  }

  /* Formulas that are wider still scroll in their own box, so they must be reachable with the
     keyboard. */
  function mark() {
    fit();
    each("", function (formula) {
      if (formula.getAttribute("display") !== "true") {
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

  /* So must drawings. */
  function markDrawings() {
    document.querySelectorAll("article .drawing").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.setAttribute("tabindex", "0");
      } else {
        box.removeAttribute("tabindex");
      }
    });
  }

  window.addEventListener("load", function () {
    markDrawings();
    var mathjax = window.MathJax && window.MathJax.startup && window.MathJax.startup.promise;
    Promise.resolve(mathjax).then(mark);
  });
  window.addEventListener("resize", mark);
  window.addEventListener("resize", markDrawings);

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

  /* The section of a page that has most of the words, in its heading above all. */
  function bestSection(html, words) {
    var best = null, most = 0;
    new DOMParser().parseFromString(html, "text/html").querySelectorAll("[role=main] section[id]").forEach(function (section) {
      var heading = section.querySelector("h2, h3, h4"), own = section.cloneNode(true), count = 0;
      if (!heading || heading.parentElement !== section) { return; }
      own.querySelectorAll("section, pre, script").forEach(function (part) { part.remove(); });
      words.forEach(function (word) {
        count += own.textContent.toLowerCase().split(word).length - 1;
        count += 10 * (heading.textContent.toLowerCase().split(word).length - 1);
      });
      if (count > most) { most = count; best = { id: section.id, name: heading.textContent.replace(/#$/, "") }; }
    });
    return best;
  }

  /* Sphinx finds pages. Once it has read one to quote it, let the result lead to the section. */
  function openAtSections() {
    var quote = Search.makeSearchSummary;
    Search.makeSearchSummary = function (page, words, anchor) {
      var html = page.replace(/<div class="equation-tex[^]*?<\/div>/g, "");  // is there to be copied
      var section = anchor ? null : bestSection(html, words);
      var summary = quote(html, words, section ? "#" + CSS.escape(section.id) : anchor);
      if (summary && section) {
        window.queueMicrotask(function () {
          var link = summary.parentElement && summary.parentElement.querySelector("a");
          if (!link) { return; }
          link.setAttribute("href", link.getAttribute("href") + "#" + section.id);
          link.append(" > " + section.name);
        });
      }
      return summary;
    };
  }

  window.addEventListener("DOMContentLoaded", function () {
    var results = document.getElementById("search-results");
    if (results) {
      openAtSections();
      new MutationObserver(function () { clean(results); })
        .observe(results, { childList: true, subtree: true });
    }
  });

  /* Printing opens what is folded in the text. */
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("article details.beside-section, article .erratum > details").forEach(function (part) { part.open = true; });
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
