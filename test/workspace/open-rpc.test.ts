/** The OpenRPC document that `npm run docs` writes has every method of every table, whole. */
import { beforeAll, describe, expect, it } from "vitest";
import { engineMethods } from "../../packages/client/src/rpc/methods.ts";
import { nodeMethods, pageMethods } from "../../packages/node/src/daemon/node-methods.ts";

type Schema = Readonly<Record<string, unknown>>;

interface Document {
  readonly methods: readonly {
    readonly name: string;
    readonly params: readonly { readonly name: string; readonly required: boolean; readonly schema: Schema }[];
    readonly result: { readonly schema: Schema };
  }[];
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const GENERATOR = new URL("../../scripts/docs/open-rpc.mjs", import.meta.url);

/** Reading the types takes the compiler some seconds. */
const COMPILER_MS = 120_000;

/** What a schema can say; one that says nothing describes nothing. */
const WORDS = ["type", "$ref", "anyOf", "allOf", "enum", "const"];

describe("the OpenRPC document", () => {
  let document: Document;

  beforeAll(async () => {
    const { describeMethods } = (await import(GENERATOR.href)) as { describeMethods(): Document };
    document = describeMethods();
  }, COMPILER_MS);

  it("has every method, once", () => {
    const tables = [engineMethods, nodeMethods, pageMethods].flatMap((table) => Object.keys(table));
    const expected = [...tables, "events.subscribe", "events.unsubscribe"].sort();
    expect(document.methods.map(({ name }) => name).sort()).toEqual(expected);
  });

  it("has a schema for each parameter and each result", () => {
    const says = (schema: Schema) => WORDS.some((word) => word in schema);
    const silent = document.methods.filter(
      ({ params, result }) => !says(result.schema) || !params.every(({ schema }) => says(schema)),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it("refers to nothing that it does not have", () => {
    const named = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    const missing = named.filter((name) => !(`${name}` in document.components.schemas));
    expect(named.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it("gives the bounds that are checked, and what may be left out", () => {
    const list = document.methods.find(({ name }) => name === "message.list");
    expect(list?.params.map(({ name, required }) => [name, required])).toEqual([
      ["who", true],
      ["before", false],
      ["limit", false],
    ]);
    expect(list?.params[2]?.schema).toEqual({ type: "integer", minimum: 1, maximum: 500 });
    expect(list?.result.schema).toEqual({ type: "array", items: { $ref: "#/components/schemas/Message" } });
  });
});
