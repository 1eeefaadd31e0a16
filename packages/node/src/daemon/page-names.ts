/**
 * The names under which the local page is asked for. Any web page can send requests to loopback, and a foreign name can
 * be made to point there: only these fixed names count, never what a request says of itself.
 */

/** The address that is listened on. */
export const PAGE_HOST = "127.0.0.1";

/** Accepted values of the headers Host and Origin. */
export interface PageNames {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

/** The names of a page on a port. */
export function pageNames(port: number): PageNames {
  // Browsers leave the default port out.
  const suffix = port === 80 ? "" : `:${port}`;
  const hosts = [PAGE_HOST, "localhost", "[::1]"].map((name) => `${name}${suffix}`);
  return { hosts, origins: hosts.map((host) => `http://${host}`) };
}
