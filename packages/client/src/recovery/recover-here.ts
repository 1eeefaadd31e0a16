/** Recovery where the account lives already: its chain starts anew with this device alone, and everything on it stays. */
import {
  contactSecretFromWords,
  deviceOffer,
  InvariantError,
  type RootKey,
  recoverChain,
  type Words,
} from "@kith/protocol";
import type { Methods } from "../client.ts";
import { Draft } from "../core.ts";
import { OwnDevices, openOwnDevices } from "../devices/own-devices.ts";
import type { Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";
import { withHandle } from "./recover-account.ts";

/**
 * Puts every other device out, and tells them and everybody who is let in.
 * @throws MessengerError ACCOUNT_EXISTS for the words of another account, DEVICE_REVOKED where this device was taken out.
 */
export async function recoverHere(
  inside: Inside,
  root: RootKey,
  words: Words,
): Promise<Methods["account.recover"]["result"]> {
  const engine = inside.engine();
  const { account, suite, clock, contactBackup } = engine.core;
  if (account.id !== root.accountId) {
    throw new MessengerError("ACCOUNT_EXISTS", "these are not the words of the account here");
  }
  const known = account.chain;
  const offer = account.isRevoked ? null : deviceOffer(suite, known, account.device.deviceId);
  if (offer === null) {
    throw new MessengerError("DEVICE_REVOKED", "this device was taken out of the account and cannot come back");
  }
  const nowMs = clock.nowMs();
  const recovered = await recoverChain(suite, { root, offer, atMs: nowMs, known });
  if (!recovered.ok) throw new InvariantError(`the chain refused our own recover: ${recovered.error.code}`);
  const chain = await withHandle(suite, recovered.value, account.device, { known, nowMs });
  await engine.openOwnSync(openOwnDevices);
  const { own } = engine.core;
  const draft = new Draft(engine.core, true);
  draft.add(account.adoptChain(chain));
  if (contactBackup !== null) {
    const { epoch } = chain.head;
    const isOff = contactBackup.shared()?.isOff;
    draft.add(contactBackup.adopt({ epoch, secret: contactSecretFromWords(suite, words, epoch), isOff }));
  }
  await draft.commit();
  if (own instanceof OwnDevices) {
    const others = known.devices.filter(({ deviceId }) => deviceId !== account.device.deviceId);
    await Promise.all(others.map(({ deviceId }) => own.sayGoodbye(deviceId)));
    await own.followChain();
  }
  return { status: await inside.tellStatus(), isChainFound: true, asked: 0, contacts: 0 };
}
