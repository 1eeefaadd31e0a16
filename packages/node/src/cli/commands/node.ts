/** `status`, `doctor`, `page`, `stop`. */
import type { AccountStatus } from "@kith/client";
import { findDataFolder } from "../../config/data-folder.ts";
import { NodeError } from "../../config/node-error.ts";
import { checkLocally } from "../../daemon/local-checks.ts";
import type { DoctorCheck, NodeStatus } from "../../daemon/node-contract.ts";
import { isTextKey, text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeAccount, describeTime } from "../describe.ts";
import { isMessengerError } from "../is-messenger-error.ts";
import { printableText } from "../printable.ts";
import type { Style } from "../terminal.ts";

const NAME_WIDTH = 26;

function row(name: string, value: string): string {
  return `${name.padEnd(NAME_WIDTH)}${value}`;
}

/** The words for a relay's counter; a counter without words is shown under its own name. */
function counterName(name: string): string {
  const key = `status.relay.${name}`;
  return isTextKey(key) ? text(key) : text("status.relay", { name });
}

function describeNode(status: NodeStatus): readonly string[] {
  const { listening, relay, overriddenParameters } = status;
  const addresses = listening.length === 0 ? [text("status.listensNowhere")] : listening.map(printableText);
  const relayRows =
    relay === null
      ? [row(text("status.relayTitle"), text("status.relayOff"))]
      : Object.entries(relay).map(([name, count]) => row(counterName(name), String(count)));
  const overridden =
    overriddenParameters.length === 0 ? [] : [row(text("status.overridden"), overriddenParameters.join(", "))];
  return [
    row(text("status.version"), status.version),
    row(text("status.network"), status.netId),
    ...overridden,
    row(text("status.since"), describeTime(status.startedAtMs)),
    row(text("status.relayId"), status.relayId ?? text("status.listensNowhere")),
    ...addresses.map((address) => row(text("status.listening"), address)),
    row(text("status.peers"), String(status.peers)),
    row(text("status.dhtPeers"), String(status.dhtPeers)),
    row(text("status.nearby"), String(status.nearby)),
    ...relayRows,
  ];
}

function describePerson(account: AccountStatus): readonly string[] {
  const rows = [row(text("status.account"), describeAccount(account))];
  if (account.areWordsConfirmed === undefined) return rows;
  return [
    ...rows,
    row(text("status.words"), text(account.areWordsConfirmed ? "words.confirmed" : "words.unconfirmed")),
  ];
}

/** The account, or null on a relay, which knows no accounts. */
async function readAccount({ connect }: CommandContext): Promise<AccountStatus | null> {
  try {
    return await (await connect()).call("account.status", {});
  } catch (error) {
    if (isMessengerError(error) && error.code === "METHOD_UNKNOWN") return null;
    throw error;
  }
}

/** Shows the node and the account. */
export const statusCommand: Command = {
  args: {},
  async run(context) {
    const node = await (await context.connect()).call("node.status", {});
    const account = await readAccount(context);
    context.print({ node, account }, [...describeNode(node), ...(account === null ? [] : describePerson(account))]);
    return undefined;
  },
};

const STATE_STYLES: { readonly [S in DoctorCheck["state"]]: Style } = { ok: "green", warn: "yellow", fail: "red" };
const STATE_WIDTH = 5;

function describeCheck({ terminal }: CommandContext, { subject, state, found }: DoctorCheck): readonly string[] {
  const word = terminal.style(STATE_STYLES[state], text(`doctor.${state}`).padEnd(STATE_WIDTH));
  const line = `${word} ${row(text(`doctor.${subject}`), printableText(found))}`;
  return state === "ok" ? [line] : [line, `${" ".repeat(STATE_WIDTH + 1)}${text(`doctor.${subject}.do`)}`];
}

async function checkRunning({ connect }: CommandContext): Promise<readonly DoctorCheck[] | null> {
  try {
    return await (await connect()).call("node.doctor", {});
  } catch (error) {
    if (error instanceof NodeError && error.code === "NO_NODE") return null;
    throw error;
  }
}

/** Checks the running node, or what can be checked without one; a `fail` is exit code 1. */
export const doctorCommand: Command = {
  args: {},
  async run(context) {
    const running = await checkRunning(context);
    const checks = running ?? (await checkLocally(findDataFolder("personal", context.args.text("data"))));
    const isOk = checks.every(({ state }) => state !== "fail");
    const notes = running === null ? [text("doctor.notRunning")] : [];
    const result = {
      ok: isOk,
      isRunning: running !== null,
      checks: checks.map((each) => (each.state === "ok" ? each : { ...each, help: text(`doctor.${each.subject}.do`) })),
    };
    context.print(result, [...notes, ...checks.flatMap((check) => describeCheck(context, check))]);
    return isOk ? undefined : 1;
  },
};

/** Prints the link of the local page, with the owner's token in it. */
export const pageCommand: Command = {
  args: { new: { type: "boolean", description: text("option.newLink") } },
  async run({ args, connect, print }) {
    const isNew = args.flag("new");
    const { url } = await (await connect()).call("node.page", { renew: isNew });
    if (url === null) {
      print({ url }, [text("page.none")]);
      return 7;
    }
    print({ url }, [url, text(isNew ? "page.renewed" : "page.private")]);
    return undefined;
  },
};

/** Ends the node and waits until it has let go of its store. */
export const stopCommand: Command = {
  args: {},
  async run({ connect, print }) {
    const client = await connect();
    const closed = new Promise<void>((resolve) => client.onClose(resolve));
    await client.call("node.stop", {});
    await closed;
    print({ stopped: true }, [text("stop.done")]);
    return undefined;
  },
};
