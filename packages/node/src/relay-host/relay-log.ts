/**
 * What a relay tells its operator: one line an event, as text or as JSON. Events carry counts, sizes, own addresses and
 * own paths: never an address of a client, an id of a queue, or anything a client sent.
 */

/** How bad it is: `error` means that mail may be in danger or that this program is wrong. */
export type LogLevel = "info" | "warn" | "error";

/** Every event. */
export type LogEvent =
  | "relay.started"
  | "relay.stopping"
  | "relay.totals"
  | "relay.warning"
  | "store.damaged"
  | "disk.low"
  | "disk.enough"
  | "web.listening"
  | "metrics.listening"
  | "turn.listening"
  | "turn.ended"
  | "turn.failed"
  | "certificate.reloaded"
  | "certificate.wrong";

/** Values of an event. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Writes events. */
export type RelayLog = (level: LogLevel, event: LogEvent, fields?: LogFields) => void;

/** A log that writes lines. @param write takes one line without its end. */
export function createRelayLog(format: "text" | "json", write: (line: string) => void, nowMs: () => number): RelayLog {
  return (level, event, fields = {}) => {
    const at = new Date(nowMs()).toISOString();
    if (format === "json") write(JSON.stringify({ at, level, event, ...fields }));
    else write([at, level, event, ...Object.entries(fields).map(toPair)].join(" "));
  };
}

function toPair([name, value]: [string, string | number | boolean]): string {
  return `${name}=${typeof value === "string" && /[\s"=]/.test(value) ? JSON.stringify(value) : value}`;
}
