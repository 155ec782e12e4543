// Augmentations to choose from: a card each, with pictures of what it does. The pictures of a card
// come as one, in a message of their own ("role": "pictures"). A click reports the card as one
// state, "choice", whose turn counts up.

const shelves = new WeakMap(); // where it stands -> Shelf
const stores = new Map(); // key of the shelf -> { pictures, draw }

export default function ({ data, parentElement, setStateValue }) {
  const store = stores.get(data.shelf) ?? { pictures: {}, draw: () => {} };
  stores.set(data.shelf, store);
  if (data.role === "pictures") {
    store.pictures = data.pictures;
    store.draw();
    return;
  }
  if (!shelves.has(parentElement)) shelves.set(parentElement, new Shelf(parentElement, store));
  const shelf = shelves.get(parentElement);
  shelf.report = (choice) => setStateValue("choice", choice);
  shelf.show(data);
}

class Shelf {
  constructor(parent, store) {
    this.turn = 0;
    this.cards = new Map();
    this.store = store;
    store.draw = () => this.draw();
    this.grid = element("div", { class: "cards" });
    this.root = element("div", { class: "shelf" }, this.grid);
    parent.append(this.root);
  }

  show(data) {
    const names = data.cards.map((card) => card.name).join();
    if (names !== this.names) {
      this.names = names;
      this.cards = new Map(data.cards.map((card) => [card.name, this.build(card, data)]));
      this.grid.replaceChildren(...[...this.cards.values()].map((card) => card.root));
    }
    this.data = data;
    this.root.style.setProperty("--helps", data.colours.helps);
    this.root.style.setProperty("--lies", data.colours.lies);
    for (const { name, taken } of data.cards) this.mark(this.cards.get(name), taken);
    this.draw();
  }

  build(card, { heads }) {
    const squares = heads.map((head) => {
      const label = `${card.title}: ${head}`;
      return element("div", { class: "square", role: "img", "aria-label": label });
    });
    const figures = squares.map((square, place) =>
      element("figure", {}, square, element("figcaption", {}, heads[place])),
    );
    const choose = button({
      class: "choose",
      onclick: () => this.choose(card.name),
    });
    const title = element("h3", {}, card.title);
    const root = element(
      "section",
      { class: "card", "aria-label": card.title },
      element("div", { class: "head" }, title, choose),
      element("div", { class: "pictures" }, ...figures),
      told("ok", "helps", card.helps),
      told("warn", "lies", card.lies),
    );
    return { root, squares, choose, title: card.title };
  }

  mark(card, taken) {
    card.root.classList.toggle("taken", taken);
    const shut = this.data.full && !taken;
    card.choose.setAttribute("aria-pressed", taken);
    card.choose.setAttribute("aria-disabled", shut);
    card.choose.setAttribute("aria-label", `${taken ? "Remove" : "Add"} ${card.title}`);
    card.choose.replaceChildren(
      ...(taken ? [icon("ok"), "In your recipe"] : [element("span", { class: "plus" }, "+"), "Add"]),
    );
  }

  draw() {
    for (const [name, { root, squares }] of this.cards) {
      const picture = this.store.pictures[name];
      root.classList.toggle("waiting", !picture);
      squares.forEach((square, place) => {
        const last = Math.max(1, squares.length - 1);
        Object.assign(square.style, {
          backgroundImage: picture ? `url(data:image/jpeg;base64,${picture})` : "",
          backgroundSize: `${100 * squares.length}% 100%`,
          backgroundPosition: `${(100 * place) / last}% 0`,
        });
      });
    }
  }

  choose(name) {
    if (this.cards.get(name).choose.getAttribute("aria-disabled") === "true") return;
    this.report({ name, turn: ++this.turn });
  }
}

function told(sign, kind, text) {
  return element("p", { class: kind }, icon(sign), element("span", {}, text));
}
