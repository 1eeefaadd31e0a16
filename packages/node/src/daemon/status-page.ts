/** What the local page shows where the web app is not built: how the node is doing and how to use the terminal. */
import { programCall, text } from "../i18n/text.ts";
import type { NodeStatus } from "./node-contract.ts";

/** The style sheet of the page, at /style.css. */
export const STATUS_STYLE: string = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding-inline:1rem;
background:light-dark(#fbf9f5,#17141b);color:light-dark(#241f2b,#f3efe7)}
h1{color:light-dark(#5d3a66,#d3aadd)}dt{font-weight:600}dd{margin-inline-start:0;overflow-wrap:anywhere}
code{background:light-dark(#e9e3d8,#2a2431);padding:.1em .3em;border-radius:4px}`;

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function renderRow(name: string, value: string): string {
  return `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`;
}

/** The page as HTML; what the status holds is escaped. */
export function renderStatusPage(status: NodeStatus): string {
  const rows = [
    renderRow(text("status.version"), status.version),
    renderRow(text("status.network"), status.netId),
    renderRow(text("status.peers"), String(status.peers)),
    renderRow(text("status.dhtPeers"), String(status.dhtPeers)),
    renderRow(text("status.nearby"), String(status.nearby)),
    ...status.listening.map((address) => renderRow(text("status.listening"), address)),
  ];
  const call = programCall(process.env);
  const commands = ["echo", "join INVITE", "invite", "chat @handle", "--help"].map((words) => `${call} ${words}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Kith</title><link rel="stylesheet" href="/style.css"></head>
<body><h1>Kith</h1><p>${escapeHtml(text("page.running"))}</p><dl>${rows.join("")}</dl>
<p>${escapeHtml(text("page.useTerminal"))}</p>
<ul>${commands.map((command) => `<li><code>${escapeHtml(command)}</code></li>`).join("")}</ul></body></html>
`;
}
