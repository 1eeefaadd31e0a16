/** The rules of the `Network` and `Prober` ports. */
import { MAX_FRAME_BYTES, type RelayId, type RelayRef } from "@kith/protocol";
import type { Acceptor, Channel, InboundChannel, Network, Prober } from "../ports.ts";
import { type ConformanceCase, expectThat } from "./conformance.ts";

/** A process that listens, one that only dials, and what makes time pass for them. */
export interface NetworkFixture {
  readonly server: Network;
  readonly client: Network & Prober;
  /** Resolves as `promise` does, letting as much of the network's time pass as that takes. */
  settle<T>(promise: Promise<T>): Promise<T>;
}

const UNKNOWN_PEER = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5" as RelayId;
const echo: Acceptor = () => async (request) => request;

function bytesOf(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle(value) };
}

function selfOf(network: Network): RelayRef {
  const self = network.self();
  if (self === null) throw new Error("the server of the fixture must listen");
  return self;
}

/** Opens the relay protocol from the client to the server. */
async function open(fixture: NetworkFixture, acceptor: Acceptor): Promise<Channel> {
  fixture.server.serve("relay", acceptor);
  const opened = await fixture.settle(fixture.client.open(selfOf(fixture.server), "relay", "send"));
  if (!opened.ok) throw new Error(`the channel did not open: ${opened.error.code}`);
  return opened.value;
}

async function codeOf(fixture: NetworkFixture, result: ReturnType<Channel["request"]>): Promise<string> {
  const settled = await fixture.settle(result);
  return settled.ok ? "ok" : settled.error.code;
}

/** Cases every `Network` passes; `make` gives a fresh pair each time. */
export const NETWORK_CONFORMANCE: readonly ConformanceCase<NetworkFixture>[] = [
  {
    name: "a request of any size up to the limit is answered",
    async run(make) {
      const fixture = await make();
      const channel = await open(fixture, echo);
      expectThat(!channel.isOwn && channel.peer === selfOf(fixture.server).relay, "the channel must name its peer");
      for (const sizeBytes of [0, 1, MAX_FRAME_BYTES]) {
        const frame = new Uint8Array(sizeBytes).fill(7);
        const answer = await fixture.settle(channel.request(frame));
        expectThat(answer.ok && same(answer.value, frame), `a frame of ${sizeBytes} bytes must come back`);
      }
    },
  },
  {
    name: "a thousand requests at once reach the handler in order and get their own answers",
    async run(make) {
      const fixture = await make();
      const seen: number[] = [];
      const channel = await open(fixture, () => async (request) => {
        seen.push(new DataView(request.buffer, request.byteOffset).getUint32(0));
        return request;
      });
      const numbers = Array.from({ length: 1000 }, (_, i) => i);
      const requests = numbers.map((n) => channel.request(bytesOf(0, 0, n >> 8, n & 255)));
      const answers = await fixture.settle(Promise.all(requests));
      expectThat(
        answers.every((answer, n) => answer.ok && same(answer.value, bytesOf(0, 0, n >> 8, n & 255))),
        "each request must get its own answer",
      );
      expectThat(
        seen.length === 1000 && seen.every((n, i) => n === i),
        "requests must reach the handler once, in order",
      );
    },
  },
  {
    name: "pushes arrive in order, also those sent before anybody listened",
    async run(make) {
      const fixture = await make();
      const inbound = deferred<InboundChannel>();
      const channel = await open(fixture, (end) => {
        inbound.resolve(end);
        end.push(bytesOf(1));
        return echo(end);
      });
      const end = await fixture.settle(inbound.promise);
      await fixture.settle(channel.request(bytesOf()));
      const got: number[] = [];
      const all = new Promise<void>((resolve) => {
        channel.onPush((frame) => {
          got.push(...frame);
          if (got.length === 3) resolve();
        });
      });
      end.push(bytesOf(2));
      end.push(bytesOf(3));
      await fixture.settle(all);
      expectThat(got.join() === "1,2,3", `expected pushes 1,2,3, got ${got.join()}`);
    },
  },
  {
    name: "closing ends both sides and the requests under way",
    async run(make) {
      const fixture = await make();
      const inbound = deferred<InboundChannel>();
      const channel = await open(fixture, (end) => {
        inbound.resolve(end);
        return () => new Promise(() => undefined);
      });
      const end = await fixture.settle(inbound.promise);
      const isFarClosed = new Promise<void>((resolve) => end.onClose(resolve));
      const isNearClosed = new Promise<void>((resolve) => channel.onClose(resolve));
      const pending = channel.request(bytesOf(1));
      channel.close();
      channel.close();
      expectThat((await codeOf(fixture, pending)) === "closed", "a request under way must end as closed");
      await fixture.settle(isNearClosed);
      await fixture.settle(isFarClosed);
      expectThat((await codeOf(fixture, channel.request(bytesOf(1)))) === "closed", "a later request must be refused");
      await fixture.settle(new Promise<void>((resolve) => channel.onClose(resolve)));
    },
  },
  {
    name: "a frame over the limit is refused and the channel goes on",
    async run(make) {
      const fixture = await make();
      const channel = await open(fixture, echo);
      const refused = await fixture.settle(channel.request(new Uint8Array(MAX_FRAME_BYTES + 1)));
      expectThat(
        !refused.ok && refused.error.code === "frame-too-large" && refused.error.limit === MAX_FRAME_BYTES,
        "a frame over the limit must be refused with the limit",
      );
      expectThat((await codeOf(fixture, channel.request(bytesOf(1)))) === "ok", "the channel must go on");
    },
  },
  {
    name: "a request without an answer times out, and others still get theirs",
    async run(make) {
      const fixture = await make();
      const channel = await open(fixture, () => (request) => {
        return request[0] === 0 ? new Promise(() => undefined) : Promise.resolve(request);
      });
      const silent = channel.request(bytesOf(0), 50);
      expectThat((await codeOf(fixture, channel.request(bytesOf(1)))) === "ok", "the other request must be answered");
      expectThat((await codeOf(fixture, silent)) === "timeout", "the silent one must time out");
      expectThat((await codeOf(fixture, channel.request(bytesOf(1)))) === "ok", "the channel must go on");
    },
  },
  {
    name: "a protocol nobody serves is unsupported",
    async run(make) {
      const fixture = await make();
      fixture.server.serve("relay", echo);
      const opened = await fixture.settle(fixture.client.open(selfOf(fixture.server), "direct", "once"));
      expectThat(!opened.ok && opened.error.code === "unsupported", "expected unsupported");
    },
  },
  {
    name: "a peer that is not there is unreachable, with the addresses that were tried",
    async run(make) {
      const fixture = await make();
      const target = { relay: UNKNOWN_PEER, addresses: selfOf(fixture.server).addresses };
      const opened = await fixture.settle(fixture.client.open(target, "relay", "send"));
      expectThat(
        !opened.ok && opened.error.code === "unreachable" && opened.error.tried.join() === target.addresses.join(),
        "expected unreachable with the addresses tried",
      );
    },
  },
  {
    name: "a probe tells who is there from who is not",
    async run(make) {
      const fixture = await make();
      const self = selfOf(fixture.server);
      expectThat(await fixture.settle(fixture.client.probe(self)), "the server must be found");
      const other = { relay: UNKNOWN_PEER, addresses: self.addresses };
      expectThat(!(await fixture.settle(fixture.client.probe(other))), "another peer at its address must not be found");
    },
  },
  {
    name: "the own relay is answered inside the process",
    async run(make) {
      const fixture = await make();
      const ends: InboundChannel[] = [];
      fixture.server.serve("relay", (end) => {
        ends.push(end);
        return echo(end);
      });
      const opened = await fixture.settle(fixture.server.open(selfOf(fixture.server), "relay", "box"));
      if (!opened.ok) throw new Error(`the own channel did not open: ${opened.error.code}`);
      expectThat(opened.value.isOwn && ends[0]?.isOwn === true, "both ends must know that they are one process");
      expectThat(ends[0]?.remoteAddress === null, "there is no remote address inside one process");
      expectThat((await codeOf(fixture, opened.value.request(bytesOf(9)))) === "ok", "it must answer");
      const pushed = new Promise<Uint8Array>((resolve) => opened.value.onPush(resolve));
      ends[0]?.push(bytesOf(4));
      expectThat(same(await fixture.settle(pushed), bytesOf(4)), "it must push");
      opened.value.close();
      expectThat((await codeOf(fixture, opened.value.request(bytesOf(9)))) === "closed", "it must close");
    },
  },
  {
    name: "a process that listens nowhere has no reference of its own",
    async run(make) {
      const fixture = await make();
      expectThat(fixture.client.self() === null, "self must be null");
      expectThat(selfOf(fixture.server).addresses.length > 0, "a listening process must name an address");
    },
  },
];
