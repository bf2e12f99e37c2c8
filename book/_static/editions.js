/* A line that installs the package names its full address once the page comes from a web server. */
(function () {
  "use strict";
  window.addEventListener("DOMContentLoaded", function () {
    if (!/^https?:$/.test(window.location.protocol)) { return; }
    document.querySelectorAll("pre[data-wheel]").forEach(function (line) {
      var place = new URL(line.dataset.wheel, document.baseURI).href;
      line.textContent = line.textContent.replace(/^(%pip install )\S+/, function (_, start) { return start + place; });
    });
    document.querySelectorAll(".notebook-download .only-local").forEach(function (part) { part.remove(); });
  });
})();
