/**
 * What the origin of this page offers: the face of a node, or a network to be a peer of. It is asked, never guessed; the
 * last answer is kept, so that an installed app starts without the network.
 */

/** A network as the origin describes it. */
export interface OfferedNetwork {
  readonly netId: string;
  /** What differs from the main network, by name. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Multiaddrs that end in /p2p/PEERID. */
  readonly relays: readonly string[];
}

/** What the page is here. */
export type Origin =
  | { readonly mode: "node"; readonly peerPage: string | null }
  | { readonly mode: "peer"; readonly network: OfferedNetwork }
  /** Nobody answered and nothing is remembered, or the answer is of a version that this page does not know. */
  | { readonly mode: "unknown"; readonly reason: "unreachable" | "version" };

const KEY = "kith.origin";
const FORMAT = 1;
/** How long to wait for the answer: where an earlier one is remembered, and where the page cannot begin without it. */
const TIMEOUT_MS = { remembered: 5000, needed: 20_000 };
const MAX_CHARACTERS = 64 * 1024;
const MAX_RELAYS = 64;
const MAX_ADDRESS_CHARACTERS = 400;

/** Asks the origin. Never rejects. */
export async function readOrigin(storage: Storage): Promise<Origin> {
  const remembered = parseOrigin(storage.getItem(KEY) ?? "");
  const answer = await askOrigin(remembered.mode === "unknown" ? TIMEOUT_MS.needed : TIMEOUT_MS.remembered);
  if (answer === null) {
    return remembered.mode === "unknown" ? { mode: "unknown", reason: "unreachable" } : remembered;
  }
  const origin = parseOrigin(answer);
  if (origin.mode !== "unknown") storage.setItem(KEY, answer);
  return origin;
}

/** Whether somebody answers at this origin now. Never rejects. */
export async function isOriginThere(): Promise<boolean> {
  return (await askOrigin(TIMEOUT_MS.needed)) !== null;
}

/** The file beside this page; null when it cannot be had now. */
async function askOrigin(timeoutMs: number): Promise<string | null> {
  try {
    const answer = await fetch("network.json", { cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
    return answer.ok ? await answer.text() : null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  }
}

/** Reads the file; whatever is not of the known form is a version that this page does not know. */
export function parseOrigin(text: string): Origin {
  const unknown = { mode: "unknown", reason: "version" } as const;
  const file = text.length > MAX_CHARACTERS ? null : parseObject(text);
  if (file === null || file.format !== FORMAT) return unknown;
  if (file.mode === "node") {
    return { mode: "node", peerPage: typeof file.peerPage === "string" ? httpAddress(file.peerPage) : null };
  }
  const { netId, parameters = {}, relays = [] } = file;
  if (file.mode !== "peer" || typeof netId !== "string" || !isNumbers(parameters) || !isAddresses(relays))
    return unknown;
  return { mode: "peer", network: { netId, parameters, relays } };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isNumbers(value: unknown): value is Readonly<Record<string, number>> {
  return typeof value === "object" && value !== null && Object.values(value).every(Number.isSafeInteger);
}

function isAddresses(value: unknown): value is readonly string[] {
  if (!Array.isArray(value) || value.length > MAX_RELAYS) return false;
  return value.every((each) => typeof each === "string" && each.length <= MAX_ADDRESS_CHARACTERS);
}

/** Only an address of the web can be opened in another tab. */
function httpAddress(text: string): string | null {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : null;
}
