// A sheet of small pictures: a row an image, the first column before, the others after. All of
// them come as one picture, of which every square shows its part. The first square of a row is
// a button: it reports its row as one state, "choice", whose turn counts up.

const sheets = new WeakMap(); // where it stands -> Sheet

export default function ({ data, parentElement, setStateValue }) {
  if (!sheets.has(parentElement)) sheets.set(parentElement, new Sheet(parentElement));
  const sheet = sheets.get(parentElement);
  sheet.report = (choice) => setStateValue("choice", choice);
  sheet.show(data);
}

class Sheet {
  constructor(parent) {
    this.turn = 0;
    this.grid = element("div", { class: "sheet", role: "table" });
    parent.append(this.grid);
  }

  show(data) {
    this.grid.setAttribute("aria-busy", data.waiting);
    if (!data.picture && this.picture) return; // not there yet: what was there stays, paler
    this.grid.setAttribute("aria-label", data.title);
    this.grid.style.setProperty("--columns", data.columns);
    this.picture = data.picture ? `url(data:image/jpeg;base64,${data.picture})` : "";
    this.size = `${100 * data.columns}% ${100 * data.rows}%`;
    const rows = data.names.map((name, row) => this.row(data, name, row));
    this.grid.replaceChildren(this.heads(data.columns), ...rows);
  }

  heads(columns) {
    const after = element("span", { class: "after", role: "columnheader" }, "After");
    after.style.setProperty("--span", columns - 1);
    const before = element("span", { role: "columnheader" }, "Before");
    return element("div", { class: "row heads", role: "row" }, before, after);
  }

  row(data, name, row) {
    const squares = Array.from({ length: data.columns }, (_, column) => {
      const square = this.square(data, name, row, column);
      const note = data.notes.length ? data.notes[row * data.columns + column] : "";
      const text = column === 0 ? name : note;
      const lines = text.split("\n").map((line) => element("span", {}, line));
      const label = element("div", { class: "label", title: text }, ...lines);
      const role = column === 0 ? "rowheader" : "cell";
      const kind = column > 3 ? "place extra" : "place";
      return element("div", { class: kind, role }, square, ...(text ? [label] : []));
    });
    return element("div", { class: "row", role: "row" }, ...squares);
  }

  square(data, name, row, column) {
    const style = {
      backgroundImage: this.picture,
      backgroundSize: this.size,
      backgroundPosition: `${share(column, data.columns)} ${share(row, data.rows)}`,
    };
    const told = column === 0 ? `${name}, before` : `${name}, after, draw ${column}`;
    const square =
      column === 0 && data.choosing
        ? button({
            class: "square",
            "aria-pressed": row === data.chosen,
            "aria-label": `${told}. Try augmentations on this image`,
            title: "Try augmentations on this image",
            onclick: () => this.report({ row, of: data.version, turn: ++this.turn }),
          })
        : element("div", { class: "square", role: "img", "aria-label": told });
    Object.assign(square.style, style);
    return square;
  }
}

/** Where a part stands within the whole, as background-position counts it. */
function share(place, places) {
  return places > 1 ? `${(100 * place) / (places - 1)}%` : "0%";
}
