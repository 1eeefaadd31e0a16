/** The certificate that the other side of a call shows, which must be the one that it told inside the session. */
import type { MediaPeer } from "./media-peer.ts";

/** How often the certificate is asked for until the browser knows it, and with what pause in ms. */
const TRIES = 20;
const PAUSE_MS = 100;

/** @param isOver asked between two tries: then the answer does not matter any more. */
export async function showsTold(
  peer: Pick<MediaPeer, "facts">,
  sdp: string | undefined,
  isOver: () => boolean,
): Promise<boolean> {
  const told = /a=fingerprint:sha-256 (\S+)/.exec(sdp ?? "")?.[1];
  let shown: string | null = null;
  for (let tries = 0; shown === null && tries < TRIES && !isOver(); tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    ({ fingerprint: shown } = await peer.facts());
  }
  return told !== undefined && shown === told;
}

/**
 * The certificate that the other side showed on a connection: SHA-256, as upper case hex pairs with colons.
 * @returns null before there is one, and where the browser tells it in its stats alone.
 */
export async function shownFingerprint(peer: RTCPeerConnection): Promise<string | null> {
  const transport: Partial<RTCDtlsTransport> = peer.getTransceivers()[0]?.sender.transport ?? {};
  const [certificate] = transport.getRemoteCertificates?.() ?? [];
  if (certificate === undefined) return null;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", certificate));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
}
