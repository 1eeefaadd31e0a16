import { describe, expect, test } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import type { RelayId } from "../ids.ts";
import { publicKeyToRelay } from "../relay/relay-record.ts";
import { createSeededRandom } from "../testing/seeded-random.ts";
import { chanceOfCrowd, distancePart, distancesTo, estimateNodes, IMPLAUSIBLE, UNUSUAL } from "./density.ts";

const random = createSeededRandom("density");

function relays(count: number): readonly RelayId[] {
  return Array.from({ length: count }, () => publicKeyToRelay(random(32)));
}

function nearest(nodes: readonly RelayId[], key: Uint8Array, count: number): readonly number[] {
  return distancesTo(nobleSuite, key, nodes).slice(0, count);
}

describe("nearness", () => {
  test("a distance is a part of the space, and never zero", () => {
    const place = new Uint8Array(32);
    const opposite = Uint8Array.of(0x80, ...new Uint8Array(31));
    expect(distancePart(place, opposite)).toBe(0.5);
    expect(distancePart(place, place)).toBe(2 ** -64);
  });

  test("ids without an Ed25519 key have no place", () => {
    expect(distancesTo(nobleSuite, new Uint8Array(32), ["QmNotOne" as RelayId])).toEqual([]);
  });

  test("the number of nodes is exact in a small table and told within a factor of three in a large one", () => {
    expect(estimateNodes([], 0.5)).toBe(1);
    expect(estimateNodes([0.6, 0.7], 0.9)).toBe(3);
    const nodes = relays(2000);
    for (let round = 0; round < 50; round++) {
      const told = estimateNodes(nearest(nodes, random(32), 96), 0.4);
      expect(told).toBeGreaterThan(2000 / 3);
      expect(told).toBeLessThan(2000 * 3);
    }
  });

  test("whoever crowds round a key does not count, also where the asker is near it", () => {
    const honest = Array.from({ length: 40 }, (_, index) => (index + 1) / 41);
    for (const keyPart of [0.9, 0.3, 0.04]) {
      const sybils = Array.from({ length: 60 }, (_, index) => keyPart + index / 1e5);
      const told = estimateNodes(
        [...honest, ...sybils].sort((a, b) => a - b),
        keyPart,
      );
      expect(told).toBeGreaterThan(20);
      expect(told).toBeLessThan(80);
    }
  });

  test("honest nodes seldom look crowded, in small networks and in large ones", () => {
    for (const count of [4, 9, 30, 300]) {
      const chances: number[] = [];
      for (let round = 0; round < 10; round++) {
        const nodes = relays(count);
        for (let each = 0; each < 50; each++) {
          chances.push(chanceOfCrowd(nearest(nodes, random(32), 8), count));
        }
      }
      expect(chances.filter((chance) => chance < UNUSUAL).length).toBeLessThanOrEqual(40);
      expect(chances.filter((chance) => chance < IMPLAUSIBLE).length).toBeLessThanOrEqual(5);
    }
  });

  test("nodes that were searched for to surround a key look crowded", () => {
    const [nodes, key] = [relays(40), random(32)];
    const [first = 1] = nearest(nodes, key, 1);
    const ground = relays(4000)
      .filter((relay) => (distancesTo(nobleSuite, key, [relay])[0] ?? 1) < first)
      .slice(0, 60);
    expect(ground.length).toBeGreaterThan(8);
    expect(chanceOfCrowd(nearest([...nodes, ...ground], key, 8), nodes.length + ground.length)).toBeLessThan(UNUSUAL);
  });

  test("three nodes tell nothing, however near", () => {
    expect(chanceOfCrowd([1e-9, 1e-9, 1e-9], 50)).toBe(1);
    expect(chanceOfCrowd([1e-9, 1e-9, 1e-9, 1e-9], 50)).toBeLessThan(IMPLAUSIBLE);
    expect(chanceOfCrowd([1e-9, 1e-9, 1e-9, 1e-9], 0)).toBe(1);
  });
});
