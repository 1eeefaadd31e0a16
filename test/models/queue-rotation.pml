/*
 * A recipient replaces a queue by a new one while the sender goes on sending (docs/spec/05-relay.md, "Rotation").
 * The descriptor of the new queue travels as mail of the other direction, may come late or twice, and never before it is
 * committed. The old queue is read until the sender has used the new one and it is empty; only then may it be dropped.
 * Sender and recipient may crash between any two steps.
 *
 * nothing lost   a message that a queue took is taken by the recipient          (assertion)
 * no dead end    what the sender holds, it can put somewhere                    (assertion)
 * ends           all messages are taken and the old queue goes                  (-DLIVE, ltl)
 *
 * Check:
 * Check: -DLIVE
 * Find: -DDROPS_AT_ONCE
 * Find: -DTELLS_BEFORE_IT_EXISTS
 * Find: -DDROPS_UNREAD
 */
#define MESSAGES 3
#define CRASHES 2

/* The relay. */
bool exists[2];
byte held[2];            /* messages in each queue */
bool dropped;
/* The recipient's disk. */
bool wants_new;          /* the row says that there is a new queue */
bool new_used;           /* mail has come through the new queue */
byte taken;
/* The sender's disk. */
byte sends_to;           /* 0 the old queue, 1 the new one */
byte put_count;
/* The way of the descriptor. */
chan descriptor = [2] of { bit };

byte crashes = CRASHES;

active proctype Sender() {
  exists[0] = true;
  do
  :: put_count == MESSAGES -> break
  :: atomic { crashes > 0 -> crashes-- }                       /* nothing but disks: the loop begins again */
  :: atomic { descriptor?1 -> sends_to = 1 }                   /* one batch with the message that carried it */
  :: atomic {
       put_count < MESSAGES ->
       assert(sends_to == 0 || exists[1]);                     /* no dead end */
       assert(sends_to == 1 || !dropped);
       held[sends_to]++; put_count++
     }
  od;
  do
  :: descriptor?1 -> sends_to = 1
  :: taken == MESSAGES -> break
  od
}

active proctype Recipient() {
  byte told;
  exists[0] -> skip;
rotate:
#ifdef TELLS_BEFORE_IT_EXISTS
  descriptor!1;
  wants_new = true;
  exists[1] = true;
#else
  exists[1] = true;                                            /* CREATE first; again after a crash it changes nothing */
  if
  :: atomic { crashes > 0 -> crashes--; goto rotate }
  :: true
  fi;
  wants_new = true;                                            /* one batch: the row, and the mail that tells of it */
  told = 1;
  descriptor!1;
#endif
  do
  :: atomic { held[0] > 0 -> held[0]--; taken++ }
  :: atomic { held[1] > 0 -> held[1]--; taken++; new_used = true }
  :: atomic { crashes > 0 && told < 2 && nfull(descriptor) -> crashes--; told++; descriptor!1 }  /* told again */
#ifdef DROPS_AT_ONCE
  :: atomic { !dropped && held[0] == 0 -> dropped = true }
#else
#ifdef DROPS_UNREAD
  :: atomic { !dropped && new_used -> dropped = true; held[0] = 0 }
#else
  :: atomic { !dropped && new_used && held[0] == 0 -> dropped = true }
#endif
#endif
  :: put_count == MESSAGES && held[0] == 0 && held[1] == 0 && (dropped || !new_used) ->
     assert(taken == MESSAGES);                                /* nothing lost */
     break
  od
}

#ifdef LIVE
ltl ends { <> (taken == MESSAGES && (dropped || !new_used)) }
#endif
