// Prepares pictures and asks the model, beside the page, so that the page never stands still.
// It fetches nothing: the page hands it all that it needs.

import { fitted } from "./fit.js";

let input; // of the model: size, fit, pad
let session;
let runtime;
let work = Promise.resolve(); // one thing after the other

self.onmessage = ({ data }) => {
  work = work.then(() => answer(data));
};

async function answer({ id, kind, ...given }) {
  try {
    const found = kind === "open" ? await open(given) : await ask(given.picture);
    self.postMessage({ id, ...found }, found.square ? [found.square.buffer] : []);
  } catch (error) {
    self.postMessage({ id, trouble: error.unreadable ? "unreadable" : "failed", text: String(error) });
  }
}

async function open({ script, wasm, model, about }) {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  runtime = await import(address);
  URL.revokeObjectURL(address);
  runtime.env.wasm.numThreads = 1; // more would need a host that isolates the page
  runtime.env.wasm.wasmBinary = wasm;
  session = await runtime.InferenceSession.create(new Uint8Array(model), {
    executionProviders: ["wasm"],
  });
  input = about;
  await run(new Float32Array(input.size ** 2 * 3)); // the first time takes longer than all others
  return {};
}

/** picture: a file, or a frame of the camera. */
async function ask(picture) {
  const began = performance.now();
  const bitmap = picture instanceof Blob ? await decoded(picture) : picture;
  const square = fitted(partsOf(bitmap), input.size, input.fit, input.pad);
  bitmap.close();
  const prepared = performance.now();
  const probabilities = await run(Float32Array.from(square));
  const times = { prepare: prepared - began, infer: performance.now() - prepared };
  return { square, probabilities, times };
}

async function run(values) {
  const shape = [1, input.size, input.size, 3];
  const tensor = new runtime.Tensor("float32", values, shape);
  const found = await session.run({ [session.inputNames[0]]: tensor });
  const output = found[session.outputNames[0]];
  const probabilities = Array.from(output.data);
  output.dispose();
  return probabilities;
}

/** Upright, in sRGB, as the pictures were that the model learnt from. */
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    throw Object.assign(error, { unreadable: true });
  }
}

/** The pixels of a bitmap, by parts: some devices have no canvas for a whole photo. */
function partsOf(bitmap) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const part = (left, top, width, height) => {
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
    }
    context.fillStyle = "white"; // what is transparent stands on white
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, -left, -top);
    return context.getImageData(0, 0, width, height).data;
  };
  return { width: bitmap.width, height: bitmap.height, part };
}
