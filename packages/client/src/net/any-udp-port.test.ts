import { createSocket } from "node:dgram";
import { expect, test } from "vitest";
import { anyUdpPort } from "./any-udp-port.ts";

test("gives a port that can be bound at once, and says where there is no such address", async () => {
  const port = await anyUdpPort("127.0.0.1");
  const socket = createSocket("udp4");
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address: "127.0.0.1", port, exclusive: true }, resolve);
  });
  expect(socket.address().port).toBe(port);
  socket.close();
  await expect(anyUdpPort("192.0.2.1")).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
});
