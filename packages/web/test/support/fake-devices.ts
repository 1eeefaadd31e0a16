/** Devices and links of the made-up account. */
import type { LinkStatus, MethodName, Methods, OwnDevice } from "@kith/client";

type DeviceMethod = Extract<MethodName, `device.${string}` | `link.${string}`>;
type Handlers = { [M in DeviceMethod]: (params: Methods[M]["params"]) => Methods[M]["result"] };

/** Long ago enough to be written as a date. */
const ADDED_AT_MS = 1_795_000_000_000;

/** What a test may set before or while a page is open. */
export class FakeDevices {
  devices: readonly OwnDevice[] = [
    { device: "aa".repeat(32), name: "", kind: "node", isThis: true, addedAtMs: ADDED_AT_MS },
  ];
  link: LinkStatus | null = null;
  readonly #waiting = new Set<() => void>();

  /** Changes the link there is, or makes one; whoever waits for it sees it. */
  setLink(change: Partial<LinkStatus>): LinkStatus {
    const before = this.link ?? { side: "old", stage: "waiting", version: 0 };
    this.link = { ...before, ...change, version: before.version + 1 };
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return this.link;
  }

  readonly handlers: Handlers = {
    "device.list": () => this.devices,
    "device.rename": ({ device, name }) => {
      this.devices = this.devices.map((each) => (each.device === device ? { ...each, name } : each));
      return this.devices;
    },
    "device.revoke": ({ device }) => {
      this.devices = this.devices.filter((each) => each.device !== device);
      return this.devices;
    },
    "link.begin": () => {
      this.link = null;
      const expiresAtMs = Date.now() + 600_000;
      return this.setLink({
        side: "old",
        stage: "waiting",
        code: "kith:l/owFQBwcHBwcHBwcHBwcHBwcHBwKBogFYIA",
        expiresAtMs,
      });
    },
    "link.join": () => {
      this.link = null;
      return this.setLink({ side: "new", stage: "connecting" });
    },
    "link.get": (({ version }: Methods["link.get"]["params"]) => {
      if (version === undefined || this.link?.version !== version) return this.link;
      return new Promise((resolve) => this.#waiting.add(() => resolve(this.link)));
    }) as Handlers["link.get"],
    "link.confirm": ({ isSame }) =>
      this.setLink(isSame ? { stage: "confirmed" } : { stage: "failed", reason: "mismatch" }),
    "link.cancel": () => this.setLink({ stage: "failed", reason: "cancelled" }),
  };
}
