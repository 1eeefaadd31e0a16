/** `profile`: what one calls oneself, and the picture of oneself. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { AccountStatus } from "@kith/client";
import { isSystemError, NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { hasMetadata } from "../../files/picture-metadata.ts";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { printableName } from "../printable.ts";

/** The largest picture, in bytes. */
const MAX_PICTURE_BYTES = 40 * 1024;

/** Shows the own profile, or sets what is given; an empty text takes it back. */
export const profileCommand: Command = {
  args: {
    name: { type: "string", description: text("option.profileName"), valueHint: "NAME" },
    about: { type: "string", description: text("option.profileAbout"), valueHint: "TEXT" },
    picture: { type: "string", description: text("option.profilePicture"), valueHint: "FILE" },
  },
  async run({ args, connect, print }) {
    const [name, about, picture] = [args.text("name"), args.text("about"), args.text("picture")];
    const client = await connect();
    let status = await client.call("account.status", {});
    if (status.state !== "ready") throw new NodeError("USAGE", text("usage.profile"));
    if (picture !== undefined) status = await setPicture(client, picture);
    if (name !== undefined || about !== undefined) {
      const changes = { ...(name === undefined ? {} : { name }), ...(about === undefined ? {} : { about }) };
      status = await client.call("account.setProfile", { ...status.profile, ...changes });
    }
    const { profile = {}, pictureId } = status;
    const lines = [profile.name ?? "", profile.about ?? ""].filter((line) => line !== "").map(printableName);
    if (pictureId !== undefined) lines.push(text("profile.picture"));
    const shown = pictureId === undefined ? profile : { ...profile, pictureId };
    print(shown, [...(lines.length === 0 ? [text("profile.none")] : lines), text("profile.who")]);
    return undefined;
  },
};

/** Sends a file as it is, so one that says more than its pixels is not taken. @throws NodeError USAGE. */
async function setPicture(client: NodeClient, path: string): Promise<AccountStatus> {
  if (path === "") return client.call("account.setPicture", {});
  const bytes = await readPicture(resolve(path));
  if (bytes.length > MAX_PICTURE_BYTES) throw new NodeError("USAGE", text("usage.pictureLarge"));
  if (hasMetadata(bytes)) throw new NodeError("USAGE", text("usage.pictureMetadata"));
  return client.call("account.setPicture", { picture: bytes.toString("base64") });
}

async function readPicture(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "EACCES", "EISDIR", "ENOTDIR")) throw error;
    throw new NodeError("USAGE", text("usage.pictureMissing", { file: path }));
  }
}
