// The model, as the page sees it: opened once, and asked about one picture after the other.

const HERE = new URL("..", import.meta.url);

/** What went wrong, in words for whoever looks at the page. */
export class Trouble extends Error {}

export class Model {
  #worker;
  #waiting = new Map();
  #asked = 0;

  /** about: what `model.json` says. */
  constructor(about) {
    this.about = about;
    this.#worker = started();
    this.#worker.onmessage = ({ data: { id, ...said } }) => {
      this.#waiting.get(id)?.(said);
      this.#waiting.delete(id);
    };
    this.#worker.onerror = (event) => this.#fail(event.message || "it ended");
  }

  /** Load the model and what runs it; `tell` hears how many bytes there are. */
  static async open(tell) {
    const [about, runtime] = await Promise.all(
      ["model.json", "page/runtime.json"].map(async (name) => (await fetched(name)).json()),
    );
    const bytes = (about.parity.find((each) => each.format === "onnx") ?? { bytes: 0 }).bytes;
    tell(bytes + runtime.script.bytes + runtime.wasm.bytes);
    const [script, wasm, model] = await Promise.all([
      part(runtime, runtime.script),
      part(runtime, runtime.wasm),
      fetched(about.files.onnx).then((answer) => answer.arrayBuffer()),
    ]);
    const opened = new Model(about);
    const { size, fit, pad } = about.input;
    const given = { script, wasm, model, about: { size, fit, pad } };
    await opened.#told("open", given, [script, wasm, model]);
    opened.runtime = runtime;
    return opened;
  }

  /**
   * Ask about a picture: a Blob, or an ImageBitmap, which is used up.
   *
   * Returns the square that the model was shown (RGB bytes), the probabilities, and milliseconds.
   */
  ask(picture) {
    return this.#told("ask", { picture }, picture instanceof ImageBitmap ? [picture] : []);
  }

  async #told(kind, given, moved) {
    const id = ++this.#asked;
    const said = await new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ id, kind, ...given }, moved);
    });
    if (said.trouble === "unreadable") {
      throw new Trouble("This picture cannot be read. Take another one: JPEG, PNG or WebP.");
    }
    if (said.trouble) throw new Trouble(`${STOPPED[kind]} (${said.text})`);
    return said;
  }

  #fail(text) {
    for (const resolve of this.#waiting.values()) resolve({ trouble: "failed", text });
    this.#waiting.clear();
  }
}

const STOPPED = {
  open: "The model could not be started. A recent Chrome, Edge, Firefox or Safari should do it.",
  ask: "The model could not be asked. Load the page again, or try a smaller picture.",
};

/** A worker that is bound by the rules of this page: it may reach no other host than the page. */
function started() {
  const program = `import ${JSON.stringify(new URL("worker.js", import.meta.url).href)};`;
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  return new Worker(address, { type: "module" });
}

async function fetched(name) {
  const answer = await fetch(new URL(name, HERE)).catch(() => null);
  if (!answer?.ok) {
    throw new Trouble(`“${name}” could not be loaded. Is it there, beside index.html?`);
  }
  return answer;
}

/** A file of the runtime, refused where it is not the very file that was tested. */
async function part(runtime, { file, integrity }) {
  const address = new URL(runtime.base + file, HERE);
  const answer = await fetch(address, { integrity, referrerPolicy: "no-referrer" }).catch(() => null);
  if (answer?.ok) return answer.arrayBuffer();
  throw new Trouble(
    `The program that runs the model could not be loaded from ${address.host}, or it is not the ` +
      "one that this page was tested with. Without a network, use a page that was exported with " +
      "the program inside.",
  );
}
