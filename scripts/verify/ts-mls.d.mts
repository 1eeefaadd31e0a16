/** Installs the workspace of `bench/ts-mls` when it is missing or of another version; null, or why it could not be. */
export function installTsMls(): Promise<string | null>;
