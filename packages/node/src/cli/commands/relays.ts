/** `relays`: the relays this node uses. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeRelay } from "../describe.ts";
import { printableText } from "../printable.ts";

async function list({ connect, print }: CommandContext): Promise<undefined> {
  const relays = await (await connect()).call("relay.list", {});
  print(relays, relays.length === 0 ? [text("relays.none")] : relays.map(describeRelay));
}

async function add({ args, connect, print }: CommandContext): Promise<undefined> {
  const added = await (await connect()).call("relay.add", { address: args.requiredText("address") });
  const values = { relay: printableText(added.relay), state: text(`relayState.${added.state}`) };
  print(added, [text("relays.added", values)]);
}

async function remove({ args, connect, print }: CommandContext): Promise<undefined> {
  const result = await (await connect()).call("relay.remove", { relay: args.requiredText("address") });
  print(result, [text(result.removed ? "relays.removed" : "relays.notThere")]);
}

const ACTIONS: Readonly<Record<string, (context: CommandContext) => Promise<undefined>>> = { list, add, remove };

/** Lists, adds or removes relays. */
export const relaysCommand: Command = {
  args: {
    action: { type: "positional", required: false, default: "list", description: text("option.action") },
    address: { type: "positional", required: false, description: text("option.address") },
  },
  async run(context) {
    const action = context.args.text("action") ?? "list";
    const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (run === undefined) throw new NodeError("USAGE", text("usage.action"));
    return await run(context);
  },
};
