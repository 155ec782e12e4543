// One image, larger, over the page: arrow keys go through the images, Escape closes.

class Larger {
  constructor(step, closed) {
    this.image = element("img", { alt: "" });
    this.caption = element("figcaption", { dir: "auto" });
    this.badge = element("span", { class: "badge" });
    this.place = element("span", { class: "place" });
    this.dialog = element(
      "dialog",
      {
        onclick: (event) => event.target === this.dialog && this.dialog.close(),
        onclose: closed,
        onkeydown: (event) => {
          const move = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
          if (move) event.preventDefault();
          if (move) step(move);
        },
      },
      element(
        "div",
        { class: "sheet" },
        element("figure", {}, this.image, this.caption),
        element(
          "div",
          { class: "bar" },
          this.badge,
          this.place,
          button({ "aria-label": "Previous image", onclick: () => step(-1) }, icon("back")),
          button({ "aria-label": "Next image", onclick: () => step(1) }, icon("on")),
          button({ "aria-label": "Close", onclick: () => this.dialog.close() }, icon("wrong")),
        ),
      ),
    );
  }

  /** Show what a tile shows; `place` says which of how many it is. */
  show(tile, place) {
    const { image, caption, badge } = tile.parts;
    const source = image.getAttribute("src");
    this.image.hidden = !source;
    if (source) this.image.src = source;
    this.image.alt = image.alt;
    this.image.classList.toggle("small", image.classList.contains("small"));
    setText(this.caption, caption.textContent);
    setText(this.place, place);
    this.badge.hidden = badge.hidden;
    this.badge.replaceChildren(...[...badge.childNodes].map((node) => node.cloneNode(true)));
    this.badge.style.cssText = badge.style.cssText;
    this.dialog.setAttribute("aria-label", tile.getAttribute("aria-label"));
    if (!this.dialog.open) this.dialog.showModal();
  }
}
