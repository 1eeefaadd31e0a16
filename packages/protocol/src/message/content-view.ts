/** Reads contents: each kind by its own shape, those of newer versions as `unsupported`. */
import type { CallEntry } from "../call/call.ts";
import { decodeAs, type Shape } from "../codec/schema.ts";
import { decodeManifest, type FileManifest, type ManifestError } from "../file/manifest.ts";
import { err, ok, type Result } from "../result.ts";
import { callBody } from "./call.ts";
import { CONTENT_KINDS, type Content, MAX_BODY_BYTES } from "./content.ts";
import { type DeletionBody, deletionBody } from "./deletion.ts";
import { type DeviceChangeBody, deviceChangeBody } from "./device-change.ts";
import { type EditBody, editBody } from "./edit.ts";
import { type IntroductionBody, introductionBody } from "./introduction.ts";
import { readOnceInner } from "./once.ts";
import { profileBody, type SaidProfileBody } from "./profile.ts";
import { type ReactionBody, reactionBody } from "./reaction.ts";
import { type ReplyBody, replyBody } from "./reply.ts";
import { type TextBody, textBody } from "./text.ts";
import { type TimerBody, timerBody } from "./timer.ts";

/** What a message to be seen once may be. */
export type OnceInner =
  | ({ readonly type: "text" } & TextBody)
  | { readonly type: "file"; readonly manifest: FileManifest };

/** A content as this version understands it. */
export type ContentView =
  | ({ readonly type: "text" } & TextBody)
  | ({ readonly type: "reply" } & ReplyBody)
  | ({ readonly type: "edit" } & EditBody)
  | ({ readonly type: "delete" } & DeletionBody)
  | ({ readonly type: "reaction" } & ReactionBody)
  | ({ readonly type: "timer" } & TimerBody)
  | ({ readonly type: "profile" } & SaidProfileBody)
  | { readonly type: "file"; readonly manifest: FileManifest }
  | ({ readonly type: "call" } & CallEntry)
  | ({ readonly type: "introduction" } & IntroductionBody)
  | ({ readonly type: "device" } & DeviceChangeBody)
  /** Nothing is inside once it was seen. */
  | { readonly type: "once"; readonly inner?: OnceInner }
  | { readonly type: "unsupported" };

/** Why a content cannot be read: its bytes, or the rules of the manifest in it. */
export type ContentError = ManifestError;

type Reader = (body: Uint8Array) => Result<ContentView, ContentError>;

/** A kind whose body says everything: the view is the body with its type. */
function reader<T extends ContentView["type"]>(
  type: T,
  shape: Shape<Omit<Extract<ContentView, { type: T }>, "type">>,
): Reader {
  return (bytes) => {
    const body = decodeAs(shape, bytes, MAX_BODY_BYTES);
    return body.ok ? ok({ type, ...body.value } as unknown as ContentView) : body;
  };
}

const READERS: ReadonlyMap<number, Reader> = new Map([
  [CONTENT_KINDS.text as number, reader("text", textBody)],
  [CONTENT_KINDS.reply, reader("reply", replyBody)],
  [CONTENT_KINDS.edit, reader("edit", editBody)],
  [CONTENT_KINDS.delete, reader("delete", deletionBody)],
  [CONTENT_KINDS.reaction, reader("reaction", reactionBody)],
  [CONTENT_KINDS.timer, reader("timer", timerBody)],
  [CONTENT_KINDS.profile, reader("profile", profileBody)],
  [CONTENT_KINDS.file, readFile],
  [CONTENT_KINDS.once, readOnce],
  [CONTENT_KINDS.call, reader("call", callBody)],
  [CONTENT_KINDS.introduction, reader("introduction", introductionBody)],
  [CONTENT_KINDS.deviceChange, reader("device", deviceChangeBody)],
]);

function readFile(body: Uint8Array): Result<ContentView, ContentError> {
  const manifest = decodeManifest(body);
  if (manifest.ok) return ok({ type: "file", manifest: manifest.value });
  // A scheme of a newer version is no broken rule.
  return manifest.error.code === "unknown-scheme" ? ok({ type: "unsupported" }) : manifest;
}

function readOnce(encoded: Uint8Array): Result<ContentView, ContentError> {
  const inner = readOnceInner(encoded);
  if (inner === null) return err({ code: "bad-shape", path: "" });
  const { kind, body } = inner;
  if (kind === undefined || body === undefined) return ok({ type: "once" });
  const view = kind === CONTENT_KINDS.once ? undefined : READERS.get(kind)?.(body);
  if (view?.ok === false) return view;
  const value = view?.value;
  // What a newer version may put inside.
  return ok(
    value?.type === "text" || value?.type === "file" ? { type: "once", inner: value } : { type: "unsupported" },
  );
}

/** Reads a content; kinds of newer versions come back as `unsupported`, never as an error. */
export function viewContent(content: Content): Result<ContentView, ContentError> {
  const read = READERS.get(content.kind);
  return read === undefined ? ok({ type: "unsupported" }) : read(content.body);
}
