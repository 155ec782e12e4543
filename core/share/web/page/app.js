// The page: what a visitor shows goes to the model, and what it says comes back.

import { drawBars, drawSquare, inWords, promise } from "./answer.js";
import { Camera } from "./camera.js";
import { check } from "./check.js";
import { Model, Trouble } from "./model.js";

document.documentElement.dataset.begun = "yes";

const part = (id) => document.getElementById(id);
const camera = new Camera(part("video"), (frame) => show(frame, { live: true }));
let turn = 0; // of what is shown: an answer that comes late is left out

/** The model, once it is loaded. */
export const opened = open();
opened.catch(tell);

async function open() {
  const model = await Model.open((bytes) => {
    part("how-much").textContent = `, ${Math.round(bytes / 1e6)} MB`;
  });
  part("loading").hidden = true;
  if (part("said").hidden) part("empty").hidden = false;
  describe(model);
  return model;
}

/** Ask about a picture, and show what is said. */
async function show(picture, { live = false, truth } = {}) {
  const mine = ++turn;
  if (!live) camera.isOn && toggle();
  try {
    const model = await opened;
    part("answer").setAttribute("aria-busy", "true");
    const said = await model.ask(picture);
    if (mine === turn) draw(model, said, live, truth);
  } catch (error) {
    if (mine === turn) tell(error);
  } finally {
    if (mine === turn) part("answer").setAttribute("aria-busy", "false");
  }
}

function draw(model, { square, probabilities }, live, truth) {
  const { headline, known, below } = inWords(probabilities, model.about);
  drawSquare(part("square"), square, model.about.input.size);
  drawBars(part("bars"), probabilities, model.about);
  part("headline").textContent = headline;
  part("headline").classList.toggle("unknown", !known);
  part("below").textContent = below + (truth ? ` This example is of “${truth}”.` : "");
  for (const id of ["empty", "trouble"]) part(id).hidden = true;
  part("said").hidden = false;
  // Read aloud; while the camera runs, only what is new
  const spoken = live ? headline : `${headline}. ${below}`;
  if (part("spoken").textContent !== spoken) part("spoken").textContent = spoken;
  if (!live) part("answer").scrollIntoView({ block: "nearest" });
}

/** Say what went wrong. */
function tell(error) {
  const known = error instanceof Trouble;
  part("trouble").textContent = known ? error.message : `Something went wrong (${error.message}).`;
  for (const id of ["loading", "empty", "said"]) part(id).hidden = true;
  part("trouble").hidden = false;
}

function describe({ about, runtime }) {
  document.title = about.name;
  part("name").textContent = about.name;
  const count = about.classes.length;
  part("classes").textContent = `Tells ${count} classes apart: ${about.classes.join(", ")}.`;
  part("score").textContent = score(about.scores);
  part("promise").textContent = promise(about);
  const where = runtime.local ? "lies beside this page" : `comes from ${new URL(runtime.base).host}`;
  part("runtime").textContent =
    `The program that runs the model, ONNX Runtime Web ${runtime.version}, ${where}, ` +
    "and is used only if it is the very one that was tested.";
  about.samples.forEach(({ file, label }, place) => {
    const button = part("samples").appendChild(document.createElement("button"));
    const image = button.appendChild(document.createElement("img"));
    button.type = "button";
    button.title = image.alt = `Example ${place + 1}`;
    image.src = file;
    button.addEventListener("click", async () => {
      show(await (await fetch(file)).blob(), { truth: label });
    });
  });
  for (const id of ["examples", "about"]) part(id).hidden = false;
}

function score({ test, validation }) {
  const [name, found] = test ? ["test", test] : ["validation", validation];
  const [share, low, high] = [found.accuracy, found.accuracy_low, found.accuracy_high].map(
    (value) => `${(100 * value).toFixed(1)}\u00a0%`,
  );
  return `Right on ${share} of ${found.n} ${name} images (95\u00a0% interval ${low} to ${high}).`;
}

async function toggle() {
  const button = part("camera");
  button.disabled = true;
  try {
    if (camera.isOn) camera.stop();
    else await camera.start();
  } catch (error) {
    tell(error);
  }
  button.disabled = false;
  button.textContent = camera.isOn ? "Hold this picture" : "Use the camera";
  part("video").hidden = !camera.isOn;
}

function given(transfer) {
  const file = [...(transfer?.files ?? [])].find((each) => each.type.startsWith("image/"));
  if (file) show(file);
  else if (transfer?.files.length) tell(new Trouble("This is no picture."));
  return Boolean(file);
}

part("camera").addEventListener("click", toggle);
part("file").addEventListener("change", ({ target }) => {
  if (target.files.length) show(target.files[0]);
  target.value = ""; // so that the same file can be chosen once more
});
addEventListener("paste", (event) => {
  if (given(event.clipboardData)) event.preventDefault();
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  part("zone").classList.add("over");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) part("zone").classList.remove("over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  part("zone").classList.remove("over");
  if (!given(event.dataTransfer) && !event.dataTransfer.files.length) {
    tell(new Trouble("That was a link to a picture. Save the picture first, then drop its file."));
  }
});
part("check").addEventListener("click", async () => {
  const button = part("check");
  button.disabled = true;
  part("checked").textContent = "Asking …";
  try {
    const found = await check(await opened);
    part("checked").textContent = `${found.good ? "✓" : "✗"} ${found.text}`;
  } catch (error) {
    part("checked").textContent = `✗ It could not be checked: ${error.message}.`;
  }
  button.disabled = false;
});
