/** What other programs use of a node: bots over any client, and a node in their own process. */
export { type Bot, type BotHandlers, type BotOptions, createBot, type TextContext } from "./bot/bot.ts";
export type { CallContext } from "./bot/bot-calls.ts";
export { type BotPosition, createFilePosition, createMemoryPosition } from "./bot/bot-position.ts";
export { NodeError, type NodeErrorCode } from "./config/node-error.ts";
export { connectNode, type NodeClient } from "./daemon/control-client.ts";
export type {
  DoctorCheck,
  DoctorSubject,
  ListenOptions,
  NodeOptions,
  NodeStatus,
  PersonalNode,
  PersonalNodeOptions,
  RelayOptions,
  RunningNode,
  RunningRelay,
} from "./daemon/node-contract.ts";
export {
  type StartNodeOptions,
  type StartOptions,
  type StartRelayOptions,
  startNode,
  startRelay,
} from "./daemon/start-node.ts";
