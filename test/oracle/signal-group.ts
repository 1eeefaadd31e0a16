/** A sender and one member of a group, both run by libsignal-client. */
import * as signal from "@signalapp/libsignal-client";
import { SenderKeys } from "./signal-stores.ts";

const SENDER: signal.ProtocolAddress = signal.ProtocolAddress.new("sender", 1);
const DISTRIBUTION_ID = "fedcba98-7654-4210-8123-456789abcdef";

/** Each call encrypts once and decrypts once; both stores keep bytes. */
export async function createGroup(): Promise<(text: Uint8Array) => Promise<Uint8Array>> {
  const [sending, receiving] = [new SenderKeys(), new SenderKeys()];
  const distribution = await signal.SenderKeyDistributionMessage.create(SENDER, DISTRIBUTION_ID, sending);
  await signal.processSenderKeyDistributionMessage(SENDER, distribution, receiving);
  return async (text) => {
    const message = await signal.groupEncrypt(SENDER, DISTRIBUTION_ID, sending, text);
    return signal.groupDecrypt(SENDER, receiving, message.serialize());
  };
}
