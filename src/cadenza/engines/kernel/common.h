/* What all parts of the kernel share: the program as the packer gives it, one person's row, the simulation, and how memory is asked for.

   The kernel is `simpy_engine` once more, with the same order of events, the same draws and the same additions of doubles. It knows no
   names: `generated.h` (written by pack.py) holds the codes and the structs, so that Python and C cannot disagree about either. */
#ifndef COMMON_H
#define COMMON_H

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int32_t i32;
typedef int64_t i64;
typedef uint32_t u32;
typedef uint64_t u64;

#include "generated.h"

#define DAY INT64_C(86400)
#define WEEK INT64_C(604800)
#define NEVER (INT64_C(1) << 62)
#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)
#define UNIT 0x1p-53
#define INDEX_SHIFT 52
#define RECENT (DEPTH - 1)

/* All instants are seconds since the program's start: pack.py has moved the arrays. What lies beyond 2**31 never happens. */
#define LATEST INT32_MAX

/* What is done for every touch is one function, and what is rare stays out of it. */
#define OFTEN static inline __attribute__((always_inline))
#define SELDOM static __attribute__((noinline, cold))

_Static_assert(CHANNELS <= 5 && DEPTH == 16 && POINTS == 4096, "Row.luck has 12 bits for the propensity and 4 for each channel");

/* Flags of a row: somebody has it; a refusal is on its way; `planned`, `held` and the rest of `Rare` say something. */
enum { KNOWN = 1, PENDING = 2, PLANS = 4, HELD = 8, RARE = 16 };

/* A person, in one cache line. -1: none. What is not here is rare, or can be looked up by the person's number. A row is given to a person when something
   happens to them first, and taken back when nothing can any more (crew.h). */
typedef struct {
    u64 base;
    i32 since, touched, due, expires, refused;
    i32 stamp;
    u32 position, number;
    uint16_t state, cohort, calendar;
    int16_t round, last_step, touches, answered;
    uint16_t coming; /* entries of the agenda that are about this person, but for those that an end does not hear */
    u32 luck; /* index of the propensity (12 bits), then touches by channel, 4 bits each, up to DEPTH - 1 */
    uint8_t segment, flags;
} Row;
_Static_assert(sizeof(Row) == 64, "a row is one cache line");

/* The rest of a person, which most never need: memory that is not touched costs nothing. */
typedef struct {
    i32 pending, review; /* heads of lists of notes, counted from 1; 0: none */
    i32 meetings, enrolled;
    i32 speed; /* slice of the half-life, counted from 1; 0: plays no part */
    i32 planned, held; /* where the flags say so */
} Rare;

/* A state. `due` and `done`: the transitions of the two events that come all the time, where they are plain (no pauses, no clock), else -1. `touch`: the
   state to which `due` leads where that is a touch and nobody looks on; `wait`: the transition to a wait, when the touch is done or somebody is
   enrolled, likewise; else -1. */
typedef struct {
    i32 step;
    i32 due, done, touch, wait;
    uint8_t kind, paused, holds, clocked; /* holds: remembers when the touch was due; clocked: `elapsed` runs */
} Spot;

/* A transition; `start`, `now`, `at`: its last timer that was computed, for in a round most people ask for the same. `shift`: by how much
   business days move whatever starts on the day (of the calendar `days`) that begins at `from`. */
typedef struct {
    i32 target;
    int8_t timer;
    uint8_t column, unit;
    i64 amount;
    i32 calendar, start, now, at;
    i32 shift, from, days;
} Turn;


/* So many things were so late. */
typedef struct {
    u32 late, times;
} Late;

/* How late things were, in seconds: those that were late at all one by one, and when these are many, counted by second (lates.h); the others counted. */
typedef struct {
    u32 *at;
    Late *known;
    size_t count, room, known_count, punctual;
} Lates;

/* A step, as its touches need it. */
typedef struct {
    i64 *touches, *curve, *sends;
    u64 address, connected, response;
    Lates *late;
    i32 *lanes[2]; /* of the rep and, once a mail is written, of the mailbox: [calendar * spread + slot] */
    i64 seconds, slice;
    u64 first; /* a job's priority, and its due date at the start */
    u64 magic; /* 2**64 / spread, for remainders without a division */
    i32 row;
    u32 spread, one, most; /* one, most: of the channel's touches in Row.luck */
    uint8_t answer, varies, looked_at, pressed, caller, written; /* written: before it is sent */
} Deed;

/* What can be said of a touch before anything else is known: the share of bounces and connections, and a bound that no person's answers exceed; in
   units of 2**-53, rounded up: a draw lies below the share exactly if its first 53 bits do. */
typedef struct {
    u64 bounced, connected, most;
} Odds;

/* A refusal on its way (told > 0), or a reply that nobody has classified. */
typedef struct {
    i64 told, reached[CHANNELS];
    i32 event, step, next;
} Note;

/* Something that is going to happen, in 16 bytes that sort as the reference sorts: `a` is second of the slot (12 bits), rank (7), person (32), kind (4);
   `b` is step + 1 (16) and stamp (48). */
typedef struct {
    u64 a, b;
} Entry;

#define CHUNK 31
#define CROWD_CHUNK (4 * CHUNK)
typedef struct {
    union {
        Entry entry[CHUNK];
        u32 person[CROWD_CHUNK];
    };
    i32 next, unused;
} Chunk;

/* A slot's chunks; `count` is of the last one. */
typedef struct {
    i32 first, last, count;
} Bag;

/* For an instant that is asked for again and again: the batch of all whose timers end then; -1, -2: it has no batch yet. */
typedef struct {
    i32 at, batch;
} Known;
#define KNOWN_BITS 6

/* A set of people that is read in order: a bit each, and a bit for each word that is not zero. */
typedef struct {
    u64 *word, *filled;
    u32 low, high; /* of what is in it; high < low: nothing */
} Marks;

typedef struct {
    Entry *at;
    size_t count, room;
} Entries;

/* Work that waits: `a` is priority (8 bits) and due (56), `b` person and stamp. */
typedef Entry Job;

/* Jobs mostly come in order: those that do stand in a line, the others in a heap. */
typedef struct {
    Job *line, *heap;
    u32 head, tail, heaped;
    i32 cap; /* index into caps, -1: none */
    i32 window, opens, shuts, rung, active, noted, resource;
    i64 weekly, daily;
    u32 line_room, heap_room;
    i32 step, slot;
} Lane;

typedef struct {
    i64 week, today;
    i32 resource, rep, channel;
} Cap;

typedef struct {
    i32 *at;
    u32 count, room;
} Numbers;

/* A lane that is open, and a job that none of its jobs comes before. */
typedef struct {
    Job job;
    i32 lane, unused;
} Front;

typedef struct {
    Numbers active, parked, lanes;
    i64 left, shuts; /* mailbox: mails left today; role: until when work may start */
    i64 people, *busy;
    u32 working, busy_room;
    double selling, pace;  /* share of the hours; speed of whoever works now */
    const double *paces;   /* seat * days + day, where people come and go; else NULL */
    i64 *until;            /* by seat: busy until */
    i64 seat;
    i64 next_hours;
    i32 caps;
    Front *fronts;
    u32 front_count, front_room;
    i32 look;         /* when a lane that was shut may be open */
    u64 pushes, seen; /* how often anything was put into a lane: now, and when the fronts were lined up */
} Resource;

typedef struct {
    i64 time;
    u64 draw;
    i32 person, state, event, step;
    i32 made, spare; /* made: step + 1 of the touch that was made, else 0 */
} Told;

#define TOLD 8192 /* events that are handed over at a time */

/* Functions of the caller: takes events, and says whether it cannot; takes how many were how late and the number of punctual ones, of touches (0) and hand-offs (1). */
typedef int (*TakeEvents)(const Told *, i64);
typedef int (*TakeLateness)(i64 cohort, i64 kind, const Late *late, i64 count, i64 punctual);

/* Before each block of memory: those of their own are freed at the end, wherever the run stopped; those in the caller's room have no `before`. */
typedef struct Block {
    struct Block *next, *before;
    size_t size, unused; /* in the room */
} Block;

typedef struct {
    const Program *p;
    const Rates *r;
    Result *out;
    jmp_buf failed;
    Block blocks; /* all memory of our own, for the end */
    char *room;   /* what is left of the caller's */
    size_t room_left;

    i64 now, slot_start, week;
    i64 slot;
    Entries current, near, soon, bucket, spare, part;
    size_t taken; /* of `current` */
    Bag *bags;
    Chunk *chunks;
    u32 chunk_count, chunk_room;
    i32 chunk_free;
    Known known[1 << KNOWN_BITS];
    Bag *batches;
    u32 batch_count, batch_room;
    i32 batch_free;
    Marks marks;
    Numbers due; /* people whose timers end now */

    Row *rows;  /* the first two are nobody's, and nothing that is asked for agrees with them */
    i32 *place; /* by person: which row, NOBODY_YET or GONE */
    i32 row_count, first_spare, last_spare; /* rows that were taken back are a line, each with the place of the next as its number */
    Numbers leaving;                        /* people who may have come to their end */
    uint8_t *deaf;               /* by state: an end that hears nothing of colleagues */
    int alone;                   /* nobody has colleagues */
    Rare *rare;
    u32 (*recent)[RECENT];
    Note *notes;
    i32 note_count, note_room, note_free;

    Resource *resources;
    i32 resource_count, roles, nobody;
    i64 next_free; /* when the first hand that is busy is free */
    u64 *bells; /* one bit for each resource */
    i32 bell_words;
    Lane *lanes;
    u32 lane_count, lane_room;
    Cap *caps;
    u32 cap_count, cap_room;
    i32 *lane_of;

    i64 days, today;
    i64 *sends, *complaints, *bounces;
    double *reputation;
    Numbers *returned;
    u32 *returned_head;
    i32 *arrival_first, *arrivals; /* by day; the people in the order of their days, NULL where they come in the order of their numbers */

    i32 *hints, *hint_first, hint_count;
    i32 *ranks, *rank_first;
    i64 rank_base, rank_count, hint_base;
    Spot *spots;
    Turn *turns;
    Deed *deeds;
    Odds *odds;
    i32 *go;
    uint8_t *pressed;
    Lates *touch_late, *handoff_late;
    i32 *waits; /* where people are shared: the stamp at which a touch waits for the person to be free, plus one */

    Told *told; /* room for TOLD events, where somebody takes them */
    u32 told_count;
    int tracing;
} Sim;

/* ------------------------------------------------------------ memory */

/* A block in the caller's room, not cleared, or NULL: to ask the system for pages takes longer than to clear those that are there. */
static void *in_room(Sim *s, size_t size) {
    size_t whole = sizeof(Block) + ((size + 15) & ~(size_t)15);
    s->out->room_wanted += (i64)whole;
    if (whole > s->room_left) return NULL;
    Block *block = (Block *)s->room;
    *block = (Block){NULL, NULL, whole - sizeof(Block), 0};
    s->room += whole;
    s->room_left -= whole;
    return block + 1;
}

/* A block with nothing but zeros. Pages that are never touched cost nothing. Without memory the run ends: back to `cadenza_run`, which frees all. */
static void *fresh(Sim *s, size_t count, size_t size) {
    void *there = in_room(s, (count ? count : 1) * size);
    if (there != NULL) return memset(there, 0, (count ? count : 1) * size);
    Block *block = calloc(1, sizeof(Block) + (count ? count : 1) * size);
    if (block == NULL) longjmp(s->failed, 1);
    block->next = s->blocks.next;
    block->before = &s->blocks;
    if (block->next) block->next->before = block;
    s->blocks.next = block;
    return block + 1;
}

/* The same block (or none yet), larger. */
static void *larger(Sim *s, void *block, size_t count, size_t size) {
    if (block == NULL) return fresh(s, count, size);
    Block *own = (Block *)block - 1;
    if (own->before == NULL) {
        size_t kept = own->size < count * size ? own->size : count * size;
        return memcpy(fresh(s, count, size), block, kept);
    }
    Block *moved = realloc(own, sizeof(Block) + count * size);
    if (moved == NULL) longjmp(s->failed, 1);
    moved->before->next = moved;
    if (moved->next) moved->next->before = moved;
    return moved + 1;
}

/* Give one block back before the end. */
static void release(Sim *s, void *block) {
    (void)s;
    if (block == NULL) return;
    Block *own = (Block *)block - 1;
    if (own->before == NULL) return;
    own->before->next = own->next;
    if (own->next) own->next->before = own->before;
    free(own);
}

static void free_all(Sim *s) {
    for (Block *block = s->blocks.next; block != NULL;) {
        Block *next = block->next;
        free(block);
        block = next;
    }
    s->blocks.next = NULL;
}

/* Make room for one more in an array that doubles. */
#define GROW(s, array, count, room, first)                                        \
    do {                                                                          \
        if ((count) == (room)) {                                                  \
            (room) = (room) ? 2 * (room) : (first);                               \
            (array) = larger(s, array, (size_t)(room), sizeof *(array));          \
        }                                                                         \
    } while (0)

static inline void add_number(Sim *s, Numbers *numbers, i32 value) {
    GROW(s, numbers->at, numbers->count, numbers->room, 8);
    numbers->at[numbers->count++] = value;
}

#endif
