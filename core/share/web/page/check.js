// Does this page say what the model said when it was made? The samples know what is expected.

import { order } from "./answer.js";

const BOUND = 1e-3; // how far a probability may be from the model's own
const LEVELS = 1; // of 255: what decoders may differ by

/** Compare; returns figures, whether they are good, and both in words. */
export async function check(model) {
  const found = { samples: 0, largest: 0, changed: 0, levels: 0 };
  for (const { file, probabilities } of model.about.samples) {
    const said = await model.ask(await picture(file));
    found.samples += 1;
    found.largest = Math.max(found.largest, apart(said.probabilities, probabilities));
    found.changed += order(said.probabilities)[0] !== order(probabilities)[0];
  }
  for (const { given, expected } of await (await load("page/check/pictures.json")).json()) {
    const squares = await Promise.all(
      [given, expected].map(async (file) => (await model.ask(await picture(file))).square),
    );
    found.levels = Math.max(found.levels, apart(...squares)); // the expected one is a square already
  }
  const prepared = found.levels <= LEVELS;
  const good = prepared && found.largest <= BOUND && found.changed === 0;
  return { ...found, good, text: inWords(found, prepared) };
}

function inWords({ samples, largest, changed, levels }, prepared) {
  const asked =
    `${samples} samples: ${changed ? `${changed} answered otherwise` : "every answer is the same"}` +
    `, and a probability differs by ${largest.toExponential(1)} at most.`;
  if (prepared) return `${asked} Pictures are prepared as the model learnt them.`;
  return (
    `${asked} But pictures do not arrive here as they are: they differ by up to ${levels} of 255. ` +
    "Some browsers alter what a page reads, against tracking; another browser may do better."
  );
}

async function load(name) {
  const answer = await fetch(new URL(`../${name}`, import.meta.url));
  if (!answer.ok) throw new Error(`“${name}” is not there`);
  return answer;
}

async function picture(name) {
  return (await load(name)).blob();
}

function apart(one, other) {
  return one.reduce((most, value, place) => Math.max(most, Math.abs(value - other[place])), 0);
}
