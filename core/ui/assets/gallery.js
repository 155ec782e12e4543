// One page of images. Two messages feed it: "images" (sha -> base64), which stays the same while
// the user selects, and "view" (tiles, page, selection). What the user does is reported as one
// state, "view"; its turn counts up, so that an answer to an older one is not taken for newer.

const pictures = new Map(); // gallery -> { sha: base64, or null where there is no file }
const views = new Map(); // gallery -> View
const REPORT_AFTER = 150; // ms without another click: quick clicks make one rerun

export default function ({ data, parentElement, setStateValue }) {
  const { role, gallery } = data;
  if (role === "images") {
    pictures.set(gallery, data.images);
    views.get(gallery)?.drawPictures();
    return () => parentElement.isConnected || pictures.delete(gallery);
  }
  if (views.get(gallery)?.parent !== parentElement) views.set(gallery, new View(parentElement));
  const view = views.get(gallery);
  view.report = (state) => setStateValue("view", state);
  view.show(data);
  return () => {
    if (!parentElement.isConnected && views.get(gallery) === view) views.delete(gallery);
  };
}

function images(count) {
  return `${count.toLocaleString("en")} ${count === 1 ? "image" : "images"}`;
}

class View {
  constructor(parent) {
    this.parent = parent;
    this.tiles = new Map(); // id -> tile, those on the page
    this.selected = new Set();
    this.turn = -1;
    this.status = element("span", { class: "status", role: "status" });
    this.none = button({ class: "text", onclick: () => this.select([]) }, "Clear");
    this.every = button({ class: "text", onclick: () => this.selectEverything() });
    this.pagers = [new Pager((step) => this.turnTo(step)), new Pager((step) => this.turnTo(step))];
    this.empty = element("p", { class: "empty" });
    this.grid = element("div", {
      class: "grid",
      onclick: (event) => this.onClick(event),
      ondblclick: (event) => this.onDoubleClick(event),
      onkeydown: (event) => this.onKey(event),
      onfocusin: (event) => this.activate(idOf(event)),
    });
    this.larger = new Larger(
      (step) => this.enlarge(this.neighbour(this.enlarged, step)),
      () => this.focus(this.enlarged),
    );
    this.bar = element("div", { class: "bar" }, this.status, this.none, this.every);
    this.bar.append(this.pagers[0].root);
    const foot = element("div", { class: "bar foot" }, this.pagers[1].root);
    this.root = element("div", { class: "gallery" }, this.bar, this.empty, this.grid, foot);
    this.root.append(this.larger.dialog);
    parent.append(this.root);
    new ResizeObserver(() => this.data && this.layOut()).observe(this.grid);
  }

  // Drawing

  show(data) {
    const turned = this.data && this.data.page !== data.page;
    this.data = data;
    if (data.turn >= this.turn) {
      this.turn = data.turn;
      this.page = data.page;
      this.opened = data.opened;
      this.selected = new Set(data.selected);
      this.everything = false;
    }
    this.drawTiles();
    this.drawPictures();
    this.draw();
    if (turned && this.root.getBoundingClientRect().top < 0) this.root.scrollIntoView();
    if (turned && this.focusAfterTurn) this.focus(data.tiles[0]?.id);
    if (turned) this.focusAfterTurn = false;
  }

  drawTiles() {
    const before = this.tiles;
    this.tiles = new Map();
    this.data.tiles.forEach((given, place) => {
      const tile = before.get(given.id) ?? makeTile(given.id);
      this.tiles.set(given.id, tile);
      fillTile(tile, given, this.data);
      const there = this.grid.children[place] ?? null;
      if (there !== tile) this.grid.insertBefore(tile, there);
    });
    for (const [id, tile] of before) if (!this.tiles.has(id)) tile.remove();
    this.layOut();
    if (!this.tiles.has(this.active)) this.active = this.data.tiles[0]?.id;
    if (!this.tiles.has(this.anchor)) this.anchor = null;
  }

  /** Keep twins side by side: a set that would not fit into a row begins the next one. */
  layOut() {
    const given = this.data.tiles;
    const grouped = given.some(({ group }) => group); // the columns are counted for these alone
    const columns = grouped ? getComputedStyle(this.grid).gridTemplateColumns.split(" ").length : 1;
    let column = 0;
    given.forEach(({ id, group }, place) => {
      const isNew = !group || group !== given[place - 1]?.group;
      const size = isNew && group ? given.filter((other) => other.group === group).length : 1;
      const breaks = isNew && column > 0 && column + size > columns;
      if (breaks) column = 0;
      const tile = this.tiles.get(id);
      tile.style.gridColumnStart = breaks ? 1 : "";
      tile.classList.toggle("joined", !isNew && column > 0);
      column = (column + 1) % columns;
    });
  }

  drawPictures() {
    const known = pictures.get(this.data?.gallery);
    if (!known) return;
    for (const { id, sha } of this.data.tiles) {
      const tile = this.tiles.get(id);
      if (tile.picture === known[sha]) continue;
      tile.picture = known[sha];
      tile.classList.toggle("missing", known[sha] === null);
      if (known[sha]) tile.parts.image.src = `data:image/webp;base64,${known[sha]}`;
      else tile.parts.image.removeAttribute("src");
    }
  }

  /** What changes with a click: counts, marks, pages. */
  draw() {
    const { total, pageSize, tiles, select, opens, page } = this.data;
    const first = page * pageSize + 1;
    const part = `${first.toLocaleString("en")} to ${(first + tiles.length - 1).toLocaleString("en")}`;
    const range = total > pageSize ? `${part} of ${images(total)}` : images(total);
    const count = this.everything ? total : this.selected.size;
    setText(this.status, count ? `${count.toLocaleString("en")} of ${images(total)} selected` : range);
    setText(this.every, `Select all ${total.toLocaleString("en")}`);
    setText(this.empty, this.data.empty);
    this.none.hidden = count === 0;
    this.every.hidden = !select || count === total;
    this.bar.hidden = total === 0;
    this.empty.hidden = total > 0;
    this.grid.hidden = total === 0;
    this.grid.classList.toggle("selecting", select);
    setAttribute(this.grid, "role", select ? "listbox" : "group");
    setAttribute(this.grid, "aria-label", range);
    setAttribute(this.grid, "aria-busy", this.page !== page);
    if (select) setAttribute(this.grid, "aria-multiselectable", true);
    for (const pager of this.pagers) pager.draw(this.page, Math.ceil(total / pageSize));
    for (const [id, tile] of this.tiles) {
      setAttribute(tile, "tabindex", id === this.active ? 0 : -1);
      if (select) setAttribute(tile, "aria-selected", this.everything || this.selected.has(id));
      if (opens) setAttribute(tile, "aria-current", this.opened === id);
    }
  }

  // What the user does

  tell(wait = 0) {
    this.turn += 1;
    this.draw();
    const { total, pageSize, everything } = this.data;
    const all = this.everything || (total > pageSize && this.selected.size === total);
    const state = {
      page: this.page,
      selected: all ? everything : [...this.selected],
      opened: this.opened,
      turn: this.turn,
    };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.report(state), wait);
  }

  turnTo(step) {
    const page = this.page + step;
    if (page < 0 || page * this.data.pageSize >= this.data.total) return;
    this.page = page;
    this.tell();
  }

  select(ids) {
    if (this.everything) return; // the ids of the other pages are still on their way
    this.selected = new Set(ids);
    this.tell(REPORT_AFTER);
  }

  selectEverything() {
    this.everything = true;
    this.tell();
  }

  toggle(id) {
    const ids = new Set(this.selected);
    if (!ids.delete(id)) ids.add(id);
    this.anchor = id;
    this.besides = ids; // what a range from here is added to
    this.select(ids);
  }

  /** Select from the tile that was toggled last up to this one. */
  selectRange(id, from) {
    if (!this.anchor) {
      this.anchor = from;
      this.besides = new Set(this.selected);
    }
    const ids = [...this.tiles.keys()];
    const ends = [ids.indexOf(this.anchor), ids.indexOf(id)].sort((a, b) => a - b);
    this.select([...this.besides, ...ids.slice(ends[0], ends[1] + 1)]);
  }

  open(id) {
    if (!id) return;
    if (!this.data.opens) this.enlarge(id);
    else {
      this.opened = this.opened === id ? null : id;
      this.tell();
    }
  }

  enlarge(id) {
    this.enlarged = id;
    const place = [...this.tiles.keys()].indexOf(id) + 1;
    const all = this.data.total.toLocaleString("en");
    const at = (this.data.page * this.data.pageSize + place).toLocaleString("en");
    this.larger.show(this.tiles.get(id), `${at} of ${all}`);
  }

  activate(id) {
    if (!this.tiles.has(id)) return;
    for (const [other, tile] of this.tiles) tile.tabIndex = other === id ? 0 : -1;
    this.active = id;
  }

  focus(id) {
    this.tiles.get(id)?.focus();
  }

  /** The tile so many places on; the last one below where the lowest row is shorter. */
  neighbour(id, step) {
    const ids = [...this.tiles.keys()];
    const at = ids.indexOf(id);
    const to = at + step;
    if (to >= ids.length && Math.floor(at / step) < Math.floor((ids.length - 1) / step)) {
      return ids[ids.length - 1];
    }
    return ids[to] ?? id;
  }

  columns() {
    const tops = [...this.grid.children].map((tile) => tile.offsetTop);
    return tops.filter((top) => top === tops[0]).length || 1;
  }

  onClick(event) {
    const id = idOf(event);
    if (!id) return;
    this.focus(id);
    if (!this.data.select || event.target.closest(".look")) this.open(id);
    else if (event.shiftKey) this.selectRange(id, id);
    else this.toggle(id);
  }

  onDoubleClick(event) {
    if (this.data.select && !event.target.closest(".look")) this.open(idOf(event));
  }

  onKey(event) {
    const { select, tiles } = this.data;
    const ids = tiles.map((tile) => tile.id);
    const from = this.active;
    const moves = {
      ArrowLeft: () => this.neighbour(from, -1),
      ArrowRight: () => this.neighbour(from, 1),
      ArrowUp: () => this.neighbour(from, -this.columns()),
      ArrowDown: () => this.neighbour(from, this.columns()),
      Home: () => ids[0],
      End: () => ids[ids.length - 1],
    };
    const pages = { PageUp: -1, PageDown: 1 };
    if (event.key in moves) {
      const to = moves[event.key]();
      this.focus(to);
      if (select && event.shiftKey) this.selectRange(to, from);
    } else if (event.key in pages) {
      this.focusAfterTurn = true;
      this.turnTo(pages[event.key]);
    } else if (event.key === "Enter") this.open(from);
    else if (event.key === " ") select ? this.toggle(from) : this.open(from);
    else if (select && event.key === "a" && (event.ctrlKey || event.metaKey)) {
      this.select([...this.selected, ...ids]);
    } else if (event.key === "Escape" && this.selected.size) this.select([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function idOf(event) {
  return event.target.closest(".tile")?.dataset.id;
}
