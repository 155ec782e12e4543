// The parts of a gallery: one tile, and the buttons that turn the pages.

function makeTile(id) {
  const image = element("img", { alt: "", draggable: false }); // the tile has its name
  image.addEventListener("load", () => image.classList.toggle("small", image.naturalWidth < 100));
  const badge = element("span", { class: "badge" });
  const caption = element("span", { class: "caption", dir: "auto" });
  const mark = element("span", { class: "mark" }, icon("ok"));
  const look = element("span", { class: "look", title: "Look closer" }, icon("larger"));
  const picture = element("span", { class: "picture" }, image, mark, look, badge);
  const tile = element("div", { class: "tile", "data-id": id }, picture, caption);
  tile.parts = { image, badge, caption };
  return tile;
}

function fillTile(tile, given, { tones, select, opens }) {
  const { image, badge, caption } = tile.parts;
  const tone = tones[given.tone];
  const text = tone ? given.badge || tone.text : "";
  setText(caption, given.caption);
  setAttribute(caption, "title", given.caption);
  badge.hidden = !tone;
  if (tone && tone.colour + text !== tile.shownBadge) badge.replaceChildren(icon(given.tone), text);
  tile.shownBadge = tone && tone.colour + text;
  if (tone) badge.style.setProperty("--tone", tone.colour);
  setAttribute(tile, "role", select ? "option" : "button");
  setAttribute(tile, "aria-label", [given.caption || "Image", text].filter(Boolean).join(", "));
  if (!select && !opens) setAttribute(tile, "aria-haspopup", "dialog");
}

class Pager {
  constructor(turn) {
    this.back = button({ "aria-label": "Previous page", onclick: () => turn(-1) }, icon("back"));
    this.on = button({ "aria-label": "Next page", onclick: () => turn(1) }, icon("on"));
    this.place = element("span");
    const group = { class: "pager", role: "group", "aria-label": "Pages" };
    this.root = element("div", group, this.back, this.place, this.on);
  }

  draw(page, pages) {
    this.root.hidden = pages < 2;
    setText(this.place, `Page ${page + 1} of ${pages}`);
    setAttribute(this.back, "aria-disabled", page === 0);
    setAttribute(this.on, "aria-disabled", page >= pages - 1);
  }
}
