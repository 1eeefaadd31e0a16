/** The app on this device: it starts without a network, and a newer version waits until the person wants it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { serviceWorkerAddress } from "./script-address.ts";

/** How often a page that stays open asks for a newer version, in ms. */
const ASK_EVERY_MS = 60 * 60 * 1000;

/** How long a newer version may take to come in before the page begins again all the same, in ms. */
const TAKE_OVER_MS = 2000;

/** Registers the service worker and knows whether a newer version waits. */
export class AppUpdates {
  readonly #isReady = signal(false);
  #registration: ServiceWorkerRegistration | null = null;
  #installed: ServiceWorker | null = null;

  /** True when a newer version is on this device and waits. */
  get isReady(): ReadonlySignal<boolean> {
    return this.#isReady;
  }

  /** Starts to keep the app. Where the browser does not allow it, the app works all the same, only not offline. */
  async start(): Promise<void> {
    // Without the built files there is nothing to keep.
    if (import.meta.env.DEV || !isSecureContext || navigator.serviceWorker === undefined) return;
    const wasKept = navigator.serviceWorker.controller !== null;
    try {
      const options = { updateViaCache: "none" } as const;
      this.#registration = await navigator.serviceWorker.register(serviceWorkerAddress(), options);
    } catch (error) {
      if (error instanceof DOMException || error instanceof TypeError) return;
      throw error;
    }
    this.#watch(this.#registration);
    if (!wasKept) void keepWhatWasLoaded();
    // Another tab let the newer version in: this one still runs the older.
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (wasKept) this.#isReady.value = true;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#ask();
    });
    setInterval(() => this.#ask(), ASK_EVERY_MS);
  }

  /** Lets the newer version in and begins again with it. */
  apply(): void {
    // A browser may say that a worker is installed before it shows it as the waiting one.
    const waiting = this.#registration?.waiting ?? this.#installed;
    if (waiting?.state !== "installed") location.reload();
    else {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage({ type: "take-over" });
      // Chromium now and then keeps the older worker until a page that it serves begins again.
      setTimeout(() => location.reload(), TAKE_OVER_MS);
    }
  }

  /** Not now: the newer version comes with the next start. */
  dismiss(): void {
    this.#isReady.value = false;
  }

  #watch(registration: ServiceWorkerRegistration): void {
    const look = (worker: ServiceWorker | null): void => {
      // Without a controller this is the first version, which nobody has to be asked about.
      if (worker?.state !== "installed" || navigator.serviceWorker.controller === null) return;
      this.#installed = worker;
      this.#isReady.value = true;
    };
    look(registration.waiting);
    const follow = (): void => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => look(worker));
    };
    follow();
    registration.addEventListener("updatefound", follow);
  }

  #ask(): void {
    this.#registration?.update().catch((error: unknown) => {
      // Nobody answers, or not with a worker: the one that is there goes on.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    });
  }
}

/** What the first visit loaded before there was anything to keep it: the fonts of its script. */
async function keepWhatWasLoaded(): Promise<void> {
  const { active } = await navigator.serviceWorker.ready;
  const paths = performance
    .getEntriesByType("resource")
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.endsWith(".woff2"))
    .map(({ pathname }) => pathname);
  active?.postMessage({ type: "keep", paths: [...new Set(paths)] });
}
