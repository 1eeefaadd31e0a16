/** Argon2id in JavaScript, for platforms without a native one. */
import { argon2idAsync } from "@noble/hashes/argon2.js";
import type { Argon2id } from "../store/wrapped-key.ts";

const RESULT_BYTES = 32;

/** The portable Argon2id; gives way to other work every few milliseconds. */
export const portableArgon2id: Argon2id = (password, salt, { memoryKiB, passes, lanes }) =>
  argon2idAsync(password, salt, { m: memoryKiB, t: passes, p: lanes, dkLen: RESULT_BYTES });
