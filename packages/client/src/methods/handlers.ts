/** The type of a method's implementation. */
import type { MethodName, Methods } from "../client.ts";

/** One function for each method. */
export type Handlers = {
  readonly [M in MethodName]: (params: Methods[M]["params"]) => Promise<Methods[M]["result"]>;
};
