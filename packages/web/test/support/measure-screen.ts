/** What is measured of a screen as it stands: nothing wider than the window, colours from the tokens, contrast. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeCheck {
  readonly data?: { readonly contrastRatio?: number } | null;
}

interface AxeResult {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly any: readonly AxeCheck[] }[];
}

/** What axe found. */
export interface AxeFindings {
  /** `rule: markup` of everything that breaks a rule. */
  readonly violations: readonly string[];
  /** The lowest contrast of any text, as a ratio; null when none could be computed. */
  readonly lowestContrast: number | null;
}

/** Runs axe. @param rules the rules to run; all where none are given. */
export async function runAxe(page: Page, rules?: readonly string[]): Promise<AxeFindings> {
  // The policy forbids scripts of the page's own making; the debugger may still run one.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: `globalThis.axe === undefined && (() => {${axe}})()` });
  await session.detach();
  const options = rules === undefined ? {} : { runOnly: { type: "rule", values: rules } };
  const { violations, passes } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as {
    readonly violations: readonly AxeResult[];
    readonly passes: readonly AxeResult[];
  };
  const ratios = [...violations, ...passes]
    .filter(({ id }) => id === "color-contrast")
    .flatMap(({ nodes }) => nodes.flatMap(({ any }) => any.flatMap(({ data }) => data?.contrastRatio ?? [])))
    .filter((ratio) => ratio > 0);
  return {
    violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    lowestContrast: ratios.length === 0 ? null : Math.min(...ratios),
  };
}

/** Pixels by which the page, or a part of it that does not scroll, is wider than the window. */
export async function measureOverflow(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const isHidden = (element: Element): boolean => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible" && at !== element) return true;
      }
      return false;
    };
    const over = [...document.querySelectorAll("#app *")].map((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width === 0 || isHidden(element) ? 0 : Math.max(right - innerWidth, -left);
    });
    return Math.max(0, Math.ceil(Math.max(document.documentElement.scrollWidth - innerWidth, ...over) - 0.5));
  });
}

/** Every colour of an element that is none of the tokens. Drawings (avatars, codes) have colours of their own. */
export async function findForeignColours(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const names = new Set<string>();
    // A sheet that did not arrive has no rules to read.
    const rulesOf = (sheet: CSSStyleSheet): readonly CSSRule[] => {
      try {
        return [...sheet.cssRules];
      } catch (error) {
        if (error instanceof DOMException) return [];
        throw error;
      }
    };
    for (const sheet of document.styleSheets) {
      for (const rule of rulesOf(sheet)) {
        if (!(rule instanceof CSSStyleRule)) continue;
        for (const name of rule.style) if (name.startsWith("--")) names.add(name);
      }
    }
    const probe = document.createElement("span");
    document.body.append(probe);
    /** A colour without how much of it shows: a token may be laid on thinly. */
    const solid = (colour: string): string => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (colour.match(/[\d.]+(?=[ ,)/]|$)/g) ?? []).map(Number);
      if (alpha === 0) return "none";
      const scale = colour.startsWith("color(") ? 255 : 1;
      return [red, green, blue].map((each) => Math.round(each * scale)).join(" ");
    };
    const known = new Set(["none"]);
    for (const name of names) {
      probe.style.color = "";
      probe.style.color = `var(${name})`;
      known.add(solid(getComputedStyle(probe).color));
    }
    probe.remove();
    const foreign = new Set<string>();
    for (const element of document.querySelectorAll<HTMLElement>("#app *:not(svg, svg *)")) {
      const style = getComputedStyle(element);
      const used = [style.color, style.backgroundColor, style.borderTopColor, style.outlineColor];
      for (const colour of used)
        if (!known.has(solid(colour))) foreign.add(`${colour} <${element.localName} ${element.className}>`);
    }
    return [...foreign];
  });
}

/** Makes all text as large as a person asks for, as a factor. */
export async function setTextSize(page: Page, factor: number): Promise<void> {
  await page.evaluate(
    (percent) => {
      document.documentElement.style.fontSize = percent;
    },
    `${factor * 100}%`,
  );
}
