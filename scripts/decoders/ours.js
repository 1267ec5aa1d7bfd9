// The worker that the app ships, given one picture after another as the camera's frames are.

const worker = new Worker(
  new URL("../../courier_pwa/src/camera/worker.ts", import.meta.url),
  { type: "module" },
);
let heard = () => undefined;
worker.onmessage = ({ data }) => heard(data);

const ready = new Promise((resolve, reject) => {
  heard = (answer) => (answer.kind === "ready" ? resolve(answer.engine) : reject(new Error(answer.why)));
});

/** Which engine it uses, once it can read. */
window.ready = () => ready;

/**
 * Hold the picture before the decoder for at most that many frames. Returns the texts of the first
 * frame in which any was found, the number of frames it took, and the milliseconds of each.
 */
window.hold = async (address, frames) => {
  await ready;
  const blob = await (await fetch(address)).blob();
  const times = [];
  for (let frame = 1; frame <= frames; frame++) {
    const answer = await read(await createImageBitmap(blob));
    times.push(answer.ms);
    if (answer.found.length) return { texts: answer.found.map(({ text }) => text), frame, times };
  }
  return { texts: [], frame: frames, times };
};

function read(frame) {
  return new Promise((resolve) => {
    heard = resolve;
    worker.postMessage({ frame }, [frame]);
  });
}
