/** Installs the workspace of `bench/hyperdht` when it is missing or of another version; null, or why it could not be. */
export function installHyperdht(): Promise<string | null>;
