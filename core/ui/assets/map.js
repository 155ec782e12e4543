// A map of images: points on a canvas. Hovering shows the picture, a drag draws a lasso, the
// keyboard walks from point to point. What is selected is reported as one state, "view"; its turn
// counts up, so that an older answer is not taken. The sheet of pictures comes in a message of
// its own ("role": "sheet"), which stays the same while the user selects.

const maps = new WeakMap(); // where it stands -> Atlas
const sheets = new Map(); // key of the map -> { image, version, waiting }
const DOT = 5; // px, a point's radius where type is 16 px
const NEAR = 14; // px, how far a pointer may be from the point it means
const ROOM = 18; // px, around the map

export default function ({ data, parentElement, setStateValue }) {
  if (data.role === "sheet") return keepSheet(data);
  if (!maps.has(parentElement)) maps.set(parentElement, new Atlas(parentElement, data.map));
  const map = maps.get(parentElement);
  map.report = (view) => setStateValue("view", view);
  map.show(data);
}

function keepSheet({ map, version, sheet }) {
  const kept = sheets.get(map) ?? { waiting: new Set() };
  sheets.set(map, kept);
  if (kept.version === version) return;
  kept.version = version;
  const image = new Image();
  image.onload = () => {
    kept.image = image;
    for (const draw of kept.waiting) draw();
  };
  image.src = `data:image/webp;base64,${sheet}`;
}

class Atlas {
  constructor(parent, key) {
    this.turn = -1;
    this.at = null; // the point that the keyboard or the pointer is at
    this.selected = new Set();
    this.zoom = { scale: 1, x: 0, y: 0 };
    this.lasso = null; // the points of the lasso while it is drawn, in px
    this.pan = null;
    if (!sheets.has(key)) sheets.set(key, { waiting: new Set() });
    this.sheet = sheets.get(key);
    this.sheet.waiting.add(() => this.draw());
    this.build(parent);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  build(parent) {
    this.canvas = element("canvas", {
      tabindex: "0",
      role: "application",
      "aria-label":
        "Map of the images. Arrow keys go from image to image, Space selects it, Escape clears.",
      onpointerdown: (event) => this.onDown(event),
      onpointermove: (event) => this.onMove(event),
      onpointerup: (event) => this.onUp(event),
      onpointercancel: () => this.endDrag(),
      onpointerleave: () => !this.lasso && this.look(null),
      onkeydown: (event) => this.onKey(event),
      onblur: () => this.look(null),
      onwheel: (event) => event.ctrlKey && this.onWheel(event),
    });
    this.card = element("div", { class: "card", hidden: "" });
    this.readout = element("p", { class: "readout", "aria-live": "polite" });
    this.mover = button(
      { class: "word", "aria-pressed": "false", onclick: () => this.setMoving(!this.moving) },
      "Move",
    );
    const tools = [
      button({ "aria-label": "Zoom in", onclick: () => this.zoomBy(1.5) }, "+"),
      button({ "aria-label": "Zoom out", onclick: () => this.zoomBy(1 / 1.5) }, "−"),
      this.mover,
      button({ class: "word", onclick: () => this.reset() }, "Whole map"),
      button({ class: "word", onclick: () => this.tell(new Set()) }, "Clear selection"),
    ];
    this.legend = element("p", { class: "legend" });
    this.root = element(
      "div",
      { class: "map" },
      element("div", { class: "tools" }, ...tools),
      element("div", { class: "plane" }, this.canvas, this.card),
      this.readout,
      this.legend,
    );
    parent.append(this.root);
  }

  show(data) {
    const moved = !this.data || this.data.version !== data.version || this.data.view !== data.view;
    this.data = data;
    if (moved) {
      this.xs = numbers(data.x);
      this.ys = numbers(data.y);
      this.at = null;
    }
    if (data.turn >= this.turn) {
      this.turn = data.turn;
      this.selected = new Set(data.selected);
    }
    const keys = data.legend.map(({ colour, shape, text }) => {
      const mark = element("span", { class: `mark ${shape}`, style: `--colour: ${colour}` });
      return element("span", { class: "key", dir: "auto" }, mark, text);
    });
    this.legend.replaceChildren(...keys);
    this.say();
    this.draw();
  }

  /** Where point number `index` is drawn, in px. */
  spot(index) {
    const { width, height } = this.size;
    const { scale, x, y } = this.zoom;
    return [
      ROOM + (this.xs[index] * scale - x) * (width - 2 * ROOM),
      ROOM + (this.ys[index] * scale - y) * (height - 2 * ROOM),
    ];
  }

  draw() {
    if (!this.data || !this.canvas.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    this.size = { width: this.canvas.clientWidth, height: this.canvas.clientHeight };
    this.canvas.width = this.size.width * ratio;
    this.canvas.height = this.size.height * ratio;
    const dot = (DOT * rem()) / 16;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this.root);
    const ink = style.getPropertyValue("--st-text-color") || "#000";
    const picked = this.selected.size > 0;
    const pictures = this.zoom.scale >= 4 && this.sheet.image;
    for (let index = 0; index < this.xs.length; index += 1) {
      const [x, y] = this.spot(index);
      if (x < -40 || y < -40 || x > this.size.width + 40 || y > this.size.height + 40) continue;
      const on = this.selected.has(index);
      pen.globalAlpha = picked && !on ? 0.25 : 0.85;
      if (pictures) this.picture(pen, index, x - 16, y - 16, 32, on);
      else this.mark(pen, index, x, y, on ? dot + 1.5 : dot);
      if (on) ring(pen, x, y, pictures ? 20 : dot + 3, ink);
    }
    pen.globalAlpha = 1;
    if (this.at !== null) ring(pen, ...this.spot(this.at), pictures ? 22 : dot + 5, ink, 2);
    if (this.lasso) trace(pen, this.lasso, ink);
  }

  mark(pen, index, x, y, radius) {
    const { colour, shape } = this.data.legend[this.data.keys[index]];
    pen.fillStyle = colour;
    shapeAt(pen, shape, x, y, radius);
  }

  picture(pen, index, x, y, side) {
    const { columns, side: small } = this.data;
    const [column, row] = [index % columns, Math.floor(index / columns)];
    pen.drawImage(this.sheet.image, column * small, row * small, small, small, x, y, side, side);
    pen.strokeStyle = this.data.legend[this.data.keys[index]].colour;
    pen.lineWidth = 2.5;
    pen.strokeRect(x, y, side, side);
  }

  nearest(x, y, within) {
    let [best, least] = [null, within * within];
    for (let index = 0; index < this.xs.length; index += 1) {
      const [px, py] = this.spot(index);
      const away = (px - x) ** 2 + (py - y) ** 2;
      if (away < least) [best, least] = [index, away];
    }
    return best;
  }

  /** Show what lies under the pointer or the keyboard. */
  look(index) {
    if (index === this.at) return;
    this.at = index;
    this.card.toggleAttribute("hidden", index === null);
    if (index !== null) this.fillCard(index);
    this.say();
    this.draw();
  }

  fillCard(index) {
    const { columns, side, captions } = this.data;
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const shown = 6 * rem();
    const image = element("div", { class: "picture" });
    if (this.sheet.image) {
      const ratio = shown / side;
      image.style.backgroundImage = `url(${this.sheet.image.src})`;
      image.style.backgroundSize = `${this.sheet.image.width * ratio}px auto`;
      image.style.backgroundPosition = `${-column * shown}px ${-row * shown}px`;
    }
    this.card.replaceChildren(image, element("span", { dir: "auto" }, captions[index]));
    const [x, y] = this.spot(index);
    const { width, height } = this.size;
    const tall = 9.4 * rem(); // the card, about
    this.card.style.left = `${Math.min(Math.max(0, x + 14), width - 7.75 * rem())}px`;
    this.card.style.top = `${y + tall > height ? y - tall : y + 14}px`;
  }

  say() {
    const count = this.selected.size;
    const chosen = count ? `${count.toLocaleString("en")} selected. ` : "";
    const here = this.at === null ? this.data.hint : this.data.captions[this.at];
    setText(this.readout, chosen + here);
  }

  onDown(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    const spot = [event.offsetX, event.offsetY];
    if (this.moving) this.pan = { from: spot, zoom: { ...this.zoom } };
    else this.lasso = [spot];
    this.adding = event.shiftKey;
  }

  onMove(event) {
    const [x, y] = [event.offsetX, event.offsetY];
    if (this.pan) {
      const { width, height } = this.size;
      this.zoom.x = this.pan.zoom.x - (x - this.pan.from[0]) / (width - 2 * ROOM);
      this.zoom.y = this.pan.zoom.y - (y - this.pan.from[1]) / (height - 2 * ROOM);
      this.draw();
    } else if (this.lasso) {
      this.lasso.push([x, y]);
      this.draw();
    } else this.look(this.nearest(x, y, NEAR));
  }

  onUp(event) {
    const { lasso } = this;
    const wasPan = this.pan;
    this.endDrag();
    if (wasPan || !lasso) return;
    const far = Math.max(...lasso.map(([x, y]) => Math.hypot(x - lasso[0][0], y - lasso[0][1])));
    if (far < 6) return this.toggle(this.nearest(event.offsetX, event.offsetY, NEAR), this.adding);
    const found = this.adding ? new Set(this.selected) : new Set();
    for (let index = 0; index < this.xs.length; index += 1)
      if (inside(lasso, this.spot(index))) found.add(index);
    this.tell(found);
  }

  endDrag() {
    this.lasso = null;
    this.pan = null;
    this.draw();
  }

  toggle(index, adding) {
    if (index === null) return adding || !this.selected.size ? null : this.tell(new Set());
    const found = adding ? new Set(this.selected) : new Set();
    if (this.selected.has(index)) found.delete(index);
    else found.add(index);
    this.tell(found);
  }

  tell(selected) {
    this.selected = selected;
    this.turn += 1;
    this.say();
    this.draw();
    const places = [...selected].sort((one, other) => one - other);
    this.report({ selected: places, version: this.data.version, turn: this.turn });
  }

  onKey(event) {
    const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (event.key in steps) this.step(...steps[event.key]);
    else if ((event.key === " " || event.key === "Enter") && this.at !== null)
      this.toggle(this.at, true);
    else if (event.key === "Escape") this.tell(new Set());
    else if (event.key === "+" || event.key === "=") this.zoomBy(1.5);
    else if (event.key === "-") this.zoomBy(1 / 1.5);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** To the next point in a direction: near, and straight ahead rather than aside. */
  step(right, down) {
    if (!this.xs.length) return;
    if (this.at === null) return this.look(this.nearest(this.size.width / 2, 0, Infinity) ?? 0);
    const [x, y] = this.spot(this.at);
    let [best, least] = [null, Infinity];
    for (let index = 0; index < this.xs.length; index += 1) {
      const [px, py] = this.spot(index);
      const ahead = (px - x) * right + (py - y) * down;
      const aside = Math.abs((px - x) * down + (py - y) * right);
      if (ahead <= 0.5 || index === this.at) continue;
      if (ahead + 2 * aside < least) [best, least] = [index, ahead + 2 * aside];
    }
    if (best !== null) this.look(best);
  }

  setMoving(moving) {
    this.moving = moving;
    this.mover.setAttribute("aria-pressed", moving);
    this.canvas.classList.toggle("moving", moving);
  }

  onWheel(event) {
    event.preventDefault();
    this.zoomBy(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX, event.offsetY);
  }

  /** Zoom around a point of the canvas, its middle by default. */
  zoomBy(factor, x = this.size.width / 2, y = this.size.height / 2) {
    const { width, height } = this.size;
    const scale = Math.min(40, Math.max(1, this.zoom.scale * factor));
    if (scale === 1) return this.reset();
    const [across, down] = [(x - ROOM) / (width - 2 * ROOM), (y - ROOM) / (height - 2 * ROOM)];
    const grown = scale / this.zoom.scale;
    const move = (place, at) => (place + at) * grown - at;
    this.zoom = { scale, x: move(this.zoom.x, across), y: move(this.zoom.y, down) };
    this.draw();
  }

  reset() {
    this.zoom = { scale: 1, x: 0, y: 0 };
    this.draw();
  }
}

/** Base64 of little-endian 16-bit numbers as shares of one. */
function numbers(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float32Array.from(new Uint16Array(bytes.buffer), (value) => value / 65535);
}

function shapeAt(pen, shape, x, y, radius) {
  pen.beginPath();
  if (shape === "square") pen.rect(x - radius * 0.85, y - radius * 0.85, radius * 1.7, radius * 1.7);
  else if (shape === "triangle") polygon(pen, x, y + radius * 0.2, radius * 1.25, 3, -Math.PI / 2);
  else if (shape === "diamond") polygon(pen, x, y, radius * 1.2, 4, 0);
  else if (shape === "cross") {
    const [long, wide] = [radius * 1.15, radius * 0.4];
    pen.rect(x - long, y - wide, 2 * long, 2 * wide);
    pen.rect(x - wide, y - long, 2 * wide, 2 * long);
  } else pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

function polygon(pen, x, y, radius, corners, turn) {
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = turn + (2 * Math.PI * corner) / corners;
    pen.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  pen.closePath();
}

function ring(pen, x, y, radius, ink, wide = 1.5) {
  pen.globalAlpha = 1;
  pen.strokeStyle = ink;
  pen.lineWidth = wide;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.stroke();
}

function trace(pen, line, ink) {
  pen.beginPath();
  line.forEach(([x, y]) => pen.lineTo(x, y));
  pen.closePath();
  pen.strokeStyle = ink;
  pen.setLineDash([4, 3]);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 0.1;
  pen.fillStyle = ink;
  pen.fill();
  pen.globalAlpha = 1;
}

/** Whether a point lies within a closed line, by the even-odd rule. */
function inside(line, [x, y]) {
  let odd = false;
  for (let here = 0, before = line.length - 1; here < line.length; before = here, here += 1) {
    const [x1, y1] = line[here];
    const [x2, y2] = line[before];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  }
  return odd;
}
