/** `profile`: what one calls oneself, and the picture of oneself. */
import type { AccountStatus } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { printableName } from "../printable.ts";
import { readPicture } from "../read-picture.ts";

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

/** @throws NodeError USAGE. */
async function setPicture(client: NodeClient, path: string): Promise<AccountStatus> {
  return client.call("account.setPicture", path === "" ? {} : { picture: await readPicture(path) });
}
