/** The program's own words: every text a person reads is in the catalogue, under a key that the compiler checks. */
import catalogue from "./en.json" with { type: "json" };

/** The key of a text. */
export type TextKey = keyof typeof catalogue;

/** Whether the catalogue has a text under a name. */
export function isTextKey(name: string): name is TextKey {
  return Object.hasOwn(catalogue, name);
}

/** What fills the places in a text. */
export type TextValues = Readonly<Record<string, string | number>>;

/**
 * The text of a key with its `{places}` filled; a place without a value stays as it is. `{kith}` is how the reader calls
 * this program.
 */
export function text(key: TextKey, values: TextValues = {}): string {
  const all: TextValues = { kith: programCall(process.env), ...values };
  return catalogue[key].replace(/\{(\w+)\}/g, (place, name: string) => String(all[name] ?? place));
}

/** What to type before the name of a command: who started the program by npm in its repository has no `kith`. */
export function programCall(env: Readonly<Record<string, string | undefined>>): string {
  const isByScript = env.npm_lifecycle_event === "start" || env.npm_lifecycle_event === "kith";
  return isByScript && env.npm_package_name === "kith" ? "npm run -s kith --" : "kith";
}

/** The text for a count of things: the `.one` form for 1, else the `.other` form. */
export function countText(key: CountKey, count: number): string {
  return text(count === 1 ? `${key}.one` : `${key}.other`, { count });
}

/** Keys that have a form for one and a form for many. */
export type CountKey = {
  [K in TextKey]: K extends `${infer Base}.one` ? (`${Base}.other` extends TextKey ? Base : never) : never;
}[TextKey];
