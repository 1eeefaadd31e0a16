/** Every domain string of Kith in one place: no two uses of a key or signature share one. */

/** What each kind of signature covers first, as `kith/<type>/1` and a zero byte. */
export const DOMAINS = {
  chainEntry: "kith/entry/1\0",
  devicePossession: "kith/device-pop/1\0",
  handleClaim: "kith/claim/1\0",
  deviceCard: "kith/card/1\0",
  bundleHead: "kith/bundle/1\0",
  oneTimePrekeys: "kith/one-time/1\0",
  directoryReceipt: "kith/directory-receipt/1\0",
  relayRecord: "kith/relay-record/1\0",
} as const;

/** HKDF info strings and hash prefixes. */
export const LABELS = {
  bind: "kith/bind/1",
  envelope: "kith/env/1",
  request: "kith/request/1",
  inviteAdmit: "kith/invite/admit/1",
  invitePerson: "kith/invite/person/1",
  directoryHandle: "kith/handle/1\0",
  directoryXid: "kith/xid/1\0",
  directoryAccount: "kith/account/1\0",
  queueReceive: "kith/queue/receive/1",
  queueOwnerMac: "kith/queue/owner-mac/1",
  queueSend: "kith/queue/send/1",
  queueSenderMac: "kith/queue/sender-mac/1",
  queueEnvelope: "kith/queue/envelope/1",
  queueNonce: "kith/queue/nonce/1",
  relayOpen: "kith/relay/open/1",
  relayReceipt: "kith/relay/receipt/1",
  relayWork: "kith/relay/work/1",
  claimWork: "kith/claim/work/1",
  directAck: "kith/direct/ack/1",
  storeKey: "kith/store/1",
  boxId: "kith/box/1",
  boxOwnerMac: "kith/box/owner-mac/1",
  file: "kith/file/1",
  fileDirect: "kith/file/direct/1",
  callCheck: "kith/call/check/1",
  blobId: "kith/blob/id/1",
  blobRead: "kith/blob/read/1",
  blobSpace: "kith/blob/space/1",
  blobOwner: "kith/blob/owner/1",
} as const;
