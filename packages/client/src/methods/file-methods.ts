/** Methods that take a file in pieces. */
import type { ContentId } from "@kith/protocol";
import type { Engine } from "../engine.ts";
import { fromBase64 } from "../file/base64.ts";
import { MessengerError } from "../messenger-error.ts";
import type { Handlers } from "./handlers.ts";

type FileHandlers = Pick<Handlers, "file.begin" | "file.append" | "file.finish" | "file.discard">;

/** The methods over one engine. */
export function fileMethods(engine: Engine): FileHandlers {
  return {
    async "file.begin"({ preview, voice, id, ...head }) {
      const given = {
        ...(preview === undefined ? {} : { preview: requireBytes(preview, "preview") }),
        ...(voice === undefined ? {} : { voice: { ...voice, waveform: Uint8Array.from(voice.waveform) } }),
      };
      return { id: await engine.uploads.begin({ ...head, ...given, id: id as ContentId | undefined }) };
    },
    async "file.append"({ id, offset, data }) {
      return { doneBytes: await engine.uploads.append(id as ContentId, offset, requireBytes(data, "data")) };
    },
    async "file.finish"({ id }) {
      return engine.uploads.finish(id as ContentId);
    },
    async "file.discard"({ id }) {
      await engine.uploads.discard(id as ContentId);
      return { discarded: true };
    },
  };
}

function requireBytes(text: string, rule: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes !== null) return bytes;
  throw new MessengerError("PARAMS_INVALID", `the parameter "${rule}" is no base64`, { details: { rule } });
}
