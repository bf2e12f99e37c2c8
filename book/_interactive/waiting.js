/* Interactives that wait: a button opens one, and only then are its scripts and numbers loaded. */

(function () {
  "use strict";

  var folder = document.currentScript.src.replace(/[^/]*$/, "");
  var loading = {};

  /* Load a file of this folder once. Scripts run in the order of the calls. */
  function load(file) {
    loading[file] = loading[file] || new Promise(function (resolve, reject) {
      var style = /css$/.test(file), node = document.createElement(style ? "link" : "script");
      if (style) { node.rel = "stylesheet"; node.href = folder + file; } else { node.async = false; node.src = folder + file; }
      node.onload = resolve;
      node.onerror = function () { reject(new Error("the file " + file + " is missing.")); };
      document.head.append(node);
    });
    return loading[file];
  }

  function loadAll(name) {
    return Promise.all(["interactive.css", "core.js", "plot.js", "matrices.js", name + ".math.js", name + ".js", name + ".data.js"].map(load));
  }

  function offer(place) {
    var name = place.dataset.name, label = place.dataset.opens, message = document.createElement("p");
    var button = document.createElement("button"), opener = document.createElement("div");

    function say(open) {
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? "Close" : label;
      if (window.Interactives) { window.Interactives.showPlace(name, open); }
    }

    button.type = "button";
    button.setAttribute("aria-controls", place.id);
    button.onclick = function () {
      if (button.getAttribute("aria-expanded") === "true") { say(false); return; }
      if (button.getAttribute("aria-disabled") === "true") { return; }
      button.setAttribute("aria-disabled", "true");
      message.textContent = "";
      loadAll(name).then(function () { say(true); }, function (error) {
        loading = {};  // all may be tried again
        message.textContent = "It did not open: " + error.message;
      }).then(function () { button.removeAttribute("aria-disabled"); });
    };
    message.setAttribute("role", "alert");
    opener.className = "opener";
    opener.append(button, message);
    place.before(opener);
    say(false);
  }

  document.querySelectorAll(".interactive[data-opens]").forEach(offer);
})();
