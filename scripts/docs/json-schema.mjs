/** JSON Schema of types as the compiler knows them, and of the schemas that check parameters. */
import ts from "typescript";

/** Describes types; what has a name of its own is described once, under `schemas`, and referred to. */
export class TypeSchemas {
  /** By name. */
  schemas = {};
  #checker;
  #nameByType = new Map();

  constructor(checker) {
    this.#checker = checker;
  }

  /** @param node where the type is used, for the compiler. @throws TypeError for what is not plain JSON. */
  of(type, node) {
    const name = this.#nameOf(type);
    if (name === null) return this.#describe(type, node);
    if (!this.#nameByType.has(type)) {
      this.#nameByType.set(type, name);
      if (name in this.schemas) throw new TypeError(`two types are called ${name}`);
      this.schemas[name] = {};
      Object.assign(this.schemas[name], {
        ...docOf(this.#checker, type.aliasSymbol ?? type.symbol),
        ...this.#describe(type, node),
      });
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** Interfaces and aliases that a module exports; not those of the language. */
  #nameOf(type) {
    const symbol = type.aliasSymbol ?? (type.flags & ts.TypeFlags.Object ? type.symbol : undefined);
    const declaration = symbol?.declarations?.[0];
    if (declaration === undefined || /node_modules/.test(declaration.getSourceFile().fileName)) return null;
    if (!ts.isInterfaceDeclaration(declaration) && !ts.isTypeAliasDeclaration(declaration)) return null;
    return type.aliasTypeArguments === undefined ? symbol.name : null;
  }

  #describe(type, node) {
    const { flags } = type;
    if (flags & ts.TypeFlags.Unknown) return {};
    if (flags & ts.TypeFlags.Null) return { type: "null" };
    if (flags & ts.TypeFlags.StringLiteral || flags & ts.TypeFlags.NumberLiteral) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: type.intrinsicName === "true" };
    if (flags & ts.TypeFlags.String || flags & ts.TypeFlags.TemplateLiteral) return { type: "string" };
    if (flags & ts.TypeFlags.Number) return { type: "number" };
    if (flags & ts.TypeFlags.Boolean) return { type: "boolean" };
    if (type.isUnion()) return this.#describeUnion(type, node);
    if (type.isIntersection()) return this.#describeIntersection(type, node);
    if (this.#checker.isArrayType(type)) {
      return { type: "array", items: this.of(this.#checker.getTypeArguments(type)[0], node) };
    }
    if (flags & ts.TypeFlags.Object) return this.#describeObject(type, node);
    throw new TypeError(`no JSON: ${this.#checker.typeToString(type)}`);
  }

  #describeUnion(type, node) {
    const parts = type.types.filter((each) => !(each.flags & ts.TypeFlags.Undefined));
    const isBoth = parts.filter((each) => each.flags & ts.TypeFlags.BooleanLiteral).length === 2;
    const rest = isBoth ? parts.filter((each) => !(each.flags & ts.TypeFlags.BooleanLiteral)) : parts;
    const schemas = [...(isBoth ? [{ type: "boolean" }] : []), ...rest.map((each) => this.of(each, node))];
    if (schemas.length === 1) return schemas[0];
    if (schemas.every((each) => "const" in each)) return { enum: schemas.map((each) => each.const) };
    return { anyOf: schemas };
  }

  // A text of a special kind is a text; anything else is all of its parts.
  #describeIntersection(type, node) {
    if (type.types.some((each) => each.flags & ts.TypeFlags.String)) return { type: "string" };
    const members = type.types.some((each) => each.isUnion());
    return members ? { allOf: type.types.map((each) => this.of(each, node)) } : this.#describeObject(type, node);
  }

  #describeObject(type, node) {
    const properties = {};
    const required = [];
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const inner = this.#checker.getTypeOfSymbolAtLocation(property, node);
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name);
      properties[property.name] = { ...docOf(this.#checker, property), ...this.of(inner, node) };
    }
    return { type: "object", properties, ...(required.length === 0 ? {} : { required }) };
  }
}

/** The comment of a symbol as a description. */
export function docOf(checker, symbol) {
  const text = ts.displayPartsToString(symbol?.getDocumentationComment(checker)).trim();
  return text === "" ? {} : { description: text };
}

/** Schema of parameters from what checks them, with its bounds. @throws TypeError for what it does not know. */
export function ofValibot(schema) {
  const base = BASES[schema.type]?.(schema);
  if (base === undefined) throw new TypeError(`no JSON Schema for valibot's ${schema.type}`);
  for (const action of (schema.pipe ?? []).slice(1)) {
    const make = ACTIONS[action.type];
    if (make === undefined) throw new TypeError(`no JSON Schema for valibot's ${action.type}`);
    Object.assign(base, make(action.requirement, base));
  }
  return base;
}

const BASES = {
  string: () => ({ type: "string" }),
  number: () => ({ type: "number" }),
  boolean: () => ({ type: "boolean" }),
  literal: ({ literal }) => ({ const: literal }),
  null: () => ({ type: "null" }),
  nullable: ({ wrapped }) => ({ anyOf: [ofValibot(wrapped), { type: "null" }] }),
  picklist: ({ options }) => ({ enum: options }),
  union: ({ options }) => ({ anyOf: options.map(ofValibot) }),
  variant: ({ options }) => ({ anyOf: options.map(ofValibot) }),
  array: ({ item }) => ({ type: "array", items: ofValibot(item) }),
  exact_optional: ({ wrapped }) => ofValibot(wrapped),
  strict_object: ({ entries }) => {
    const properties = Object.fromEntries(Object.entries(entries).map(([name, each]) => [name, ofValibot(each)]));
    const required = Object.keys(entries).filter((name) => entries[name].type !== "exact_optional");
    return { type: "object", properties, required, additionalProperties: false };
  },
};

const ACTIONS = {
  integer: () => ({ type: "integer" }),
  safe_integer: () => ({ type: "integer" }),
  min_value: (requirement) => ({ minimum: requirement }),
  max_value: (requirement) => ({ maximum: requirement }),
  min_length: (requirement, { type }) => (type === "array" ? { minItems: requirement } : { minLength: requirement }),
  max_length: (requirement, { type }) => (type === "array" ? { maxItems: requirement } : { maxLength: requirement }),
  regex: (requirement) => ({ pattern: requirement.source }),
};
