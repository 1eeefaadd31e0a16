/**
 * Keeps the files of one version of the app, so that it starts without a network and always as a whole version.
 * It knows files only: never an account, a message or an address. It answers for the page itself and for `/assets/`;
 * everything else (`/rpc`, `/network.json`) it leaves to the network. The build fills in what to keep.
 */

declare const self: ServiceWorkerGlobalScope;
/** Paths of this version, the page itself as `/`. */
declare const __KITH_FILES__: readonly string[];
/** Changes with every change of a file. */
declare const __KITH_VERSION__: string;

const PREFIX = "kith-app-";
const CACHE = `${PREFIX}${__KITH_VERSION__}`;
const ASSETS = "/assets/";

/** This version and the one before it, which tabs that were not reloaded still load parts of. */
const KEPT_VERSIONS = 2;

/** How many files are loaded at once. */
const LANES = 6;

/** How long to wait before a file that did not arrive is asked for again, in ms; after the last, the version is not kept. */
const RETRY_MS = [500, 2000, 5000];

/** Paths a page may ask to be kept: more than it has fonts. */
const MAX_KEPT_PATHS = 64;

/** What a page may say. */
type PageMessage =
  | { readonly type: "take-over" }
  /** Files of this version that were loaded before anything was kept. */
  | { readonly type: "keep"; readonly paths: readonly string[] };

function isKeepable(response: Response): boolean {
  return response.status === 200 && response.type === "basic" && !response.redirected;
}

/** Puts a file into the cache of this version; one that an earlier version has is not loaded again. */
async function keep(path: string): Promise<void> {
  const cache = await caches.open(CACHE);
  const known = path.startsWith(ASSETS) ? await caches.match(path) : undefined;
  await cache.put(path, known ?? (await load(path)));
}

/** Loads a file; a request that is lost is made again. */
async function load(path: string): Promise<Response> {
  for (const waitMs of [...RETRY_MS, null]) {
    const response = await fetch(path, { cache: "no-cache", credentials: "omit" }).catch(() => null);
    if (response !== null && isKeepable(response)) return response;
    if (waitMs !== null) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw new TypeError("a file of this version is missing");
}

async function install(): Promise<void> {
  const left = [...__KITH_FILES__];
  const work = async (): Promise<void> => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) await keep(path);
  };
  await Promise.all(Array.from({ length: LANES }, work));
}

async function activate(): Promise<void> {
  // In the order in which they were made.
  const versions = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(versions.slice(0, 1 - KEPT_VERSIONS).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answerPage(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match("/")) ?? fetch(request);
}

async function answerAsset(request: Request): Promise<Response> {
  const known = await caches.match(request);
  if (known !== undefined) return known;
  const response = await fetch(request);
  if (isKeepable(response)) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

/** Who answers a request; null for the network. */
function answer(request: Request): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (request.mode === "navigate") return pathname === "/" ? answerPage(request) : null;
  return pathname.startsWith(ASSETS) ? answerAsset(request) : null;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const answered = answer(event.request);
  if (answered !== null) event.respondWith(answered);
});
self.addEventListener("message", (event) => {
  const message = event.data as PageMessage;
  if (message.type === "take-over") event.waitUntil(self.skipWaiting());
  if (message.type === "keep") {
    const paths = message.paths.filter((path) => path.startsWith(ASSETS)).slice(0, MAX_KEPT_PATHS);
    event.waitUntil(Promise.all(paths.map(keep)));
  }
});
