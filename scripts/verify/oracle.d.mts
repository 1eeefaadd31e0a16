/** Installs the workspace of `test/oracle` when it is missing or of another version; null, or why it could not be. */
export function installOracle(): Promise<string | null>;
