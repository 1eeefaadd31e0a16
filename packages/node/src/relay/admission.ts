/** Who is let in: the relay's own account, a holder of an invite, or a stranger who has done the work. */
import type { StoreChange } from "@kith/client";
import type { Access, BoxId, RelayResponse } from "@kith/protocol";
import type { AdmitUse } from "./admit-table.ts";
import type { ChannelState } from "./channel-state.ts";
import { type RelayContext, refuse } from "./relay-context.ts";
import type { WorkSubject } from "./work-gate.ts";

/** What is asked for, and what it costs. */
export interface AdmissionRequest {
  readonly access: Access;
  readonly subject: WorkSubject;
  readonly bits: number;
  /** What a token would be used for; null when no token helps. */
  readonly use: AdmitUse | null;
}

/** Let in: `bits` of work done; `changes` go into the box store with the effect. */
export type Admission =
  | {
      readonly ok: true;
      readonly by: "own" | "token" | "work";
      readonly bits: number;
      readonly changes: readonly StoreChange[];
    }
  | { readonly ok: false; readonly answer: RelayResponse };

/** Judges an access and, when it is good, spends it. */
export async function admit(
  context: RelayContext,
  channel: ChannelState,
  { access, subject, bits, use }: AdmissionRequest,
): Promise<Admission> {
  if (channel.inbound.isOwn || (bits === 0 && access.type === "none"))
    return { ok: true, by: "own", bits, changes: [] };
  if (access.type === "work") {
    const verdict = context.gate.spend({ subject, nonce: access.nonce, bits });
    if (verdict.ok) return { ok: true, by: "work", bits: verdict.bits, changes: verdict.changes };
    return { ok: false, answer: verdict.code === "spent" ? refuse("spent") : refuse("work-needed", { bits }) };
  }
  if (access.type === "admit" && use !== null) {
    const box: BoxId | null = "box" in subject ? subject.box : null;
    const isAdmitted = await context.admits.use(access.token, box, use, context.clock.nowMs());
    if (isAdmitted) return { ok: true, by: "token", bits: 0, changes: [] };
  }
  return { ok: false, answer: refuse("work-needed", { bits }) };
}
