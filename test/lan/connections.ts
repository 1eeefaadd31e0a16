/** What a page's own WebRTC connections say of a call: the page is as shipped, only that what it makes is remembered. */
import type { BrowserContext, Page } from "playwright-core";

type Watched = { readonly connections: RTCPeerConnection[] };

/** Remembers the connections that the pages of a context make from now on. */
export async function watchConnections(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    Object.assign(globalThis, { connections });
    const Shipped = RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Shipped {
      constructor(config?: RTCConfiguration) {
        super(config);
        connections.push(this);
      }
    };
  });
}

/** The ICE name of the call of this page, `gathering` where it has begun to look for ways, and what it has. */
export function callConnectionOf(page: Page): Promise<{ readonly iceName: string | null; readonly gathering: string }> {
  return page.evaluate(() => {
    const { connections } = globalThis as unknown as Watched;
    const call = connections.findLast((each) => each.getTransceivers().length > 0);
    const iceName = /a=ice-ufrag:(\S+)/.exec(call?.localDescription?.sdp ?? "")?.[1] ?? null;
    return { iceName, gathering: call?.iceGatheringState ?? "new" };
  });
}

/** Packets of sound and picture that came in the calls of this page that go on. */
export function packetsOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let packets = 0;
    for (const each of (globalThis as unknown as Watched).connections) {
      if (each.connectionState === "closed") continue;
      (await each.getStats()).forEach((stat: { readonly type: string; readonly packetsReceived?: number }) => {
        if (stat.type === "inbound-rtp") packets += stat.packetsReceived ?? 0;
      });
    }
    return packets;
  });
}
