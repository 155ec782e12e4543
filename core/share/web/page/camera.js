// The camera: one frame after the other, each as soon as the one before is answered.

import { Trouble } from "./model.js";

const REFUSED = {
  NotAllowedError: "The camera was not allowed. Allow it beside the page's address, then try again.",
  NotFoundError: "There is no camera.",
  NotReadableError: "Another program uses the camera. Close it, then try again.",
};

export class Camera {
  #stream = null;

  /** video: shows what the camera sees. look: is given each frame, and awaited. */
  constructor(video, look) {
    this.video = video;
    this.look = look;
  }

  get isOn() {
    return this.#stream !== null;
  }

  async start() {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new Trouble("Browsers allow the camera only at https:// addresses and at localhost.");
    }
    const wanted = { video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false };
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(wanted);
    } catch (error) {
      throw new Trouble(REFUSED[error.name] ?? `The camera does not start (${error.message}).`);
    }
    this.#stream = stream;
    this.video.srcObject = stream;
    await this.video.play();
    this.#follow(stream);
  }

  /** What was seen last stays on the page. */
  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.video.srcObject = null;
  }

  async #follow(stream) {
    while (this.#stream === stream) {
      if (this.video.videoWidth) {
        const frame = await createImageBitmap(this.video);
        if (this.#stream === stream) await this.look(frame);
      }
      await new Promise(requestAnimationFrame); // rests while the page is not seen
    }
  }
}
