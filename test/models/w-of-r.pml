/*
 * One message from a sender to a recipient over R relays, of which W must have given a receipt before it is shown as
 * sent (docs/spec/05-relay.md, "Promise"). Anybody may crash between any two steps and then has only what was synced;
 * any answer may be lost; once the message is shown as sent, disaster may take the sender's device and W - 1 relays, or
 * every relay. There are CRASHES crashes and LOSSES lost answers, anywhere.
 *
 * kept       what is shown as sent and not yet taken is held by somebody who lives        (assertion)
 * once       the recipient shows it once                                                  (assertion)
 * arrives    while the sender's device lives it is delivered in the end                   (-DLIVE, ltl)
 *
 * Check:
 * Check: -DLIVE
 * Find: -DACK_BEFORE_SYNC
 * Find: -DNO_DEDUPE
 * Find: -DONE_RECEIPT
 * Find: -DFORGETS_WHEN_SENT
 */
#define R 3
#ifdef ONE_RECEIPT
#define ENOUGH 1
#else
#define ENOUGH 2
#endif
#define W 2
#define CRASHES 2
#define LOSSES 1

/* Disks. */
bool outbox;            /* the sender's: the message and its ratchet, one batch */
bool stored[R];         /* a relay's */
bool taken;             /* the recipient's: the message, its ratchet and its seen id, one batch */
bool seen;
/* What people saw. */
bool shown_as_sent;
byte times_shown;
bool delivered;
/* What has happened to the world. */
bool relay_gone[R];
bool sender_gone;
byte crashes = CRASHES;
byte losses = LOSSES;

#define HOLDS(i) (stored[i] && !relay_gone[i])
#define HELD (HOLDS(0) || HOLDS(1) || HOLDS(2))

active proctype Sender() {
  byte i, receipts;
  bool has[R], answered;
  outbox = true;
again:
  receipts = 0;
  has[0] = false; has[1] = false; has[2] = false;
  do
  :: delivered || sender_gone || (relay_gone[0] && relay_gone[1] && relay_gone[2]) -> break
  :: atomic { crashes > 0 -> crashes--; goto again }                /* a crash forgets the receipts */
  :: atomic { receipts >= ENOUGH && !shown_as_sent && !sender_gone -> shown_as_sent = true;
#ifdef FORGETS_WHEN_SENT
       outbox = false
#endif
     }
  :: atomic { !delivered && !sender_gone && outbox ->
       i = (i + 1) % R; answered = false }
     if
     :: relay_gone[i] -> skip
#ifdef ACK_BEFORE_SYNC
     :: !relay_gone[i] -> answered = true;
        if
        :: stored[i] = true
        :: atomic { crashes > 0 -> crashes-- }                      /* gone with the relay's memory */
        fi
#else
     :: !relay_gone[i] -> stored[i] = true; answered = true         /* the commit, then the receipt */
     :: atomic { crashes > 0 && !relay_gone[i] -> crashes-- }       /* crash before the commit */
     :: atomic { crashes > 0 && !relay_gone[i] -> crashes--; stored[i] = true }  /* crash after it */
#endif
     fi;
     atomic {
       if
       :: answered && losses > 0 -> losses--                        /* the receipt is lost */
       :: answered && !has[i] -> has[i] = true; receipts++
       :: else
       fi
     }
  od
}

active proctype Recipient() {
  byte i;
again:
  do
  :: atomic { HOLDS(0) -> i = 0; break }
  :: atomic { HOLDS(1) -> i = 1; break }
  :: atomic { HOLDS(2) -> i = 2; break }
  :: delivered && !HELD -> goto done
  :: sender_gone && !HELD -> goto done
  :: relay_gone[0] && relay_gone[1] && relay_gone[2] -> goto done
  od;
  if
  :: atomic { crashes > 0 -> crashes--; goto again }                /* before the batch */
  :: true
  fi;
  atomic {
    if
    :: seen                                                         /* a copy */
    :: else -> taken = true; times_shown++; assert(times_shown <= 1);
#ifndef NO_DEDUPE
       seen = true
#endif
    fi
  };
  if
  :: atomic { crashes > 0 -> crashes--; goto again }                /* after it, before the relay is told */
  :: true
  fi;
  if
  :: atomic { losses > 0 -> losses-- }                              /* the ACK is lost: the relay still has it */
  :: stored[i] = false
  fi;
  if
  :: atomic { losses > 0 -> losses-- }                              /* the word is lost: the next copy brings it up again */
  :: delivered = true
  fi;
  goto again;
done:
  skip
}

active proctype Disaster() {
  byte relays_to_go = W - 1;
  if
  :: shown_as_sent
#ifndef LIVE
  :: atomic { shown_as_sent -> relays_to_go = R }
  :: atomic { shown_as_sent -> sender_gone = true; outbox = false }
#endif
  :: delivered -> relays_to_go = 0
  fi;
  do
  :: atomic { relays_to_go > 0 && !relay_gone[0] -> relay_gone[0] = true; relays_to_go-- }
  :: atomic { relays_to_go > 0 && !relay_gone[1] -> relay_gone[1] = true; relays_to_go-- }
  :: atomic { relays_to_go > 0 && !relay_gone[2] -> relay_gone[2] = true; relays_to_go-- }
  :: break
  od
}

active proctype Promise() {
end:
  do
  :: atomic { shown_as_sent && !taken && !outbox && !HELD -> assert(false) }
  :: taken -> break
  od
}

/* With every relay gone the message waits in the outbox for a new one, which is not modelled. */
#ifdef LIVE
ltl arrives { <> (delivered && taken) }
#endif
