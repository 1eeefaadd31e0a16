/** Names and passwords for TURN that count for hours: the REST scheme of coturn (`use-auth-secret`). */
import { createHmac, randomBytes } from "node:crypto";

/** How long a name counts: longer than nearly every call, since a call keeps its name. */
const LIFE_MS = 12 * 3600 * 1000;

/** A name, its password, and how long both count in ms. */
export interface TurnName {
  readonly name: string;
  readonly password: string;
  readonly lifeMs: number;
}

/** Makes a name that says when it ends and nothing of whom it is for; coturn knows its password by the secret alone. */
export function makeTurnName(secret: string, nowMs: number): TurnName {
  const name = `${Math.floor((nowMs + LIFE_MS) / 1000)}:${randomBytes(9).toString("base64url")}`;
  return { name, password: createHmac("sha1", secret).update(name).digest("base64"), lifeMs: LIFE_MS };
}
