/** The seed of a node's listening identity: an owner-only file; it names the relay and opens no queue. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { NodeError } from "./node-error.ts";
import { readFileIfAny, writePrivateFile } from "./private-file.ts";

const SEED_BYTES = 32;

/** The 32-byte Ed25519 seed in a data folder, made at the first call. @throws NodeError SECRET_FILE. */
export async function loadIdentitySeed(folder: string): Promise<Uint8Array> {
  const path = join(folder, "node.seed");
  const kept = await readFileIfAny(path);
  if (kept === null) {
    const seed = randomBytes(SEED_BYTES);
    await writePrivateFile(path, seed);
    return new Uint8Array(seed);
  }
  if (kept.length === SEED_BYTES) return new Uint8Array(kept);
  throw new NodeError("SECRET_FILE", `${path} has ${kept.length} bytes, expected ${SEED_BYTES}`);
}
