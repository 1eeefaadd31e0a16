/**
 * Typed shapes over canonical CBOR: the one strict decoder every byte from outside passes.
 * A shape says kinds, bounds and integer keys once; `encodeAs` and `decodeAs` are derived from it.
 * Unknown map keys below 64 are refused; keys from 64 on are extensions an older reader ignores.
 */
import { err, ok, type Result } from "../result.ts";
import { type CborError, type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
import { utf8Length } from "./utf8.ts";

/** Why bytes are not a value of the shape. `path` names fields and indexes, never contents. */
export type DecodeError =
  | CborError
  | { readonly code: "too-large"; readonly limit: number; readonly sizeBytes: number }
  | { readonly code: "bad-shape"; readonly path: string };

/** A two-way mapping between values of `T` and CBOR values. */
export interface Shape<T> {
  /** @throws RangeError when the value breaks a bound of the shape: a bug of the caller. */
  toCbor(value: T): CborValue;
  fromCbor(value: CborValue, path: string): Result<T, DecodeError>;
}

/** Encodes a value of a shape. @throws RangeError when a bound is broken. */
export function encodeAs<T>(shape: Shape<T>, value: T): Uint8Array {
  return encodeCbor(shape.toCbor(value));
}

/** Decodes canonical bytes of at most `maxBytes` into a value of the shape. */
export function decodeAs<T>(shape: Shape<T>, bytes: Uint8Array, maxBytes: number): Result<T, DecodeError> {
  if (bytes.length > maxBytes) return err({ code: "too-large", limit: maxBytes, sizeBytes: bytes.length });
  const value = decodeCbor(bytes);
  return value.ok ? shape.fromCbor(value.value, "") : value;
}

function badShape(path: string): { readonly ok: false; readonly error: DecodeError } {
  return err({ code: "bad-shape", path });
}

function leaf<T extends CborValue>(isValid: (value: CborValue) => boolean, name: string): Shape<T> {
  return {
    toCbor(value) {
      if (!isValid(value)) throw new RangeError(`value does not fit ${name}`);
      return value;
    },
    fromCbor: (value, path) => (isValid(value) ? ok(value as T) : badShape(path)),
  };
}

/** An integer from 0 to `max` (a safe integer). */
export function uint(max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return leaf((v) => typeof v === "number" && Number.isSafeInteger(v) && v >= 0 && v <= max, `uint(${max})`);
}

/** true or false. */
export const bool: Shape<boolean> = leaf((v) => typeof v === "boolean", "bool");

/** Something that is so, or left out: in an optional field, so that "no" has one form. */
export const flag: Shape<true> = leaf((v) => v === true, "flag");

/** A byte string of `min` to `max` bytes; exactly `min` when `max` is left out. */
export function bytes(min: number, max: number = min): Shape<Uint8Array> {
  return leaf((v) => v instanceof Uint8Array && v.length >= min && v.length <= max, `bytes(${min}, ${max})`);
}

/** A text of at most `maxBytes` UTF-8 bytes; half a surrogate pair has none and does not fit. */
export function text(maxBytes: number): Shape<string> {
  const isValid = (v: CborValue) => typeof v === "string" && utf8Length(v) <= maxBytes && !LONE_SURROGATE.test(v);
  return leaf(isValid, `text(${maxBytes})`);
}

/** Half a surrogate pair: in this mode whole pairs are one character. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A list of `min` to `max` items. */
export function list<T>(item: Shape<T>, max: number, min = 0): Shape<readonly T[]> {
  return {
    toCbor(values) {
      if (values.length < min || values.length > max) throw new RangeError(`list of ${values.length}, limit ${max}`);
      return values.map((value) => item.toCbor(value));
    },
    fromCbor(value, path) {
      if (!Array.isArray(value) || value.length < min || value.length > max) return badShape(path);
      const items: T[] = [];
      for (const [index, each] of value.entries()) {
        const decoded = item.fromCbor(each as CborValue, `${path}[${index}]`);
        if (!decoded.ok) return decoded;
        items.push(decoded.value);
      }
      return ok(items);
    },
  };
}

/** A field of a record: its integer key and its shape. */
export interface Field<T> {
  readonly key: number;
  readonly shape: Shape<T>;
  readonly isOptional: boolean;
}

/** A field that must be there. */
export function field<T>(key: number, shape: Shape<T>): Field<T> {
  return { key, shape, isOptional: false };
}

/** A field that may be left out; the property is then absent, never undefined. */
export function optional<T>(key: number, shape: Shape<T>): Field<T | undefined> {
  return { key, shape: shape as Shape<T | undefined>, isOptional: true };
}

/** The first map key an older reader ignores instead of refusing. */
const FIRST_EXTENSION_KEY = 64;

type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** A map with integer keys, one per property of `T`. */
export function record<T extends object>(fields: Fields<T>): Shape<T> {
  const entries = Object.entries(fields) as [keyof T & string, Field<unknown>][];
  const known = new Set(entries.map(([, each]) => each.key));
  return {
    toCbor(value) {
      const map = new Map<number, CborValue>();
      for (const [name, each] of entries) {
        const property = value[name];
        if (property !== undefined) map.set(each.key, each.shape.toCbor(property));
        else if (!each.isOptional) throw new RangeError(`field ${name} is missing`);
      }
      return map;
    },
    fromCbor(value, path) {
      if (!(value instanceof Map)) return badShape(path);
      for (const key of value.keys()) {
        if (typeof key !== "number" || (key < FIRST_EXTENSION_KEY && !known.has(key))) return badShape(path);
      }
      const result: Record<string, unknown> = {};
      for (const [name, each] of entries) {
        const property = value.get(each.key);
        if (property === undefined) {
          if (each.isOptional) continue;
          return badShape(`${path}.${name}`);
        }
        const decoded = each.shape.fromCbor(property, `${path}.${name}`);
        if (!decoded.ok) return decoded;
        result[name] = decoded.value;
      }
      return ok(result as T);
    },
  };
}

/** The variants of a union: the tag in key 0 decides the shape of the value in key 1. */
type Variants<T extends { readonly type: string }> = {
  readonly [K in T["type"]]: readonly [tag: number, shape: Shape<Omit<Extract<T, { readonly type: K }>, "type">>];
};

/** A tagged union written as the pair [tag, value]; `type` names the variant in TypeScript only. */
export function union<T extends { readonly type: string }>(variants: Variants<T>): Shape<T> {
  const byType = new Map(Object.entries(variants) as [string, readonly [number, Shape<object>]][]);
  const byTag = new Map([...byType].map(([type, [tag, shape]]) => [tag, { type, shape }]));
  return {
    toCbor(value) {
      const variant = byType.get(value.type);
      if (variant === undefined) throw new RangeError("unknown variant");
      return [variant[0], variant[1].toCbor(value)];
    },
    fromCbor(value, path) {
      if (!Array.isArray(value) || value.length !== 2) return badShape(path);
      const variant = byTag.get(value[0] as number);
      if (variant === undefined) return badShape(`${path}[0]`);
      const decoded = variant.shape.fromCbor(value[1] as CborValue, `${path}.${variant.type}`);
      return decoded.ok ? ok({ type: variant.type, ...decoded.value } as unknown as T) : decoded;
    },
  };
}

/** One of a closed set of names, written as its number. */
export function oneOf<T extends string>(numberByName: { readonly [K in T]: number }): Shape<T> {
  const names = new Map(Object.entries(numberByName).map(([name, number]) => [number as number, name as T]));
  return {
    toCbor(name) {
      if (!Object.hasOwn(numberByName, name)) throw new RangeError("unknown name");
      return numberByName[name];
    },
    fromCbor(value, path) {
      const name = names.get(value as number);
      return name === undefined ? badShape(path) : ok(name);
    },
  };
}

/** The same bytes as another shape, seen as a branded or mapped type. */
export function mapped<T, U>(shape: Shape<T>, to: (value: T) => U | null, from: (value: U) => T): Shape<U> {
  return {
    toCbor: (value) => shape.toCbor(from(value)),
    fromCbor(value, path) {
      const decoded = shape.fromCbor(value, path);
      if (!decoded.ok) return decoded;
      const result = to(decoded.value);
      return result === null ? badShape(path) : ok(result);
    },
  };
}
