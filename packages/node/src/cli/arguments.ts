/** Reads a command's arguments strictly: an unknown option or one argument too many is an error, never ignored. */
import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { NodeError } from "../config/node-error.ts";
import { text } from "../i18n/text.ts";

/** What a command takes; definitions are citty's, so that it can print them. */
export interface ArgumentDefs {
  readonly args: ArgsDef;
  /** Options that may be given more than once. */
  readonly repeatable?: readonly string[];
  /** The last positional argument takes all that follow, joined by spaces. */
  readonly hasRest?: boolean;
  /** The last positional argument takes all that follow, each for itself. */
  readonly hasList?: boolean;
}

type Value = string | boolean | (string | boolean)[] | undefined;

/** The values of one call. */
export class Arguments {
  readonly #values: Readonly<Record<string, Value>>;

  constructor(values: Readonly<Record<string, Value>>) {
    this.#values = values;
  }

  /** A text, or undefined when it was not given. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  /** @throws NodeError USAGE when it was not given. */
  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new NodeError("USAGE", text("usage.missing", { name: name.toUpperCase() }));
    return value;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** Whether it was said at all, in either form. */
  isGiven(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  }

  /** A whole number within bounds, or undefined. @throws NodeError USAGE for anything else. */
  integer(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new NodeError("USAGE", text("usage.notANumber", { name, min, max }));
  }
}

/** Reads the arguments after the command's name. @throws NodeError USAGE. */
export function readArguments(raw: readonly string[], defs: ArgumentDefs): Arguments {
  const { values, positionals } = parseStrictly(raw, defs);
  const names = Object.keys(defs.args).filter((name) => defs.args[name]?.type === "positional");
  const all: Record<string, Value> = { ...values };
  for (const [index, name] of names.entries()) {
    const takesAll = (defs.hasRest === true || defs.hasList === true) && index === names.length - 1;
    const given = takesAll ? positionals.splice(0) : positionals.splice(0, 1);
    if (given.length > 0) all[name] = takesAll && defs.hasList === true ? given : given.join(" ");
    else if (defs.args[name]?.required !== false) {
      throw new NodeError("USAGE", text("usage.missing", { name: name.toUpperCase() }));
    }
  }
  const [surplus] = positionals;
  if (surplus !== undefined) throw new NodeError("USAGE", text("usage.tooMany", { value: surplus }));
  return new Arguments(all);
}

function parseStrictly(raw: readonly string[], defs: ArgumentDefs) {
  const options: Record<string, { type: "string" | "boolean"; multiple: boolean; default?: string | boolean }> = {};
  for (const [name, def] of Object.entries(defs.args)) {
    if (def.type === "positional") continue;
    const type = def.type === "boolean" ? "boolean" : "string";
    const multiple = defs.repeatable?.includes(name) ?? false;
    const value = def.default === undefined ? {} : { default: def.default as string | boolean };
    options[name] = { type, multiple, ...value };
  }
  try {
    return parseArgs({ args: [...raw], options, allowPositionals: true, allowNegative: true, strict: true });
  } catch (cause) {
    const isRefusal = cause instanceof TypeError && "code" in cause && String(cause.code).startsWith("ERR_PARSE_ARGS");
    if (!isRefusal) throw cause;
    throw new NodeError("USAGE", cause.message.split(". ")[0] ?? cause.message, { cause });
  }
}
