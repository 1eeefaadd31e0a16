/**
 * Sealing and opening of ts-mls in a group of a given size: messages of 256 bytes, each sealed by one member and opened
 * by another. Nothing is stored or sent. Speaks like the other workers: one message in, one out.
 */
import {
  acceptAll,
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  defaultCapabilities,
  defaultLifetime,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  processPrivateMessage,
} from "ts-mls";

const [, , membersText, messagesText] = process.argv;
const SIZE_BYTES = 256;
const suite = await getCiphersuiteImpl(getCiphersuiteFromName("MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519"));

function makeKeys(name) {
  const credential = { credentialType: "basic", identity: new TextEncoder().encode(name) };
  return generateKeyPackage(credential, defaultCapabilities(), defaultLifetime, [], suite);
}

/** A group of which the first member seals and the second one opens. */
async function makeGroup(members) {
  const founder = await makeKeys("member 0");
  const name = new TextEncoder().encode("group");
  let sender = await createGroup(name, founder.publicPackage, founder.privatePackage, [], suite);
  const others = await Promise.all(Array.from({ length: members - 1 }, (_, index) => makeKeys(`member ${index + 1}`)));
  const extraProposals = others.map(({ publicPackage }) => ({
    proposalType: "add",
    add: { keyPackage: publicPackage },
  }));
  const commit = await createCommit({ state: sender, cipherSuite: suite }, { extraProposals });
  sender = commit.newState;
  const [{ publicPackage, privatePackage }] = others;
  const tree = sender.ratchetTree;
  const reader = await joinGroup(commit.welcome, publicPackage, privatePackage, emptyPskIndex, suite, tree);
  return { sender, reader };
}

async function take() {
  let { sender, reader } = await makeGroup(Number(membersText));
  const count = Number(messagesText);
  const text = new TextEncoder().encode("x".repeat(SIZE_BYTES));
  const startedMs = performance.now();
  for (let i = 0; i < count; i++) {
    const sealed = await createApplicationMessage(sender, text, suite);
    sender = sealed.newState;
    const wire = encodeMlsMessage({
      privateMessage: sealed.privateMessage,
      wireformat: "mls_private_message",
      version: "mls10",
    });
    const [message] = decodeMlsMessage(wire, 0);
    const opened = await processPrivateMessage(reader, message.privateMessage, emptyPskIndex, suite, acceptAll);
    if (opened.kind !== "applicationMessage") throw new Error("ts-mls did not open its own message");
    reader = opened.newState;
  }
  process.send({ type: "figures", perSecond: (count * 1000) / (performance.now() - startedMs) });
}

process.on("message", (message) => {
  if (message.type === "stop") process.exit(0);
  else void take();
});
process.once("disconnect", () => process.exit(1));
