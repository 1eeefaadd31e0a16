/** What a call says about itself. */
import type { MediaTrouble } from "@kith/client/media";
import type { CallInfo } from "@kith/client/rpc";
import type { Text } from "../../i18n/text.ts";

/** Where a call stands, in one line. */
export function phaseText({ phase, isHeard }: CallInfo, text: Text): string {
  switch (phase) {
    case "ringing":
      return text.say(isHeard ? "call.ringsThere" : "call.calling");
    case "connecting":
      return text.say("call.connecting");
    case "reconnecting":
      return text.say("call.reconnecting");
    case "connected":
    case "ended":
      return "";
  }
}

/** Why a call ended, and what to try; isolates the name. */
export function endText({ end, connectedAtMs }: CallInfo, name: string, text: Text): { title: string; advice: string } {
  switch (end?.reason) {
    case "declined":
      return { title: text.say("call.end.declined", { name }), advice: text.say("call.end.declinedDo") };
    case "busy":
      return { title: text.say("call.end.busy", { name }), advice: text.say("call.end.busyDo") };
    case "no-answer":
      return { title: text.say("call.end.noAnswer", { name }), advice: text.say("call.end.noAnswerDo") };
    case "no-path":
      return { title: text.say("call.end.noPath"), advice: text.say("call.end.noPathDo") };
    case "lost":
      return { title: text.say("call.end.lost"), advice: text.say("call.end.lostDo") };
    case "mismatch":
      return { title: text.say("call.end.mismatch"), advice: text.say("call.end.mismatchDo") };
    case "gone":
      return { title: text.say("call.end.gone", { name }), advice: text.say("call.end.lostDo") };
    default: {
      const title = text.say(connectedAtMs === undefined ? "call.end.notReached" : "call.end.over", { name });
      return { title, advice: text.say("call.end.noAnswerDo") };
    }
  }
}

/** What stands in the way of sound or picture, and what to do. */
export function troubleText(trouble: MediaTrouble | "no-turn", text: Text): string {
  return text.say(`callTrouble.${trouble}`);
}
