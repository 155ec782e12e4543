// What the model's probabilities come to: an answer, or "I don't know".

const RATES = ["0.05", "0.1", "0.2"]; // how often an answer may miss the truth: the first kept
const MOST = 5; // bars

/** The classes, the likeliest first. */
export function order(probabilities) {
  return [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
}

/**
 * The classes that cannot be ruled out, the likeliest first; one of them is an answer.
 *
 * Where too few images were kept aside to promise anything, the likeliest alone.
 */
export function fitting(probabilities, about) {
  const known = about.i_do_not_know.thresholds;
  const rate = RATES.find((each) => known[each] > 0);
  const places = order(probabilities);
  if (rate === undefined) return places.slice(0, 1);
  return places.filter((place) => probabilities[place] >= known[rate] - 1e-6);
}

export function percent(share) {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

/** The answer in words: a headline, and a sentence below it. */
export function inWords(probabilities, about) {
  const fits = fitting(probabilities, about).map((place) => about.classes[place]);
  if (fits.length === 1) {
    const [best] = order(probabilities);
    return { headline: fits[0], known: true, below: `${percent(probabilities[best])} sure.` };
  }
  const below = fits.length
    ? `It may be ${listed(fits)}.`
    : "It is like nothing that I know well.";
  return { headline: "I don't know", known: false, below };
}

/** How often an answer may miss the truth, where that was measured. */
export function promise(about) {
  const { thresholds, images } = about.i_do_not_know;
  const rate = RATES.find((each) => thresholds[each] > 0);
  if (rate === undefined) {
    return "Too few images were kept aside to tell when it should say that it does not know.";
  }
  return (
    "It answers where one class alone cannot be ruled out; otherwise it says that it does not " +
    `know. What it rules out is the truth on at most ${Number(rate) * 100}\u00a0% of images, where they ` +
    `are like the ${images} it was tried on.`
  );
}

/** Draw the square that the model was shown. */
export function drawSquare(canvas, square, size) {
  canvas.width = canvas.height = size;
  const image = new ImageData(size, size);
  for (let from = 0, to = 0; from < square.length; from += 3, to += 4) {
    image.data.set([square[from], square[from + 1], square[from + 2], 255], to);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** A bar for each of the likeliest classes. */
export function drawBars(list, probabilities, about) {
  const fits = new Set(fitting(probabilities, about));
  const rows = order(probabilities).slice(0, MOST);
  while (list.children.length > rows.length) list.lastChild.remove();
  rows.forEach((place, number) => {
    const row = list.children[number] ?? list.appendChild(bar());
    row.querySelector(".name").textContent = about.classes[place];
    row.querySelector(".share").textContent = percent(probabilities[place]);
    row.querySelector(".filled").style.width = percent(Math.min(1, probabilities[place]));
    row.classList.toggle("fits", fits.has(place));
  });
}

function bar() {
  const row = document.createElement("li");
  for (const name of ["name", "share", "track"]) {
    const part = row.appendChild(document.createElement("span"));
    part.className = name;
  }
  row.lastChild.setAttribute("aria-hidden", "true");
  row.lastChild.appendChild(document.createElement("span")).className = "filled";
  return row;
}

function listed(names) {
  if (names.length < 3) return names.join(" or ");
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
