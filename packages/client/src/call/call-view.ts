/** A call as interfaces see it. */
import { type AccountId, accountToText, type Call, checkWords, isLive, writeCandidate, writeSdp } from "@kith/protocol";
import type { Core } from "../core.ts";
import type { CallInfo } from "./call-info.ts";

/** The view of a call with a person. */
export function viewCall({ clock, suite }: Pick<Core, "clock" | "suite">, account: AccountId, call: Call): CallInfo {
  const { id, isOutgoing, isVideo, phase, isHeard, their, own, end, theirMedia, connectedAtMs } = call;
  const since = connectedAtMs === undefined ? undefined : clock.nowMs() - (clock.monotonicMs() - connectedAtMs);
  const [caller, callee] = isOutgoing ? [own, their] : [their, own];
  return {
    id,
    account: accountToText(account),
    isOutgoing,
    isVideo,
    phase,
    isHeard,
    media: theirMedia,
    ...(since === undefined ? {} : { connectedAtMs: Math.round(since) }),
    ...(end === undefined ? {} : { end }),
    ...(isLive(call) && their !== null
      ? {
          remote: {
            sdp: writeSdp(their),
            round: call.theirRound,
            candidates: call.candidates.map((each) => writeCandidate(each, their.iceName)),
          },
        }
      : {}),
    ...(caller === null || callee === null
      ? {}
      : { checkWords: checkWords(suite, caller.fingerprint, callee.fingerprint) }),
  };
}
