// Pictures that get worse from left to right: a row for each, the first as it is. All of them
// come as one picture, of which every square shows its part. Below a square stands what was
// said of it; a wrong answer has a sign besides its colour.

const ladders = new WeakMap(); // where it stands -> its element

export default function ({ data, parentElement }) {
  if (!ladders.has(parentElement)) {
    const made = element("div", { class: "ladder", role: "table" });
    parentElement.append(made);
    ladders.set(parentElement, made);
  }
  show(ladders.get(parentElement), data);
}

function show(ladder, data) {
  ladder.setAttribute("aria-busy", data.picture ? "false" : "true");
  if (!data.picture && ladder.childElementCount) return; // what was there stays, paler
  ladder.setAttribute("aria-label", data.title);
  ladder.style.setProperty("--columns", data.heads.length);
  ladder.style.setProperty("--wrong", data.wrong);
  const picture = data.picture ? `url(data:image/webp;base64,${data.picture})` : "";
  const size = `${100 * data.heads.length}% ${100 * data.rows.length}%`;
  const heads = data.heads.map((head) => element("span", { role: "columnheader" }, head));
  const rows = data.rows.map((row, place) => {
    const squares = data.heads.map((head, column) => {
      const note = row.notes[column] ?? null;
      const told = [row.name, head, note?.text].filter(Boolean).join(", ");
      const square = element("div", { class: "square", role: "img", "aria-label": told });
      Object.assign(square.style, {
        backgroundImage: picture,
        backgroundSize: size,
        backgroundPosition: `${share(column, data.heads.length)} ${share(place, data.rows.length)}`,
      });
      const cell = element("div", { class: "place", role: "cell" }, square);
      if (note) cell.append(said(note));
      return cell;
    });
    const name = element("div", { class: "name", role: "rowheader" }, row.name);
    return element(
      "div",
      { class: "group", role: "row" },
      name,
      element("div", { class: "row", role: "presentation" }, ...squares),
    );
  });
  const top = element("div", { class: "row heads", role: "row" }, ...heads);
  ladder.replaceChildren(top, ...rows);
}

function said(note) {
  const text = element("span", {}, note.text);
  const kind = note.wrong ? "note wrong" : "note";
  return element("div", { class: kind, title: note.text }, ...(note.wrong ? [icon("wrong")] : []), text);
}

/** Where a part stands within the whole, as background-position counts it. */
function share(place, places) {
  return places > 1 ? `${(100 * place) / (places - 1)}%` : "0%";
}
