// Who answers: a server (`symgrad serve`), or symgrad itself in a web worker of this browser.
// `ask("check", {...})` is the answer's JSON; an error is an answer too, with `error` and `message`.

const kind = document.querySelector("meta[name=symgrad-engine]").content;
export const inBrowser = kind === "browser";
const MILLISECONDS_TO_ANSWER = 30_000; // then the worker is ended, as a server ends a process

const TRIES = 3;

let worker, waiting = new Map(), count = 0, told = () => {};

export function onProgress(listener) {
  told = listener;
}

export async function ask(name, body, milliseconds = MILLISECONDS_TO_ANSWER) {
  try {
    return await (inBrowser ? askWorker(name, body, milliseconds) : askServer(name, body));
  } catch (error) {
    return { error: "Unreachable", message: "unreachable", readings: [], notes: [] };
  }
}

async function askServer(name, body) {
  for (let tries = 0; ; tries++) {
    const response = await fetch(`api/${name}`, {
      method: "POST", body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...(body.lang && { "accept-language": body.lang }) },
    });
    if (![429, 503].includes(response.status) || tries === TRIES) return response.json();
    await new Promise((resolve) => setTimeout(resolve, 1000 * (1 + Math.random()))); // a whole class asks
  }
}

export function start() {
  if (!inBrowser || worker) return;
  begin();
  navigator.serviceWorker?.register("offline.js").catch(() => {}); // a file:// page has none
}

function begin() {
  worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.marks) return (window.symgradMarks = data.marks);
    if (data.progress) return told(data.progress);
    const entry = waiting.get(data.id);
    waiting.delete(data.id);
    if (entry) {
      clearTimeout(entry.timer);
      entry.resolve(JSON.parse(data.text));
    }
  };
  worker.onerror = () => told("failed");
}

function askWorker(name, body, milliseconds) {
  start();
  return new Promise((resolve) => {
    const id = ++count;
    const timer = setTimeout(restart, milliseconds);
    waiting.set(id, { resolve, timer });
    worker.postMessage({ id, name, text: JSON.stringify(body) });
  });
}

function restart() {
  worker.terminate();
  for (const { resolve, timer } of waiting.values()) {
    clearTimeout(timer);
    resolve({ error: "LimitReached", message: "late", readings: [], notes: [] });
  }
  waiting.clear();
  begin();
}
