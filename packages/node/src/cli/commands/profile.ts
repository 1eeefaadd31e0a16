/** `profile`: what one calls oneself. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { printableName } from "../printable.ts";

/** Shows the own profile, or sets what is given; an empty text takes it back. */
export const profileCommand: Command = {
  args: {
    name: { type: "string", description: text("option.profileName"), valueHint: "NAME" },
    about: { type: "string", description: text("option.profileAbout"), valueHint: "TEXT" },
  },
  async run({ args, connect, print }) {
    const [name, about] = [args.text("name"), args.text("about")];
    const client = await connect();
    let status = await client.call("account.status", {});
    if (status.state !== "ready") throw new NodeError("USAGE", text("usage.profile"));
    if (name !== undefined || about !== undefined) {
      const changes = { ...(name === undefined ? {} : { name }), ...(about === undefined ? {} : { about }) };
      status = await client.call("account.setProfile", { ...status.profile, ...changes });
    }
    const { profile = {} } = status;
    const lines = [profile.name ?? "", profile.about ?? ""].filter((line) => line !== "").map(printableName);
    print(profile, [...(lines.length === 0 ? [text("profile.none")] : lines), text("profile.who")]);
    return undefined;
  },
};
