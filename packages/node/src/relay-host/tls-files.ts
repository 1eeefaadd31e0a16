/** Certificate and key in PEM files, read again when they change: certificates live for weeks, relays for years. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { isSystemError, NodeError } from "../config/node-error.ts";

/** How often the files are looked at, in ms. */
const CHECK_INTERVAL_MS = 60_000;

/** Where they are. */
export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
}

/** What they hold. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Reads the pair. @throws NodeError CERTIFICATE when a file cannot be read, or they do not belong together. */
export async function readTlsPair(paths: TlsPaths): Promise<TlsPair> {
  const [cert, key] = [await readPem(paths.certificate), await readPem(paths.key)];
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new NodeError("CERTIFICATE", `${paths.certificate} and ${paths.key} are not a certificate and its key`, {
      cause,
    });
  }
  return { cert, key };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (!isSystemError(cause, "ENOENT", "EACCES", "EISDIR", "ENOTDIR", "EPERM")) throw cause;
    throw new NodeError("CERTIFICATE", `${path} cannot be read (${cause.code})`, { cause });
  }
}

/** Told what became of the files. */
export interface TlsListener {
  onChange(pair: TlsPair): void;
  /** The files are wrong; what was loaded before stays in use. */
  onFailure(error: NodeError): void;
}

/** Looks at the files now and then and after `check`. */
export class TlsWatch {
  readonly #paths: TlsPaths;
  readonly #listener: TlsListener;
  #digest: string;
  readonly #timer: NodeJS.Timeout;

  constructor(paths: TlsPaths, loaded: TlsPair, listener: TlsListener) {
    this.#paths = paths;
    this.#listener = listener;
    this.#digest = digestOf(loaded);
    this.#timer = setInterval(() => void this.check(), CHECK_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Loads the pair when it is another one than before. */
  async check(): Promise<void> {
    try {
      const pair = await readTlsPair(this.#paths);
      const digest = digestOf(pair);
      if (digest === this.#digest) return;
      this.#digest = digest;
      this.#listener.onChange(pair);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      this.#listener.onFailure(error);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function digestOf({ cert, key }: TlsPair): string {
  return createHash("sha256").update(cert).update("\0").update(key).digest("hex");
}
