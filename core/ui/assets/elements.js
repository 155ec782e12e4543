// What the components share: making elements. Data enters a page as text only, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  ok: "M3 8.5l3.5 3.5L13 4.5",
  wrong: "M4 4l8 8M12 4l-8 8",
  warn: "M8 2.5v7M8 12.5v.8",
  larger: "M7 2.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10.3 10.3L14 14M5 7h4M7 5v4",
  back: "M10 3L5 8l5 5",
  on: "M6 3l5 5-5 5",
};

/** An element; attributes that begin with "on" are listeners, a child may be text. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function button(attributes, ...children) {
  return element("button", { type: "button", ...attributes }, ...children);
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** The size of type at the root of the page, in px: 16, or more for a room. */
function rem() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

/** Set a text only where it differs, so that a screen reader hears changes alone. */
function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Set an attribute only where it differs: to set it again has the browser work out styles anew. */
function setAttribute(target, name, value) {
  if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value);
}
