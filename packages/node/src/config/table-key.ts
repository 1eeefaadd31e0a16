/**
 * The table key: 8 bytes of generation and 32 of key in an owner-only file, replaced whenever something vanishes. It is
 * outside of the store on purpose: files of the store keep what was deleted from it, this one is written anew.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { TableKey, TableKeySource } from "@kith/client";
import { NodeError } from "./node-error.ts";
import { isOpenToOthers, readFileIfAny, writePrivateFile } from "./private-file.ts";

const GENERATION_BYTES = 8;
const SECRET_BYTES = 32;

/** The key in a prepared data folder. Its calls reject with NodeError SECRET_FILE. */
export function createTableKeyFile(folder: string): TableKeySource {
  const path = join(folder, "table.key");
  return {
    load: () => readKey(path),
    async make(generation) {
      const secret = new Uint8Array(randomBytes(SECRET_BYTES));
      return { generation, secret, replace: () => writePrivateFile(path, encodeKey({ generation, secret })) };
    },
  };
}

async function readKey(path: string): Promise<TableKey | null> {
  const kept = await readFileIfAny(path);
  if (kept === null) return null;
  if (kept.length !== GENERATION_BYTES + SECRET_BYTES) {
    throw new NodeError("SECRET_FILE", `${path} has ${kept.length} bytes, expected ${GENERATION_BYTES + SECRET_BYTES}`);
  }
  if (await isOpenToOthers(path)) {
    throw new NodeError("SECRET_FILE", `${path} can be read by other users of this machine, expected mode 600`);
  }
  return { generation: Number(kept.readBigUInt64BE()), secret: new Uint8Array(kept.subarray(GENERATION_BYTES)) };
}

function encodeKey({ generation, secret }: TableKey): Uint8Array {
  const bytes = Buffer.alloc(GENERATION_BYTES + SECRET_BYTES);
  bytes.writeBigUInt64BE(BigInt(generation));
  bytes.set(secret, GENERATION_BYTES);
  return bytes;
}
