/** A post that proves a handle, checked by a person's node at a real server that answers like X's, or as an attacker would. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { PersonalNode } from "../../packages/node/src/daemon/node-contract.ts";
import { eventually, makeFolder, meetByInvite, startPerson, startTestRelay } from "./nodes.ts";

const POST = "1234567890123456789";
const HANDLE = "celebrity";

/** Word of a new chain that comes before the chain is in the box, or soon after another, is followed a minute later, in ms. */
const CHAIN_MS = 120_000;
const TEST_MS = 300_000;

let listener: RequestListener = () => undefined;

async function serve(): Promise<string> {
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/oembed`;
}

const json =
  (body: string): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(body);

/** What X answers about the post. */
function answer(html: string, more: object = {}): RequestListener {
  const author = `https://twitter.com/${HANDLE}`;
  return json(JSON.stringify({ url: `${author}/status/${POST}`, author_url: author, author_name: "C", html, ...more }));
}

const quote = (text: string): string => `<blockquote><p lang="en">${text}</p>&mdash; C</blockquote>`;

async function claim(node: PersonalNode, who: PersonalNode, count: number): Promise<void> {
  await node.client.call("account.claimHandle", { handle: HANDLE });
  await eventually("the claim is found", async () => {
    const { candidates } = await who.client.call("directory.lookup", { handle: HANDLE });
    return candidates.length === count ? true : null;
  });
}

test("an owner who comes after a squatter proves the handle by a post, and only by the post itself", {
  timeout: TEST_MS,
}, async () => {
  const { address } = await startTestRelay();
  const start = async (): Promise<PersonalNode> =>
    startPerson(await makeFolder(), [address], { isRelayOn: false, postEndpoint: await serve() });
  const [squatter, owner, bob] = [await start(), await start(), await start()];
  const [who] = await meetByInvite(squatter, bob);
  await claim(squatter, bob, 1);
  const { account = "" } = await owner.client.call("account.create", {});
  await claim(owner, bob, 2);
  await bob.client.call("contact.add", { who: account });
  await owner.client.call("account.setProof", { post: `https://x.com/${HANDLE}/status/${POST}` });
  await eventually("the post is named", async () =>
    (await bob.client.call("contact.post", { who: account })).post === POST ? true : null,
  );
  await eventually(
    "the squatter's handle is known",
    async () => ((await bob.client.call("contact.get", { who })).handle === HANDLE ? true : null),
    CHAIN_MS,
  );
  const { statement } = await owner.client.call("account.proof", {});
  const check = async (given: RequestListener): Promise<string> => {
    listener = given;
    return (await bob.client.call("contact.checkPost", { who: account })).state;
  };
  const other = { author_url: "https://twitter.com/mallory" };
  expect(await check(answer(`<blockquote><p>look</p><blockquote><p>${statement}</p></blockquote></blockquote>`))).toBe(
    "no-statement",
  );
  expect(await check(answer(quote("hello"), { author_name: statement }))).toBe("no-statement");
  expect(await check(answer(quote(statement), other))).toBe("other-author");
  expect(await check((_, response) => void response.writeHead(302, { location: "http://localhost:9/" }).end())).toBe(
    "unreachable",
  );
  expect(await check(answer(quote(statement + " ".repeat(70_000))))).toBe("unreachable");
  expect(await check(() => undefined)).toBe("unreachable");
  expect(await check((_, response) => void response.writeHead(200, { "content-type": "text/html" }).end())).toBe(
    "unreachable",
  );
  expect((await bob.client.call("contact.get", { who })).trust).not.toBe("CHANGED");
  expect(await check(answer(quote(statement)))).toBe("seen");
  expect((await bob.client.call("contact.get", { who: account })).trust).toBe("PROOF_SEEN");
  // Whom he knew under the handle until now may be another: nothing is sent there before he decides.
  expect((await bob.client.call("contact.get", { who })).trust).toBe("CHANGED");
  await expect(bob.client.call("message.send", { who, text: "x" })).rejects.toMatchObject({ code: "TRUST_CHANGED" });
});
