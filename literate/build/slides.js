// Begins a deck once its formulas are set. D changes between light and dark, as the pages do.

const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function show(theme) {
  root.dataset.theme = ["light", "dark"].includes(theme) ? theme : dark.matches ? "dark" : "light";
}

function stored() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // a browser may keep nothing for files
  }
}

show(stored());
// A link of the site names a slide as it names a place of a page; reveal.js wants a stroke before it.
if (/^#[^/]/.test(location.hash)) {
  location.replace(`#/${location.hash.slice(1)}`);
}
if (window.Reveal) {
  const deck = new Reveal({
    width: 1280,
    height: 720,
    margin: 0.02,
    center: false,
    hash: true,
    slideNumber: "c/t",
    transition: "none",
    plugins: [RevealNotes],
    keyboard: { 68: () => show(root.dataset.theme === "dark" ? "light" : "dark") },
  });
  document.addEventListener("DOMContentLoaded", async () => {
    await MathJax.startup.promise;
    await deck.initialize();
    root.dataset.deck = "ready";
  });
}
