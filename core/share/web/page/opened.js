// Not a module, so that it runs even where the browser lets no module in: it says what to do then.

addEventListener("load", function () {
  if (document.documentElement.dataset.begun) return;
  document.getElementById("loading").hidden = document.getElementById("give").hidden = true;
  document.getElementById(location.protocol === "file:" ? "from-file" : "not-begun").hidden = false;
});
