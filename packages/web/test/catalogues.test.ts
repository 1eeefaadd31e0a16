/** The catalogues of the three languages say the same things. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import ar from "../src/i18n/messages/ar.json" with { type: "json" };
import en from "../src/i18n/messages/en.json" with { type: "json" };
import hi from "../src/i18n/messages/hi.json" with { type: "json" };

type Entries = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

const languages: Readonly<Record<string, Entries>> = { en, ar, hi };
const source: Entries = en;

function placesOf(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
}

function formsOf(entry: string | Readonly<Record<string, string>> | undefined): string[] {
  return typeof entry === "string" ? [entry] : Object.values(entry ?? {});
}

describe.each(Object.entries(languages))("the catalogue %s", (language, entries) => {
  test("has exactly the keys of the source", () => {
    expect(Object.keys(entries)).toEqual(Object.keys(source));
  });

  test("has a form for each plural category of its language and none else", () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    const counted = Object.entries(entries).filter(([, entry]) => typeof entry !== "string");
    expect(counted.length).toBeGreaterThan(5);
    for (const [key, forms] of counted) expect([key, ...Object.keys(forms).sort()]).toEqual([key, ...categories]);
  });

  test("fills the same places as the source; zero, one and two may leave out the count or the name", () => {
    for (const [key, entry] of Object.entries(entries)) {
      const wanted = placesOf(formsOf(source[key]).at(-1) ?? "");
      if (typeof entry === "string") expect([key, ...placesOf(entry)]).toEqual([key, ...wanted]);
      else expect([key, ...placesOf(entry.other ?? "")]).toEqual([key, ...wanted]);
      for (const form of formsOf(entry)) for (const place of placesOf(form)) expect(wanted).toContain(place);
    }
  });

  test("leaves no text empty and, beyond English, none in English", () => {
    for (const [key, entry] of Object.entries(entries)) {
      for (const form of formsOf(entry)) {
        expect(form.trim(), key).not.toBe("");
        const isWordless = !/\p{L}/u.test(form.replace(/\{\w+\}/g, "")) || form === "PIN";
        if (language === "ar" && !isWordless) expect(form, key).toMatch(/\p{Script=Arabic}/u);
        if (language === "hi" && !isWordless) expect(form, key).toMatch(/\p{Script=Devanagari}/u);
      }
    }
  });
});

test("every text of the catalogue is used by the app", () => {
  const folder = fileURLToPath(new URL("../src", import.meta.url));
  const code = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const families = [...code.matchAll(/`(\w+)\.\$\{/g)].map(([, family]) => `${family}.`);
  const unused = Object.keys(source).filter(
    (key) => !code.includes(`"${key}"`) && !families.some((family) => key.startsWith(family)),
  );
  expect(unused).toEqual([]);
});
