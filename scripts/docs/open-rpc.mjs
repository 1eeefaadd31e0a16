/**
 * Kith's methods as an OpenRPC document (https://spec.open-rpc.org), from the tables that check them and the types that
 * they are written in: what a connection to a node, or a page of it, can call.
 * Runs on the project's Node with `--conditions=source`.
 */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { eventMethods } from "../../packages/client/src/rpc/event-streams.ts";
import { engineMethods } from "../../packages/client/src/rpc/methods.ts";
import { nodeMethods, pageMethods } from "../../packages/node/src/daemon/node-methods.ts";
import { inRoot } from "../setup/paths.mjs";
import { docOf, ofValibot, TypeSchemas } from "./json-schema.mjs";

/** Each table with the type that it is checked against. */
const SERVICES = [
  [engineMethods, "packages/client/src/client.ts", "Methods"],
  [eventMethods, "packages/client/src/rpc/event-streams.ts", "EventMethods"],
  [nodeMethods, "packages/node/src/daemon/node-methods.ts", "NodeMethods"],
  [pageMethods, "packages/node/src/daemon/node-methods.ts", "PageMethods"],
];

/** What a connection is told without asking. */
const NOTICES = [
  ["EventNotice", "the parameters of the notification `event`"],
  ["EventsEnded", "the parameters of the notification `events.ended`"],
];

/** Every method of every table; the others are told by name. */
export function methodNames() {
  return SERVICES.flatMap(([table]) => Object.keys(table));
}

/** Makes the document. @throws TypeError when a method has a type that is no JSON, or none at all. */
export function describeMethods() {
  const options = readOptions();
  const program = ts.createProgram([...new Set(SERVICES.map(([, path]) => inRoot(path)))], options);
  const checker = program.getTypeChecker();
  const types = new TypeSchemas(checker);
  const methods = SERVICES.flatMap(([table, path, name]) => {
    const source = program.getSourceFile(inRoot(path));
    const type = checker.getDeclaredTypeOfSymbol(exportOf(checker, source, name));
    return Object.keys(table).map((method) => describeMethod(checker, types, { table, type, source, method }));
  });
  const events = program.getSourceFile(inRoot(SERVICES[1][1]));
  for (const [name] of NOTICES) types.of(checker.getDeclaredTypeOfSymbol(exportOf(checker, events, name)), events);
  const { version } = JSON.parse(readFileSync(inRoot("packages", "client", "package.json"), "utf8"));
  const about = NOTICES.map(([name, what]) => `${name}: ${what}.`).join(" ");
  return {
    openrpc: "1.3.2",
    info: { title: "Kith", version, description: `JSON-RPC 2.0, one message a line or WebSocket frame. ${about}` },
    methods,
    components: { schemas: types.schemas },
  };
}

function describeMethod(checker, types, { table, type, source, method }) {
  const property = type.getProperty(method);
  if (property === undefined) throw new TypeError(`${method} has no type`);
  const parts = checker.getTypeOfSymbolAtLocation(property, source);
  const result = checker.getTypeOfSymbolAtLocation(parts.getProperty("result"), source);
  const { properties, required } = ofValibot(table[method]);
  const params = Object.entries(properties).map(([name, schema]) => ({
    name,
    required: required.includes(name),
    schema,
  }));
  const { description } = docOf(checker, property);
  return {
    name: method,
    ...(description === undefined ? {} : { description }),
    paramStructure: "by-name",
    params,
    result: { name: "result", schema: types.of(result, source) },
  };
}

function exportOf(checker, source, name) {
  const found = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).find((each) => each.name === name);
  if (found === undefined) throw new TypeError(`${source.fileName} exports no ${name}`);
  return found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
}

function readOptions() {
  const { config } = ts.readConfigFile(inRoot("tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, inRoot());
  const here = { noEmit: true, composite: false, declaration: false, declarationMap: false, sourceMap: false };
  const alone = {
    isolatedDeclarations: false,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
  };
  return { ...options, ...here, ...alone, lib: undefined, types: ["node"], customConditions: ["source"] };
}
