/** What a vault rejects with when its disk refuses to read or write. */
export class VaultError extends Error {
  override readonly name = "VaultError";

  constructor(cause: unknown) {
    super("the disk refused the bytes of a file", { cause });
  }
}
