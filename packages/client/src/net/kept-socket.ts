/**
 * webrtc-direct whose UDP sockets stay for the life of the process. The native listener (libdatachannel 0.24) leaves the
 * flag that says whether it was stopped unset: most stops do nothing, the memory is freed, and the next packet from a
 * dialler ends the process. So a socket is never given back: it waits for the next listener on its port.
 */
import type { Listener, PeerId, Transport } from "@libp2p/interface";
import { anyUdpPort } from "./any-udp-port.ts";
import type { TransportFactory } from "./host-contract.ts";

/** What libp2p's listener has inside: its types hide it. */
interface DirectListener extends Listener {
  readonly components: { readonly peerId: PeerId };
  startUDPMuxServer(host: string, port: number, family: 4 | 6): SocketRecord;
  incomingConnection(...caller: unknown[]): Promise<void>;
}

/** A socket as libp2p's list of them has it. */
interface SocketRecord {
  readonly peerId: PeerId;
  readonly owner: unknown;
  readonly port: number;
  readonly isIPv4: boolean;
  readonly isIPv6: boolean;
  readonly server: Promise<NativeSocket>;
}

interface NativeSocket {
  close(): Promise<void>;
  address(): { readonly port: number; readonly address: string };
}

/** Whom a socket tells of diallers: while it waits the last listener it had, which refuses them. */
interface Owned {
  owner: DirectListener;
  isIdle: boolean;
}

interface KeptSocket extends Owned {
  readonly host: string;
  readonly socket: Promise<NativeSocket>;
}

/** A process has one for each port that it ever listened on. */
const keptByPort = new Map<number, KeptSocket>();

/** Whether a port is held by this process for whoever listens on it next. */
export function isKeptFor(host: string, port: number): boolean {
  const kept = keptByPort.get(port);
  return kept?.isIdle === true && kept.host === host;
}

/** The same transport, with sockets that are kept. */
export function withKeptSockets(make: TransportFactory): TransportFactory {
  return (components) => {
    const transport = make(components);
    const create: Transport["createListener"] = transport.createListener.bind(transport);
    transport.createListener = (options) => keepSockets(create(options) as DirectListener);
    return transport;
  };
}

function keepSockets(listener: DirectListener): Listener {
  const start = listener.startUDPMuxServer;
  listener.startUDPMuxServer = (host, port, family) => {
    const kept = findIdle(host, port) ?? openSocket(start, listener, host, port, family);
    kept.owner = listener;
    kept.isIdle = false;
    const close = async (): Promise<void> => {
      kept.isIdle = true;
    };
    return {
      peerId: listener.components.peerId,
      owner: listener,
      port,
      isIPv4: family === 4,
      isIPv6: family === 6,
      server: kept.socket.then((socket) => ({ address: () => socket.address(), close })),
    };
  };
  return listener;
}

/** Port 0 is any port: one that is there already will do. */
function findIdle(host: string, port: number): KeptSocket | undefined {
  for (const [number, kept] of keptByPort) {
    if (kept.isIdle && kept.host === host && (port === 0 || port === number)) return kept;
  }
  return undefined;
}

function openSocket(
  start: DirectListener["startUDPMuxServer"],
  owner: DirectListener,
  host: string,
  port: number,
  family: 4 | 6,
): KeptSocket {
  const owned: Owned = { owner, isIdle: false };
  // What the socket calls goes to whoever owns it by then.
  const caller = new Proxy(owner, {
    get: (_, name) =>
      name === "incomingConnection" ? owned.owner.incomingConnection.bind(owned.owner) : Reflect.get(owned.owner, name),
  });
  const open = (free: number): Promise<NativeSocket> => start.call(caller, host, free, family).server;
  const kept: KeptSocket = Object.assign(owned, {
    host,
    socket: port === 0 ? anyUdpPort(host).then(open) : open(port),
  });
  kept.socket.then(
    (socket) => keptByPort.set(socket.address().port, kept),
    // Whoever asked for it hears of the failure.
    () => undefined,
  );
  return kept;
}
