/** Parts of a catalogue, as `scripts/split-words.mjs` cuts them. */
declare module "*.json?words" {
  const part: Readonly<Record<string, never>>;

  export { part as default };
}
declare module "*.json?more" {
  const part: Readonly<Record<string, never>>;

  export { part as default };
}
