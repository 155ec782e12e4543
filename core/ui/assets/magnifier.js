// A picture, its channels, and a window that shows pixels as numbers. Everything happens here:
// the picture comes once, and moving the window asks the server for nothing.

const magnifiers = new WeakMap(); // where it stands -> Magnifier
const MOST = 12; // cells on a side of the window
const FEWEST = 5;
const CHANNELS = ["red", "green", "blue"];

export default function ({ data, parentElement }) {
  if (!magnifiers.has(parentElement)) magnifiers.set(parentElement, new Magnifier(parentElement));
  magnifiers.get(parentElement).show(data);
}

class Magnifier {
  constructor(parent) {
    this.at = null; // [column, row] of the window's first pixel
    this.cells = 0; // on a side of the window
    this.channel = 3; // 0 to 2, or 3 for all of them
    this.scaled = false;
    this.canvas = element("canvas");
    this.frame = element("div", { class: "frame" });
    this.board = element("div", {
      class: "board",
      tabindex: "0",
      role: "application",
      onpointerdown: (event) => this.onPointer(event, true),
      onpointermove: (event) => this.onPointer(event, event.buttons === 1),
      onkeydown: (event) => this.onKey(event),
    });
    this.board.append(this.canvas, this.frame);
    this.table = element("table");
    this.readout = element("p", { class: "readout", role: "status" });
    const left = element("div", { class: "picture" }, this.board);
    left.append(element("p", { class: "hint" }, "Click into the picture or use the arrow keys."));
    this.numbers = element("div", { class: "numbers" }, this.choices(), this.table, this.readout);
    this.views = CHANNELS.map(() => element("canvas", { role: "img" }));
    const views = this.views.map((view, channel) => {
      const caption = element("figcaption", {}, `${capital(CHANNELS[channel])}, as gray`);
      return element("figure", {}, view, caption);
    });
    const top = element("div", { class: "top" }, left, this.numbers);
    this.root = element("div", { class: "magnifier" }, top);
    this.root.append(element("div", { class: "channels" }, ...views));
    parent.append(this.root);
    new ResizeObserver(() => this.fit()).observe(this.root);
  }

  choices() {
    const names = ["Red", "Green", "Blue", "All three"];
    this.buttons = names.map((name, channel) =>
      button({ onclick: () => this.choose(channel), "aria-pressed": channel === 3 }, name),
    );
    this.scale = button({ "aria-pressed": false, onclick: () => this.toggle() }, "Scaled");
    const [red, green, blue, all] = this.buttons;
    const group = element("div", { class: "choices", role: "group", "aria-label": "Numbers" });
    group.append(all, red, green, blue, this.scale);
    return group;
  }

  async show({ picture, side, name }) {
    if (this.picture === picture) return;
    this.picture = picture;
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const options = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }), options);
    if (this.picture !== picture) return; // another one came meanwhile
    this.side = side;
    this.canvas.width = this.canvas.height = side;
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    this.values = context.getImageData(0, 0, side, side).data;
    const label = `${name}, ${side} by ${side} pixels. The arrow keys move the window.`;
    this.board.setAttribute("aria-label", label);
    this.drawChannels(name);
    this.at = null;
    this.cells = 0;
    this.fit();
  }

  /** Each channel as a gray picture. */
  drawChannels(name) {
    this.views.forEach((view, channel) => {
      view.width = view.height = this.side;
      const image = new ImageData(this.side, this.side);
      for (let place = 0; place < image.data.length; place += 4) {
        image.data.fill(this.values[place + channel], place, place + 3);
        image.data[place + 3] = 255;
      }
      view.getContext("2d").putImageData(image, 0, 0);
      view.setAttribute("aria-label", `The ${CHANNELS[channel]} channel of ${name}, as gray`);
    });
  }

  /** As many cells as there is room for, around the same middle. */
  fit() {
    if (!this.values) return;
    const room = this.numbers.clientWidth - 44; // beside the numbers of the rows
    const cells = Math.max(FEWEST, Math.min(MOST, Math.floor(room / 37)));
    if (cells === this.cells) return;
    const [column, row] = this.at ?? this.busiest();
    const grown = this.cells ? Math.floor((cells - this.cells) / 2) : 0;
    this.cells = cells;
    this.build();
    this.move(column - grown, row - grown);
  }

  /** Where neighbouring pixels differ the most: a good place to begin. */
  busiest() {
    const step = 8;
    let found = [0, 0];
    let most = -1;
    for (let row = 0; row + MOST < this.side; row += step) {
      for (let column = 0; column + MOST < this.side; column += step) {
        let sum = 0;
        for (let y = row; y < row + MOST; y += 2) {
          for (let x = column; x < column + MOST; x += 2) {
            const place = 4 * (y * this.side + x) + 1;
            sum += Math.abs(this.values[place] - this.values[place + 4]);
            sum += Math.abs(this.values[place] - this.values[place + 4 * this.side]);
          }
        }
        if (sum > most) [most, found] = [sum, [column, row]];
      }
    }
    return found;
  }

  build() {
    const every = Array.from({ length: this.cells }, (_, place) => place);
    this.columns = every.map(() => element("th", { scope: "col" }));
    this.rows = every.map(() => element("th", { scope: "row" }));
    this.boxes = every.map(() => every.map(() => element("td")));
    const head = element("tr", {}, element("td", { class: "corner" }), ...this.columns);
    const body = this.boxes.map((boxes, row) => element("tr", {}, this.rows[row], ...boxes));
    this.table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
    const label = "The pixels in the window: their numbers, by column and row of the picture";
    this.table.setAttribute("aria-label", label);
  }

  move(column, row) {
    const last = this.side - this.cells;
    this.at = [column, row].map((place) => Math.max(0, Math.min(last, Math.round(place))));
    this.draw();
  }

  draw() {
    const [left, top] = this.at;
    const share = (pixels) => `${(100 * pixels) / this.side}%`;
    Object.assign(this.frame.style, { left: share(left), top: share(top) });
    Object.assign(this.frame.style, { width: share(this.cells), height: share(this.cells) });
    this.columns.forEach((head, place) => setText(head, String(left + place)));
    this.rows.forEach((head, place) => setText(head, String(top + place)));
    this.boxes.forEach((boxes, row) =>
      boxes.forEach((box, column) => this.fill(box, this.pixel(left + column, top + row))),
    );
    this.buttons.forEach((one, place) => one.setAttribute("aria-pressed", place === this.channel));
    this.scale.setAttribute("aria-pressed", this.scaled);
    const half = Math.floor(this.cells / 2);
    const [red, green, blue] = this.pixel(left + half, top + half).map((v) => this.told(v));
    const place = `column ${left + half}, row ${top + half}`;
    setText(this.readout, `In the middle, ${place}: red ${red}, green ${green}, blue ${blue}.`);
  }

  fill(box, pixel) {
    const all = this.channel === 3;
    const colour = all ? pixel : CHANNELS.map(() => pixel[this.channel]);
    const numbers = all ? pixel : [pixel[this.channel]];
    box.style.backgroundColor = `rgb(${colour})`;
    box.style.color = readable(colour);
    setText(box, numbers.map((value) => this.told(value)).join("\n"));
  }

  pixel(column, row) {
    const place = 4 * (row * this.side + column);
    return Array.from(this.values.slice(place, place + 3));
  }

  /** A number as the file has it, or as the network gets it. */
  told(value) {
    return this.scaled ? ((value - 127) / 128).toFixed(2).replace("-", "−") : String(value);
  }

  choose(channel) {
    this.channel = channel;
    this.draw();
  }

  toggle() {
    this.scaled = !this.scaled;
    this.draw();
  }

  onPointer(event, held) {
    if (!held || !this.values) return;
    const box = this.board.getBoundingClientRect();
    const half = this.cells / 2;
    const column = ((event.clientX - box.left) / box.width) * this.side - half;
    this.move(column, ((event.clientY - box.top) / box.height) * this.side - half);
  }

  onKey(event) {
    if (!this.values) return;
    const step = event.shiftKey ? this.cells : 1;
    const moves = {
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      PageUp: [0, -this.cells],
      PageDown: [0, this.cells],
    };
    if (!(event.key in moves)) return;
    const [across, down] = moves[event.key];
    this.move(this.at[0] + across, this.at[1] + down);
    event.preventDefault();
    event.stopPropagation();
  }
}

function capital(word) {
  return word[0].toUpperCase() + word.slice(1);
}

/** Black or white, whichever is read more easily on a colour (WCAG 2.2, relative luminance). */
function readable(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}
