/** The two ways an operation on remote bytes can end; `E` is a closed union that callers switch over. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Wraps a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps a failure. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** A rule of our own code was broken: always a bug in Kith, never a remote party's doing. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}
