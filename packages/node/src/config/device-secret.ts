/** The device secret: 32 random bytes in an owner-only file; without it the store of this folder opens no more. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { NodeError } from "./node-error.ts";
import { isOpenToOthers, readFileIfAny, writePrivateFile } from "./private-file.ts";

const SECRET_BYTES = 32;

/** Hands out the secret of one data folder. */
export interface DeviceSecretFile {
  /** The same 32 bytes at each call, made and synced at the first. @throws NodeError SECRET_FILE. */
  load(): Promise<Uint8Array>;
}

/** The secret in a prepared data folder. */
export function createDeviceSecretFile(folder: string): DeviceSecretFile {
  const path = join(folder, "device.secret");
  let loading: Promise<Uint8Array> | null = null;
  return {
    load() {
      loading ??= readOrMake(path);
      return loading;
    },
  };
}

async function readOrMake(path: string): Promise<Uint8Array> {
  const kept = await readFileIfAny(path);
  if (kept === null) {
    const secret = randomBytes(SECRET_BYTES);
    await writePrivateFile(path, secret);
    return new Uint8Array(secret);
  }
  if (kept.length !== SECRET_BYTES) {
    throw new NodeError("SECRET_FILE", `${path} has ${kept.length} bytes, expected ${SECRET_BYTES}`);
  }
  if (await isOpenToOthers(path)) {
    throw new NodeError("SECRET_FILE", `${path} can be read by other users of this machine, expected mode 600`);
  }
  return new Uint8Array(kept);
}
