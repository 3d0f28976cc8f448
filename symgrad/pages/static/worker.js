// symgrad itself in a web worker: CPython compiled to WebAssembly (Pyodide), and the same answers.
// The page ends this worker where one takes too long, as the server ends a process.

const told = (progress) => postMessage({ progress });

async function bytesOf(files) {
  const of = (files.reduce((sum, file) => sum + file.bytes, 0) / 1e6).toFixed(0);
  let received = 0;
  return Promise.all(files.map(async (file) => {
    const response = await fetch(file.name);
    if (!response.ok) throw new Error(`${file.name}: ${response.status}`);
    const data = await response.arrayBuffer();
    received += data.byteLength;
    told({ n: (received / 1e6).toFixed(0), of });
    return data;
  }));
}

async function started() {
  const marks = { begin: performance.now() };
  const files = await (await fetch("files.json")).json();
  const fetching = bytesOf(files.archives).then((archives) => {
    marks.fetched = performance.now();
    told("starting");
    return archives;
  });
  const { loadPyodide } = await import("./pyodide/pyodide.mjs");
  const python = await loadPyodide({ indexURL: new URL("pyodide/", self.location).href });
  marks.python = performance.now();
  const archives = await fetching;
  for (const archive of archives) python.unpackArchive(archive, "zip", { extractDir: files.folder });
  python.runPython(`import sys; sys.path.insert(0, ${JSON.stringify(files.folder)})`);
  marks.unpacked = performance.now();
  const answered = python.pyimport("symgrad.pages.answering").answered;
  answered("preview", '{"text": "x^2 sin x"}');
  marks.ready = performance.now();
  told("ready");
  postMessage({ marks });
  answered("diff", '{"expression": "x"}'); // SymPy is loaded while nobody waits
  marks.warm = performance.now();
  postMessage({ marks });
  return answered;
}

const answering = started();
answering.catch((error) => {
  console.error(error);
  told("failed");
});

onmessage = async ({ data }) => {
  const answered = await answering;
  const reply = answered(data.name, data.text);
  postMessage({ id: data.id, text: reply.get(1) });
  reply.destroy();
};
