/** Schemas for what the methods about calls are called with. */
import { MAX_CANDIDATES_PER_SIGNAL, MAX_SDP_CHARACTERS } from "@kith/protocol";
import { array, boolean, exactOptional, maxLength, picklist, pipe, string } from "valibot";
import type { CallMethods } from "../../call/call-info.ts";
import { type MethodTable, paramsSchema } from "../method-table.ts";
import { messageId, none, type Params, short } from "./common.ts";

const oneCall = paramsSchema<Params<"call.decline">>({ id: messageId });
const sdp = pipe(string(), maxLength(MAX_SDP_CHARACTERS));
const candidates = pipe(array(short), maxLength(MAX_CANDIDATES_PER_SIGNAL));

const media = paramsSchema<Params<"call.start">["media"]>({
  hasMicrophone: boolean(),
  picture: picklist(["none", "camera", "screen"]),
});

/** The methods of `CallMethods` with their schemas. */
export const callParams: MethodTable<CallMethods> = {
  "call.get": none,
  "call.start": paramsSchema<Params<"call.start">>({ who: short, isVideo: boolean(), sdp, media }),
  "call.accept": paramsSchema<Params<"call.accept">>({ id: messageId, sdp, candidates, media }),
  "call.ways": paramsSchema<Params<"call.ways">>({ who: short, isOnceReached: exactOptional(boolean()) }),
  "call.decline": oneCall,
  "call.end": paramsSchema<Params<"call.end">>({
    id: messageId,
    reason: exactOptional(picklist(["hang-up", "no-path", "lost", "mismatch"])),
  }),
  "call.tell": paramsSchema<Params<"call.tell">>({
    id: messageId,
    candidates: exactOptional(candidates),
    media: exactOptional(media),
  }),
  "call.restart": paramsSchema<Params<"call.restart">>({ id: messageId, sdp }),
  "call.report": paramsSchema<Params<"call.report">>({ id: messageId, isUp: exactOptional(boolean()) }),
};
