// Keeps a static site in the browser, so that it works without a network (a service worker).

const VERSION = "unversioned"; // `symgrad site` writes what the files are here

self.addEventListener("install", (event) => event.waitUntil(filled().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(cleared().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(kept(event.request));
});

async function filled() {
  const { files } = await (await fetch("files.json", { cache: "no-cache" })).json();
  const cache = await caches.open(VERSION);
  await cache.addAll(["./", "files.json", ...files]);
}

async function cleared() {
  const old = (await caches.keys()).filter((name) => name !== VERSION);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function kept(request) {
  const cache = await caches.open(VERSION);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}
