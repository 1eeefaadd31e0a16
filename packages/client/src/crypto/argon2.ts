/** Argon2id in JavaScript, for platforms without a native one. */
import type { Argon2id } from "../store/wrapped-key.ts";

const RESULT_BYTES = 32;

/** The portable Argon2id, loaded when a PIN or a password first needs it; gives way to other work every few milliseconds. */
export const portableArgon2id: Argon2id = async (password, salt, { memoryKiB, passes, lanes }) => {
  const { argon2idAsync } = await import("@noble/hashes/argon2.js");
  return argon2idAsync(password, salt, { m: memoryKiB, t: passes, p: lanes, dkLen: RESULT_BYTES });
};
