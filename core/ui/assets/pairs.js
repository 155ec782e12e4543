// Pairs of images, before and after, cut out of one picture with two columns.

export default function ({ data, parentElement }) {
  const image = `url(data:image/webp;base64,${data.picture})`;
  const cards = data.pairs.map((pair) => {
    const sides = pair.said.map((said, column) => {
      const head = data.heads[column];
      const square = element("div", { class: "square", role: "img", "aria-label": `${head}: ${said}` });
      square.style.backgroundImage = image;
      square.style.backgroundSize = `200% ${100 * data.rows}%`;
      square.style.backgroundPosition = `${100 * column}% ${down(pair.row, data.rows)}`;
      const caption = element("span", { class: "said", "aria-hidden": "true" }, said);
      const above = element("span", { class: "head", "aria-hidden": "true" }, head);
      return element("div", { class: "side" }, above, square, caption);
    });
    return element("li", { class: "pair" }, ...sides);
  });
  const list = element("ul", { class: "pairs", "aria-label": data.title }, ...cards);
  parentElement.querySelector(".pairs")?.remove();
  parentElement.append(list);
}

/** Where a row stands within the picture, as background-position counts it. */
function down(row, rows) {
  return rows > 1 ? `${(100 * row) / (rows - 1)}%` : "0%";
}
