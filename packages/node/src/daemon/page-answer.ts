/** One answer of a page, and how it is written. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "../i18n/text.ts";
import { readWebFile, type WebFile } from "./web-files.ts";

/** An answer before its headers. */
export type PageAnswer = Pick<WebFile, "type"> & {
  readonly status: number;
  readonly body: string | Buffer;
  /** True for a file whose name changes with its content. */
  readonly isImmutable?: boolean;
};

const FOREVER = "public, max-age=31536000, immutable";

/** A few words for a status. */
export function plainAnswer(status: number, body: string): PageAnswer {
  return { status, type: "text/plain; charset=utf-8", body };
}

/** An object as JSON. */
export function jsonAnswer(value: unknown): PageAnswer {
  return { status: 200, type: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

/** The refusal of a request that no page of ours makes; null when it may go on. */
export function findRefusal(
  { method, headers }: IncomingMessage,
  isOwnHost: (host: string) => boolean,
): PageAnswer | null {
  if (!isOwnHost(headers.host ?? "")) return plainAnswer(421, text("page.wrongHost"));
  if (method !== "GET" && method !== "HEAD") return plainAnswer(405, text("page.getOnly"));
  return null;
}

/** The path of a request without its query. */
export function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

/** A file of the built app as an answer; null when there is none. */
export async function fileAnswer(webFolder: string, path: string): Promise<PageAnswer | null> {
  const file = await readWebFile(webFolder, path === "/" ? "/index.html" : path);
  return file === null ? null : { status: 200, ...file };
}

/** Writes an answer; to HEAD without its content. */
export function writeAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  { status, type, body, isImmutable = false }: PageAnswer,
): void {
  response.writeHead(status, {
    ...headers,
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": isImmutable ? FOREVER : "no-store",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
