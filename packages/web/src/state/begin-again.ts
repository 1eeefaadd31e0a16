/** Beginning again where a part of the app did not arrive: browsers do not ask a second time for a script that failed. */
import { isOriginThere } from "./origin.ts";

/** How long to wait before the origin is asked, in ms; longer where beginning again has not helped. */
const ASK_AFTER_MS = { first: 1000, next: 5000 };

/** From now on, begins the page again when a part is missing. @param mayBegin false while something would be lost by it. */
export function beginAgainOnMiss(mayBegin: () => boolean): void {
  addEventListener("vite:preloadError", () => void beginAgain(mayBegin), { once: true });
}

/** Loads the page anew as soon as its origin answers. */
export async function beginAgain(mayBegin: () => boolean = () => true): Promise<void> {
  const navigations = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const waitMs = navigations.some(({ type }) => type === "reload") ? ASK_AFTER_MS.next : ASK_AFTER_MS.first;
  do await new Promise((resolve) => setTimeout(resolve, waitMs));
  while (!(mayBegin() && (await isOriginThere())));
  location.reload();
}
