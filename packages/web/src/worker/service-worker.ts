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
  const response = known ?? (await fetch(path, { cache: "no-cache", credentials: "omit" }));
  if (known === undefined && !isKeepable(response)) throw new TypeError("a file of this version is missing");
  await cache.put(path, response);
}

async function install(): Promise<void> {
  await Promise.all(__KITH_FILES__.map(keep));
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
