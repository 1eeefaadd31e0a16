/** Addresses of the app: the part after `#`. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** Ways to add someone. */
export type NewWay = "handle" | "invite" | "mine";

/** Where the person is. */
export type Route =
  | { readonly name: "home" }
  /** A conversation, and the message of it that is looked for, as `messageKey` names it. */
  | { readonly name: "chat"; readonly account: string; readonly message?: string }
  | { readonly name: "person"; readonly account: string }
  | { readonly name: "request"; readonly account: string }
  | { readonly name: "groups" }
  | { readonly name: "group"; readonly group: string; readonly message?: string }
  /** Who belongs to a group. */
  | { readonly name: "members"; readonly group: string }
  | { readonly name: "new"; readonly way: NewWay }
  | { readonly name: "settings" }
  | { readonly name: "words" }
  | { readonly name: "backup" }
  | { readonly name: "storage" }
  | { readonly name: "archive" }
  | { readonly name: "devices" }
  /** An address of no screen. */
  | { readonly name: "unknown" };

const SETTINGS_PARTS = ["words", "backup", "storage", "archive", "devices"] as const;

function isSettingsPart(name: string): name is (typeof SETTINGS_PARTS)[number] {
  return (SETTINGS_PARTS as readonly string[]).includes(name);
}

/** The route of an address. */
export function parseRoute(hash: string): Route {
  const [, first, second = "", third] = /^#\/(\w+)(?:\/(\w+))?(?:\/([ot][0-9a-f]{32}))?$/.exec(hash) ?? [];
  const isAccount = /^kith1\w+$/.test(second);
  const isGroup = /^[0-9a-f]{64}$/.test(second);
  if (first === "chat" && isAccount && third !== undefined) return { name: first, account: second, message: third };
  if (first === "group" && isGroup && third !== undefined) return { name: first, group: second, message: third };
  if (third !== undefined) return { name: "unknown" };
  if ((first === "chat" || first === "person" || first === "request") && isAccount) {
    return { name: first, account: second };
  }
  if (first === "groups" && second === "") return { name: "groups" };
  if ((first === "group" || first === "members") && isGroup) return { name: first, group: second };
  if (first === "new" && (second === "handle" || second === "invite" || second === "mine")) {
    return { name: "new", way: second };
  }
  if (first === "settings" && isSettingsPart(second)) return { name: second };
  if (first === "settings" && second === "") return { name: "settings" };
  return ["", "#", "#/"].includes(hash) ? { name: "home" } : { name: "unknown" };
}

/** The address of a route. */
export function formatRoute(route: Route): string {
  switch (route.name) {
    case "home":
      return "#/";
    case "new":
      return `#/new/${route.way}`;
    case "settings":
    case "groups":
      return `#/${route.name}`;
    case "group":
      return `#/group/${route.group}${route.message === undefined ? "" : `/${route.message}`}`;
    case "members":
      return `#/members/${route.group}`;
    case "words":
    case "backup":
    case "storage":
    case "archive":
    case "devices":
      return `#/settings/${route.name}`;
    case "unknown":
      return "#/unknown";
    case "chat":
      return `#/chat/${route.account}${route.message === undefined ? "" : `/${route.message}`}`;
    default:
      return `#/${route.name}/${route.account}`;
  }
}

/** The current route, from the address bar. */
export class Router {
  readonly #route = signal<Route>(parseRoute(location.hash));

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  /** Reads the address again. */
  sync(): void {
    const route = parseRoute(location.hash);
    if (formatRoute(route) !== formatRoute(this.#route.value)) this.#route.value = route;
  }

  go(route: Route): void {
    location.hash = formatRoute(route);
    this.sync();
  }

  /** Goes without a step in the history. */
  replace(route: Route): void {
    history.replaceState(null, "", formatRoute(route));
    this.sync();
  }
}
