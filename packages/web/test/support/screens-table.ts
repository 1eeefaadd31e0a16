/** The document that lists the screens with what was measured and when somebody looked. */
import { LOOKED_AT, STATES } from "./looked-at.ts";

/** What one screen came to over all its views. */
export interface Measured {
  readonly name: string;
  views: number;
  overflowPx: number;
  /** With text at 200 %. */
  largeOverflowPx: number;
  lowestContrast: number;
  /** Texts of too little contrast, colours that are no tokens, errors. */
  problems: string[];
}

const HEAD = `# Screens

Every screen of the app, as \`npm run screens\` pictures and measures it in Chromium: in English and Arabic (right to left),
light and dark, at 360, 390, 768 and 1280 px, and in Hindi at the narrowest and the widest. The pictures go to \`node_modules/.cache/kith-screens\`. This file is
written by that command; the last column by those who looked at the pictures beside the reference of the design.

- **Overflow**: pixels by which anything is wider than the window, at 100 % and at 200 % text size.
- **Contrast**: the lowest ratio of any text to its ground, computed by axe in both themes; 4.5 is asked for, and 3 for
  large text.
- **Tokens only**: no computed colour of text, ground, border or outline that is not a token. Avatars and codes are drawings.
- **States**: where the empty, the loading and the error state of the screen are pictured.

| screen | views | overflow | contrast | tokens only | states | looked at |
| --- | --- | --- | --- | --- | --- | --- |
`;

/** The whole document. */
export function writeTable(measured: readonly Measured[]): string {
  const rows = measured.map(({ name, views, overflowPx, largeOverflowPx, lowestContrast, problems }) => {
    const contrast = Number.isFinite(lowestContrast) ? lowestContrast.toFixed(2) : "not measured";
    const tokens = problems.length === 0 ? "yes" : `${problems.length} problems`;
    const states = STATES[name] ?? "";
    return `| ${name} | ${views} | ${overflowPx} / ${largeOverflowPx} px | ${contrast} | ${tokens} | ${states} | ${LOOKED_AT[name] ?? "not yet"} |`;
  });
  return `${HEAD}${rows.join("\n")}\n`;
}
