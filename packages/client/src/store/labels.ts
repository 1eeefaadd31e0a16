/** Domain strings of the local store: none of them is also used on the wire. */

/** HKDF info strings and associated data. */
export const STORE_LABELS = {
  value: "kith/store/value/1",
  name: "kith/store/name/1",
  wrap: "kith/store/wrap/1",
  deviceSecret: "kith/store/device-secret/1",
  deviceCheck: "kith/store/device-check/1",
  erasable: "kith/store/erasable/1",
  tableKey: "kith/store/table-key/1",
  backup: "kith/store/backup/1",
} as const;
