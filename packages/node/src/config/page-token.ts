/** The token of the local page: 32 random bytes in an owner-only file; whoever has it acts as the node's owner. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { NodeError } from "./node-error.ts";
import { isOpenToOthers, readFileIfAny, writePrivateFile } from "./private-file.ts";

const TOKEN_BYTES = 32;

/** What 32 bytes are in base64url. */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** The token of one data folder, the same over restarts until it is renewed. */
export interface PageToken {
  /** 43 characters of base64url; for the owner's eyes only. */
  readonly value: string;
  /** Whether a given text is the token; takes as long for a near miss as for any other text. */
  matches(given: string): boolean;
  /** Makes and keeps a new token; the old one counts no more. A call while another one runs shares its token. */
  renew(): Promise<void>;
}

/** Reads the token of a prepared data folder, or makes the first one. @throws NodeError SECRET_FILE. */
export async function openPageToken(folder: string): Promise<PageToken> {
  const path = join(folder, "page.token");
  let value = (await readToken(path)) ?? (await makeToken(path));
  let renewing: Promise<void> | null = null;
  const renew = async (): Promise<void> => {
    try {
      value = await makeToken(path);
    } finally {
      renewing = null;
    }
  };
  return {
    get value() {
      return value;
    },
    matches: (given) => timingSafeEqual(digest(given), digest(value)),
    renew() {
      renewing ??= renew();
      return renewing;
    },
  };
}

async function readToken(path: string): Promise<string | null> {
  const kept = await readFileIfAny(path);
  if (kept === null) return null;
  const value = kept.toString("latin1").trimEnd();
  if (!TOKEN_PATTERN.test(value)) {
    throw new NodeError("SECRET_FILE", `${path} has ${kept.length} bytes that are no token, expected 43 of base64url`);
  }
  if (await isOpenToOthers(path)) {
    throw new NodeError("SECRET_FILE", `${path} can be read by other users of this machine, expected mode 600`);
  }
  return value;
}

async function makeToken(path: string): Promise<string> {
  const value = randomBytes(TOKEN_BYTES).toString("base64url");
  await writePrivateFile(path, Buffer.from(value));
  return value;
}

/** Equal lengths are what a comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
