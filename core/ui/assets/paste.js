// A picture from the clipboard: pasted anywhere on the page, or fetched with the button. It is
// reported once, as a trigger, so that the server keeps no copy of it in the session.

const places = new WeakMap(); // where it stands -> Place
const ABOUT = "Copy a picture, then press Ctrl+V (⌘V on a Mac) anywhere on this page.";
const NOTHING = "There is no picture in the clipboard. Copy one first: right-click, “Copy image”.";
const NOT_ALLOWED =
  "This browser does not let a page look into the clipboard. Press Ctrl+V (⌘V on a Mac) instead.";

export default function ({ data, parentElement, setTriggerValue }) {
  if (!places.has(parentElement)) places.set(parentElement, new Place(parentElement));
  const place = places.get(parentElement);
  place.report = (picture) => setTriggerValue("picture", picture);
  place.show(data);
  return () => parentElement.isConnected || place.leave();
}

class Place {
  constructor(parent) {
    this.note = element("p", { class: "note", role: "status" });
    this.button = button({ class: "wide", onclick: () => this.fetch() }, "Paste a picture");
    this.button.hidden = !navigator.clipboard?.read;
    parent.append(element("div", { class: "paste" }, this.button, this.note));
    this.listener = (event) => this.onPaste(event);
    document.addEventListener("paste", this.listener);
  }

  leave() {
    document.removeEventListener("paste", this.listener);
  }

  show(data) {
    this.most = data.most;
    setText(this.note, ABOUT);
  }

  onPaste(event) {
    const items = Array.from(event.clipboardData?.items ?? []);
    const file = items.find(isPicture)?.getAsFile();
    if (file) {
      event.preventDefault();
      this.take(file, file.name);
    } else if (!isWritten(event.composedPath()[0])) setText(this.note, NOTHING);
  }

  async fetch() {
    let items;
    try {
      items = await navigator.clipboard.read();
    } catch {
      setText(this.note, NOT_ALLOWED);
      return;
    }
    for (const item of items) {
      const type = item.types.find((name) => name.startsWith("image/"));
      if (type) {
        this.take(await item.getType(type), "");
        return;
      }
    }
    setText(this.note, NOTHING);
  }

  async take(file, name) {
    const mb = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
    if (file.size > this.most) {
      const most = `at most ${mb(this.most)} are taken`;
      setText(this.note, `This picture is too large: it has ${mb(file.size)}, ${most}.`);
      return;
    }
    setText(this.note, "Taking the picture…");
    this.report({ name, content: await base64(file) });
  }
}

function isPicture(item) {
  return item.kind === "file" && item.type.startsWith("image/");
}

/** Whether somebody was writing there: what they paste is a text of theirs. */
function isWritten(target) {
  return Boolean(target?.closest?.("input, textarea, [contenteditable=true]"));
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
