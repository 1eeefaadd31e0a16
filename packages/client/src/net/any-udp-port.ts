/** Port 0 for UDP sockets that are opened by number: libp2p looks for a port that is free for TCP, where another UDP socket may be. */
import { createSocket } from "node:dgram";

/** A UDP port that nobody uses at this address now. @throws Error of the system when there is no such address. */
export function anyUdpPort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port: 0, exclusive: true }, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
