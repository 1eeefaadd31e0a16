/** Files by their paths: for the terminal alone, since a page could ask for any file of the person. */
import { basename } from "node:path";
import {
  createService,
  type LocalFiles,
  type Message,
  type MethodTable,
  paramsSchema,
  type Service,
} from "@kith/client";
import { boolean, exactOptional, maxLength, pipe, regex, string } from "valibot";
import { mediaTypeOf } from "../files/media-type.ts";
import { saveFile } from "../files/save-file.ts";

/** The longest path, in characters. */
const MAX_PATH_CHARACTERS = 4096;

/** 40 KiB in base64. */
const MAX_PREVIEW_CHARACTERS = 54_616;

/** Characters of a WHO. */
const MAX_WHO_CHARACTERS = 512;

/** Methods about files of this machine. */
export interface FileMethods {
  /** Sends a file to a person or into a group, which stays where it is. @param path absolute. @param preview as for `file.begin`. */
  "node.sendFile": {
    params: { who?: string; group?: string; path: string; preview?: string; id?: string; isOnce?: boolean };
    result: Message;
  };
  /** Writes a complete file into a folder, under a name that is free. @param folder absolute. */
  "node.saveFile": { params: { who: string; group?: string; id: string; folder: string }; result: { path: string } };
}

const path = pipe(string(), maxLength(MAX_PATH_CHARACTERS));
const who = pipe(string(), maxLength(MAX_WHO_CHARACTERS));
const messageId = pipe(string(), regex(/^[0-9a-f]{32}$/));

/** Schemas of the methods. */
export const fileMethods: MethodTable<FileMethods> = {
  "node.sendFile": paramsSchema<FileMethods["node.sendFile"]["params"]>({
    who: exactOptional(who),
    group: exactOptional(who),
    path,
    preview: exactOptional(pipe(string(), maxLength(MAX_PREVIEW_CHARACTERS))),
    id: exactOptional(messageId),
    isOnce: exactOptional(boolean()),
  }),
  "node.saveFile": paramsSchema<FileMethods["node.saveFile"]["params"]>({
    who,
    group: exactOptional(who),
    id: messageId,
    folder: path,
  }),
};

/** The methods over the files of a node. @throws from `findFiles` are passed on. */
export function createFileService(findFiles: () => LocalFiles): Service {
  return createService<FileMethods>(fileMethods, {
    "node.sendFile": ({ preview, ...params }) =>
      findFiles().sendPath({
        ...params,
        ...(preview === undefined ? {} : { preview: Buffer.from(preview, "base64") }),
        name: basename(params.path),
        mediaType: mediaTypeOf(params.path),
      }),
    "node.saveFile": async ({ folder, ...named }) => {
      const { name, units } = await findFiles().open(named);
      return { path: await saveFile(folder, name, units) };
    },
  });
}
