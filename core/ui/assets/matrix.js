// The confusion matrix: a table of buttons, rows true, columns predicted. The chosen cell is
// reported as one state, "choice"; its turn counts up, so that an older answer is not taken.

const matrices = new WeakMap(); // where it stands -> Matrix
const SMALLEST = 34; // px, a cell
const LARGEST = 96;
const GAP = 3; // px, between cells and around the table, as matrix.css has it
const LETTER = 7.5; // px, a letter of a heading, about
const GROUND = "var(--st-background-color)";
const KEYS = {
  counts: "stronger: a larger share of its row",
  truth: "per cent of the row: what became of the images of a class",
  said: "per cent of the column: what the answers of a class really were",
};

export default function ({ data, parentElement, setStateValue }) {
  if (!matrices.has(parentElement)) matrices.set(parentElement, new Matrix(parentElement));
  const matrix = matrices.get(parentElement);
  matrix.report = (choice) => setStateValue("choice", choice);
  matrix.show(data);
}

function percent(share) {
  const value = 100 * share;
  return `${value > 0 && value < 100 ? value.toFixed(1) : value} %`;
}

/** A share as a whole number of per cent, which is 0 or 100 only where it is exactly that. */
function whole(share) {
  const value = Math.round(100 * share);
  if (value === 0 && share > 0) return "<1";
  return value === 100 && share < 1 ? ">99" : String(value);
}

class Matrix {
  constructor(parent) {
    this.turn = -1;
    this.chosen = null; // [row, column]
    this.at = [0, 0]; // where the keyboard is
    this.cells = []; // rows of buttons
    this.hint = "Choose a cell to see the images behind it.";
    this.readout = element("p", { class: "readout" }, this.hint);
    this.scroll = element("div", {
      class: "scroll",
      onclick: (event) => this.choose(placeOf(event)),
      onkeydown: (event) => this.onKey(event),
      onfocusin: (event) => this.look(placeOf(event), true),
      onmouseover: (event) => this.look(placeOf(event)),
      onmouseleave: () => this.look(this.chosen),
    });
    const right = element("span", { class: "key right" }, "right");
    const wrong = element("span", { class: "key wrong" }, "mistakes");
    this.key = element("span", {});
    const keys = element("p", { class: "keys" }, right, wrong, this.key);
    this.root = element("div", { class: "matrix" }, this.scroll, this.readout, keys);
    parent.append(this.root);
    this.sizes = new ResizeObserver(() => this.fit());
  }

  show(data) {
    const before = this.data?.classes ?? [];
    const { chosen: _chosen, turn: _turn, ...said } = data;
    const filled = JSON.stringify([said, colourOf(this.root, GROUND)]);
    this.data = data;
    this.totals = data.confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
    this.answers = data.classes.map((_, at) => data.confusion.reduce((n, row) => n + row[at], 0));
    if (before.length !== data.classes.length) this.build();
    else if (before.some((name, at) => name !== data.classes[at])) this.rename();
    if (data.turn >= this.turn) {
      this.turn = data.turn;
      const { classes, chosen } = data;
      this.chosen = chosen && chosen.map((name) => classes.indexOf(name));
    }
    if (filled !== this.filled) {
      this.filled = filled; // most runs of a page change nothing here
      this.fill();
      this.fit();
    }
    this.draw();
    this.look(this.chosen);
  }

  build() {
    const { classes } = this.data;
    const heads = classes.map((name) => heading("col", name));
    const sides = ["True ↓", "Predicted →"].map((side) => element("span", {}, side));
    const corner = element("td", { class: "corner" }, ...sides);
    const top = element("tr", {}, corner, ...heads, heading("col", "Recall"));
    top.lastChild.classList.add("recall");
    this.cells = classes.map((_, row) =>
      classes.map((_, column) => button({ "data-row": row, "data-column": column })),
    );
    this.recalls = classes.map(() => element("td", { class: "recall" }));
    this.precisions = classes.map(() => element("td", { class: "precision" }));
    const foot = element("tr", {}, heading("row", "Precision"), ...this.precisions);
    this.foot = element("tfoot", {}, foot);
    this.rows = classes.map((name) => heading("row", name));
    this.columns = heads;
    const body = this.cells.map((cells, row) => {
      const boxes = cells.map((cell) => element("td", {}, cell));
      return element("tr", {}, this.rows[row], ...boxes, this.recalls[row]);
    });
    const label = "Confusion matrix: a row for each true class, a column for each predicted class";
    this.table = element("table", { "aria-label": label });
    this.table.append(element("thead", {}, top), element("tbody", {}, ...body), this.foot);
    this.scroll.replaceChildren(this.table);
    this.sizes.disconnect();
    // The sides as well: they grow when the page's font comes after the table
    for (const each of [this.root, this.rows[0], this.recalls[0]]) this.sizes.observe(each);
    this.at = [0, 0];
    this.chosen = null;
  }

  /** Other classes, or another order of them, in the table that stands: to build one takes long. */
  rename() {
    this.data.classes.forEach((name, at) => {
      for (const head of [this.rows[at], this.columns[at]]) {
        head.title = name;
        setText(head.firstChild, name);
      }
    });
    this.at = [0, 0];
    this.chosen = null;
  }

  /** Counts or shares, words and shades. */
  fill() {
    const { confusion, mode, right, wrong } = this.data;
    const ground = colourOf(this.root, GROUND);
    const hues = [colourOf(this.root, wrong), colourOf(this.root, right)];
    this.root.style.setProperty("--right", right);
    this.root.style.setProperty("--wrong", wrong);
    this.each((cell, row, column) => {
      const count = confusion[row][column];
      const total = this.total(row, column);
      const share = total ? count / total : 0;
      const quiet = count === 0 && !(row === column && total);
      const text = mode === "counts" ? count.toLocaleString("en") : whole(share);
      setText(cell, quiet ? "·" : text);
      setAttribute(cell, "aria-label", this.sentence(row, column));
      setAttribute(cell, "aria-disabled", count === 0);
      cell.classList.toggle("quiet", quiet);
      const strength = share && 0.25 + 0.75 * Math.sqrt(share);
      const shade = mix(ground, hues[Number(row === column)], strength);
      cell.style.backgroundColor = quiet ? "" : `rgb(${shade})`;
      cell.style.color = quiet ? "" : ink(shade);
    });
    setText(this.key, KEYS[mode]);
    this.margins();
  }

  /** Recall beside each row, and precision below each column where columns are what is read. */
  margins() {
    const { confusion, mode } = this.data;
    this.recalls.forEach((box, at) => {
      const total = this.totals[at];
      const share = total ? Math.round((100 * confusion[at][at]) / total) : null;
      const of = element("span", { class: "of" }, ` of ${total.toLocaleString("en")}`);
      box.replaceChildren(...(share === null ? ["no images"] : [`${share} %`, of]));
    });
    this.precisions.forEach((box, at) => {
      const total = this.answers[at];
      setText(box, total ? whole(confusion[at][at] / total) : "–");
      box.title = total ? `${confusion[at][at]} of ${total} answers were right` : "never answered";
    });
    this.foot.hidden = mode !== "said";
  }

  /** What a cell is a share of: the images of its row, or the answers of its column. */
  total(row, column) {
    return this.data.mode === "said" ? this.answers[column] : this.totals[row];
  }

  draw() {
    this.each((cell, row, column) => {
      setAttribute(cell, "aria-pressed", equal(this.chosen, [row, column]));
      setAttribute(cell, "tabindex", equal(this.at, [row, column]) ? 0 : -1);
    });
  }

  /** Cells as wide as there is room, headings upright where they do not fit across. */
  fit() {
    if (!this.rows?.length) return;
    const { classes } = this.data;
    const sides = this.rows[0].offsetWidth + this.recalls[0].offsetWidth;
    const gaps = GAP * (classes.length + 5); // between all columns, and on both sides twice
    const room = (this.root.clientWidth - sides - gaps) / classes.length;
    const type = rem() / 16; // large type wants larger cells
    const cell = Math.max(SMALLEST * type, Math.min(LARGEST * type, Math.floor(room)));
    const longest = Math.max(...classes.map((name) => name.length));
    this.table.style.setProperty("--cell", `${cell}px`);
    this.table.classList.toggle("upright", longest * LETTER * type + 12 > cell);
  }

  each(visit) {
    this.cells.forEach((cells, row) => cells.forEach((cell, column) => visit(cell, row, column)));
  }

  sentence(row, column) {
    const { classes, confusion, mode } = this.data;
    const [count, total] = [confusion[row][column], this.total(row, column)];
    if (!this.totals[row]) return `true ${classes[row]}: no images`;
    if (!total) return `predicted ${classes[column]}: no answers`;
    const share = percent(count / total);
    const what = mode === "said" ? " answers" : "";
    const of = `${count.toLocaleString("en")} of ${total.toLocaleString("en")}${what} (${share})`;
    return `true ${classes[row]}, predicted ${classes[column]}: ${of}`;
  }

  /** Say what a cell means and point at its row and column. */
  look(place, focused = false) {
    const [row, column] = place ?? [];
    setText(this.readout, place ? this.sentence(row, column) : this.hint);
    this.rows.forEach((head, index) => head.classList.toggle("near", index === row));
    this.columns.forEach((head, index) => head.classList.toggle("near", index === column));
    if (focused && place) {
      this.at = place;
      this.each((cell) => (cell.tabIndex = -1));
      this.cells[row][column].tabIndex = 0;
    }
  }

  choose(place) {
    if (!place || !this.data.confusion[place[0]][place[1]]) return;
    this.tell(equal(this.chosen, place) ? null : place);
  }

  tell(place) {
    const { classes } = this.data;
    const [truth, predicted] = place ? place.map((index) => classes[index]) : [null, null];
    this.chosen = place;
    this.turn += 1;
    this.draw();
    this.report({ truth, predicted, turn: this.turn });
  }

  onKey(event) {
    const last = this.cells.length - 1;
    const [row, column] = this.at;
    const moves = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, last],
    };
    if (event.key in moves) {
      const [down, across] = moves[event.key].map((at) => Math.max(0, Math.min(last, at)));
      this.cells[down][across].focus();
    } else if (event.key === "Escape" && this.chosen) this.tell(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function heading(scope, name) {
  const text = element("span", { dir: "auto" }, name);
  return element("th", { scope, title: name }, text);
}

function placeOf(event) {
  const cell = event.target.closest("button");
  return cell && [Number(cell.dataset.row), Number(cell.dataset.column)];
}

function equal(one, other) {
  return one !== null && one[0] === other[0] && one[1] === other[1];
}

/** A colour of the page as [red, green, blue]. */
function colourOf(root, colour) {
  const probe = element("span", { style: `color: ${colour}` });
  root.append(probe);
  const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return [red, green, blue];
}

function mix(from, to, strength) {
  return from.map((part, index) => Math.round(part + (to[index] - part) * strength));
}

/** Black or white, whichever is read more easily on a colour (WCAG 2.2, relative luminance). */
function ink(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}
