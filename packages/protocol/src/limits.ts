/** Every bound of the protocol in one place, each with its unit and reason. */

/** Nesting of CBOR items; the deepest structure (a BOX-GET answer) needs five. */
export const MAX_CBOR_DEPTH = 6;

/** One frame on a Kith stream, in bytes: the largest envelope (64 KiB) and its headers. */
export const MAX_FRAME_BYTES: number = 66 * 1024;

/** One sigchain entry, in bytes, signature included. */
export const MAX_ENTRY_BYTES = 1024;

/** Entries of one sigchain; a chain that needs more starts anew with `recover`. */
export const MAX_CHAIN_ENTRIES = 64;

/** Entries of one chain signed by the root: each costs a verifier 2 to 5 ms. */
export const MAX_ROOT_ENTRIES = 16;

/** One whole sigchain, in bytes. */
export const MAX_CHAIN_BYTES: number = 24 * 1024;

/** Devices of one account that are active at one time. */
export const MAX_DEVICES = 10;

/** The name that a person gives to one of their devices, in UTF-8 bytes. */
export const MAX_DEVICE_NAME_BYTES = 120;

/** Device-adds that may lead from the root to a device: the entries that certify it must fit a contact request. */
export const MAX_GRANT_DEPTH = 4;

/** Revoked device keys that a recover names: with them its entry still fits beside three device-adds in a certificate. */
export const MAX_REVOKED_KEYS = 40;

/** The entries that certify one device when shown alone, in bytes. */
export const MAX_CERTIFYING_BYTES = 2048;

/** Claim, chain and device cards of one account as they move together, in bytes: one frame holds them. */
export const MAX_ACCOUNT_RECORD_BYTES: number = 64 * 1024;

/** One signed handle claim, in bytes. */
export const MAX_CLAIM_BYTES = 512;

/** One signed device card, in bytes. */
export const MAX_CARD_BYTES = 2048;

/** One signed directory receipt, in bytes. */
export const MAX_DIRECTORY_RECEIPT_BYTES = 320;

/** One signed witness statement, in bytes. */
export const MAX_WITNESS_BYTES = 320;

/** How far the time of a witness statement may lie from the reader's, in ms: it is asked for when it is wanted. */
export const MAX_WITNESS_AGE_MS: number = 24 * 3600 * 1000;

/** Relays that must say the same: one alone could tell a single person whatever it likes. */
export const MIN_WITNESSES = 2;

/** The proof that an account showed two histories, in bytes: two entries, and those that certify their signer. */
export const MAX_EQUIVOCATION_BYTES: number = MAX_CERTIFYING_BYTES + 2 * MAX_ENTRY_BYTES + 512;

/** Claims a directory node keeps under one key. */
export const MAX_CLAIMS_PER_KEY = 64;

/** Relays a device names for one purpose (its box, one queue, one invite). */
export const MAX_RELAYS = 3;

/** Addresses of one relay in a descriptor. */
export const MAX_ADDRESSES = 3;

/** One multiaddr in text form, in bytes. */
export const MAX_ADDRESS_BYTES = 256;

/** Text of one message, in UTF-8 bytes; longer text travels as a file. */
export const MAX_TEXT_BYTES: number = 48 * 1024;

/** Text of a contact request, in UTF-8 bytes: it must fit the 16 KiB class with prekey message and chain entries. */
export const MAX_REQUEST_TEXT_BYTES = 2000;

/** Messages a person may send before the other side accepts. */
export const MAX_UNANSWERED_REQUESTS = 3;

/** Envelopes in one PUT or GET frame. */
export const MAX_ENVELOPES_PER_FRAME = 64;

/** Queues one frame may name (CREATE, OPEN, SUB). */
export const MAX_QUEUES_PER_FRAME = 256;

/** Ids in one LIST answer or ACK. */
export const MAX_IDS_PER_FRAME = 1000;

/** Largest forward jump of a chain counter in a message from the request box: each step costs two HMACs. */
export const MAX_JUMP_UNAUTHENTICATED = 1000;

/** Largest forward jump once the queue envelope has verified (Signal's figure). */
export const MAX_JUMP = 25_000;

/** Skipped message keys kept for one receiving chain. */
export const MAX_SKIPPED_KEYS = 2000;

/** Receiving chains kept for one session. */
export const MAX_RECEIVER_CHAINS = 5;

/** Epochs of the post-quantum ratchet whose chains a session keeps; five receiving chains span at most three. */
export const MAX_PQ_EPOCHS = 4;

/** Replies of the other side without a new post-quantum epoch; strict turns need 43, at 60 % loss about 110. */
export const MAX_REPLIES_WITHOUT_EPOCH = 400;

/** Archived sessions kept for one device pair. */
export const MAX_ARCHIVED_SESSIONS = 40;

/** Sender key chains kept of one device under one distribution id: the newest and those it came after. */
export const MAX_SENDER_CHAINS = 5;

/** Age in ms at which skipped keys die. */
export const MAX_SKIPPED_KEY_AGE_MS: number = 30 * 24 * 3600 * 1000;

/** How far into the future a signed record's time may lie, in ms. */
export const MAX_CLOCK_SKEW_MS: number = 10 * 60 * 1000;

/** Longest life of claims, cards and bundle heads, in ms. */
export const MAX_RECORD_LIFE_MS: number = 30 * 24 * 3600 * 1000;

/** An invite's text, in characters. */
export const MAX_INVITE_CHARACTERS = 600;

/** Characters of the invite link of a group: a code that a camera reads has room for about twice as many. */
export const MAX_GROUP_LINK_CHARACTERS = 900;

/** The text of a link code, in characters. */
export const MAX_LINK_CHARACTERS = 600;

/** One-time prekey pairs a device keeps on each box relay. */
export const ONE_TIME_PREKEYS = 100;

/** One signed bundle head, in bytes: a KEM key, an X-Wing key and their signatures. */
export const MAX_BUNDLE_BYTES = 4096;

/** A sealed request with its padding, in bytes: the class every request has. */
export const REQUEST_BYTES: number = 16 * 1024;

/** Size classes of a whole envelope, in bytes. */
export const ENVELOPE_CLASSES: readonly number[] = [768, 3072, 8192, 16_384, 32_768, 65_536];

/** One v4 session message, in bytes: what the largest envelope class can hold. */
export const MAX_SESSION_MESSAGE_BYTES: number = 64 * 1024;

/** The post-quantum ratchet's part of one message, in bytes; the longest known is under 64. */
export const MAX_PQ_RATCHET_BYTES = 256;

/** Archived sessions of one device pair together, in bytes: bounds what skipped keys a peer can make us keep. */
export const MAX_ARCHIVED_BYTES: number = 1024 * 1024;

/** How long a session that was never answered is used to send, in ms (Signal's figure). */
export const MAX_UNANSWERED_SESSION_MS: number = 30 * 24 * 3600 * 1000;

/** One file, in bytes: 4 GiB. */
export const MAX_FILE_BYTES: number = 4 * 1024 ** 3;

/** Units of one file: 1 MiB each, and the one in which it ends. */
export const MAX_FILE_UNITS: number = 4 * 1024 + 1;

/** The preview of a picture, in bytes. */
export const MAX_PREVIEW_BYTES: number = 40 * 1024;

/** One manifest, in bytes: a preview, a name, three relays with their addresses. */
export const MAX_MANIFEST_BYTES: number = 46 * 1024;

/** One signal about a call, in bytes: a description and sixteen candidates are under half of it. */
export const MAX_SIGNAL_BYTES = 4096;

/** People of one group, those invited and those who wait to be let in among them: each send goes to all their devices. */
export const MAX_GROUP_MEMBERS = 32;

/** Devices of one group. */
export const MAX_GROUP_DEVICES = 128;

/** One operation on a group, in bytes: the entries that certify a device, and some 500 bytes beside them. */
export const MAX_OPERATION_BYTES: number = MAX_CERTIFYING_BYTES + 1024;

/** Operations of one group: what is concurrent is compared pair by pair. */
export const MAX_GROUP_OPERATIONS = 1024;

/** Of these, the last that are left for leaving, removing and retiring. */
export const RESERVED_GROUP_OPERATIONS = 64;

/** The operations of one group together, in bytes. */
export const MAX_GROUP_LOG_BYTES: number = 1024 * 1024;

/** Operations that one operation or message names as what it comes after. */
export const MAX_GROUP_PARENTS = 8;

/** A contact backup before it is cut into pieces, in bytes. */
export const MAX_CONTACT_BACKUP_BYTES: number = 256 * 1024;

/** The name of a group, in UTF-8 bytes; interfaces show 100 characters. */
export const MAX_GROUP_NAME_BYTES = 400;

/** Messages of one sender key chain, and its age in ms: then the sender makes another. */
export const MAX_CHAIN_MESSAGES = 1000;
export const MAX_CHAIN_AGE_MS: number = 7 * 24 * 3600 * 1000;
