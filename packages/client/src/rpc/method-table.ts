/**
 * Method tables: for each method the schema its parameters must pass before anything runs.
 * A connection serves a list of services; a name belongs to the first that has it.
 */
import { type GenericSchema, getDotPath, safeParse, strictObject } from "valibot";
import { MessengerError } from "../messenger-error.ts";

/** What a set of methods is, as a type: each name with its parameters and its result. */
export type MethodSet<T> = { readonly [M in keyof T]: { params: unknown; result: unknown } };

/** One schema for each method of `T`; a missing or a foreign method does not compile. */
export type MethodTable<T extends MethodSet<T>> = { readonly [M in keyof T]: GenericSchema<unknown, T[M]["params"]> };

/** Calls a method of a set. */
export type CallMethod<T extends MethodSet<T>> = <M extends keyof T & string>(
  method: M,
  params: T[M]["params"],
) => Promise<T[M]["result"]>;

/** One function for each method of a set. */
export type MethodHandlers<T extends MethodSet<T>> = {
  readonly [M in keyof T]: (params: T[M]["params"]) => Promise<T[M]["result"]>;
};

/** Methods that one end of a connection offers. */
export interface Service {
  /** Runs a method with parameters from outside; `undefined` when the method is not this service's. */
  handle(method: string, params: unknown): Promise<unknown> | undefined;
}

/** The schema of a method's parameters: every key of `P`, none else. Optional ones use `exactOptional`. */
export function paramsSchema<P>(
  entries: {
    readonly [K in keyof P]-?: GenericSchema<unknown, P[K]>;
  },
): GenericSchema<unknown, P> {
  // valibot derives the object type from the entries and cannot see that it is P again.
  return strictObject(entries as Record<string, GenericSchema>) as unknown as GenericSchema<unknown, P>;
}

/** @throws MessengerError PARAMS_INVALID that names the parameter, never its value. */
function checkParams<P>(schema: GenericSchema<unknown, P>, params: unknown): P {
  // Parameters by position are refused here: valibot takes an array for an object.
  const outcome = safeParse(schema, Array.isArray(params) ? null : params, { abortEarly: true });
  if (outcome.success) return outcome.output;
  const path = getDotPath(outcome.issues[0]) ?? "params";
  const message = `the parameter "${path}" is missing, unknown or not of the expected form`;
  throw new MessengerError("PARAMS_INVALID", message, { details: { rule: path.slice(0, 64) } });
}

/** Binds a table to what runs its methods: one function for all of them, or one for each. */
export function createService<T extends MethodSet<T>>(
  table: MethodTable<T>,
  run: CallMethod<T> | MethodHandlers<T>,
): Service {
  return {
    handle(method, params) {
      if (!Object.hasOwn(table, method)) return undefined;
      const name = method as keyof T & string;
      return (async () => {
        const checked = checkParams(table[name], params);
        return typeof run === "function" ? await run(name, checked) : await run[name](checked);
      })();
    },
  };
}
