/* What all parts of the solver share: the program as `pack.py` gives it, a bundle, what a touch may bring, and how memory is asked for.

   This is `expected/solve.py` and its neighbours once more, bundle by bundle and in the same order; the comments are there. `generated.h` holds the
   codes and the struct `Given`, so that Python and C cannot disagree about either. */
#ifndef SHARES_H
#define SHARES_H

#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int32_t i32;
typedef int64_t i64;
typedef uint64_t u64;

#include "generated.h"

#define TINY 1e-9
#define DAY INT64_C(86400)
#define WEEK INT64_C(604800)

enum { FINE, NO_MEMORY, NO_ROOM, BY_CALLER }; /* how a run ends; BY_CALLER: a function of Python's failed */

/* A law of delay: so many equally likely seconds, least first. */
typedef struct {
    const i64 *table;
    i64 size, last;
} Delay;

/* Classes with one law of delay: `chance[event * kinds + kind]`, and their sum by kind. */
typedef struct {
    i32 delay, events, rank; /* rank: where it stands in the order of one second */
    i32 *code;
    double *chance, *total;
} Group;

/* The groups of an item. `notes`: what is left of them once the person has spoken; -1: not known yet, 0: nothing. */
typedef struct {
    i32 count, kinds, notes;
    i64 last;
    Group *group;
} Groups;

typedef struct {
    i32 step, made, groups, then; /* groups: index; then: the same, 0: nothing */
    i64 at, then_at, last;
    double scale;
    i32 answer;
} Item;

typedef struct {
    i32 step, channel, recent, refused;
    double speed, placed;
} Setting;

typedef struct {
    Setting setting;
    double *bad, *first, *lands; /* NULL: nobody, always, always */
    i32 waits, any_bad, first_code, looks, groups, first_groups, bounce;
    i32 *look; /* groups of each */
} Touch;

typedef struct {
    i64 told, known[CHANNELS];
    i32 event, step;
} Pending;

typedef struct Bundle {
    i32 state, cohort, calendar, round, last_step, touches, answered, meetings;
    i64 since, enrolled, touched, due, planned, expires, held, refused, stamp;
    double speed;
    i32 on_channel[CHANNELS];
    i32 made_count, pending_count, review_count;
    i64 made[DEPTH];
    Pending pending[NOTES];
    i32 review[NOTES][2];
    i32 address, fate, news, why, own_why, hears_code, hears_unclear;
    i64 clocked, at, own_at, seen;
    Item hears;
    u64 key[2];
    i32 item_count, item_room;
    Item *items;
    struct Bundle *next;
    double w[];
} Bundle;

typedef struct {
    i64 at, rank;
    Bundle *bundle;
} Entry;

typedef struct Part {
    struct Part *next;
    i64 at;
    i32 item, code, unclear;
    double *w;
} Part;

typedef struct Block {
    struct Block *next;
    size_t used, room;
} Block;

/* Between which chances of being bad the luck of these people lies, by kind of address and kind of person. */
typedef struct {
    i32 known[6];
    double *low[6], *high[6];
    u64 hash;
} Address;

typedef struct {
    i64 cohort, role, until;
    i32 count;
    i64 at[CHANNELS];
} Late;

typedef i64 (*AskTouch)(void *solver, i64 step, i64 channel, i64 recent, i64 refused, double speed, double placed);
typedef double (*AskPlacement)(i64 sender, double complaints, double bounces, double mails);

typedef struct Solver {
    const Given *p;
    AskTouch ask_touch;
    AskPlacement ask_placement;
    jmp_buf failed;
    i32 kinds; /* of the playbook that has most */

    Block *memory, *scratch, *empty; /* kept till the end; a stack; blocks of the stack that are free */
    Bundle *spare, *everyone;
    Bundle **bundles;
    size_t bundle_count, bundle_room;

    Delay *delays;
    size_t delay_count, delay_room;
    Groups *groups;
    size_t group_count, group_room;
    Touch *asked; /* where the answer of `ask_touch` is put */
    Touch *touches;
    size_t touch_count, touch_room;
    Address *addresses;
    size_t address_count, address_room;
    Late late[256];

    Entry *heap;
    size_t heap_count, heap_room;
    Bundle **waiting;
    size_t wait_count, wait_room;
    i64 pushed;

    double *reputation, *told, *before;
    Bundle ***pool;
    size_t *pool_first, *pool_count, *pool_room;
    i32 *overs, *newsy;
    double grain, small, least, cutoff;
} Solver;

/* ------------------------------------------------------------ memory */

static void fail(Solver *s, int why) { longjmp(s->failed, why); }

static void *bump(Solver *s, Block **stack, size_t size) {
    size = (size + 15) & ~(size_t)15;
    Block *block = *stack;
    if (block == NULL || block->used + size > block->room) {
        size_t room = size > ((size_t)1 << 18) ? size : (size_t)1 << 18;
        if (s->empty != NULL && s->empty->room >= size) {
            block = s->empty;
            s->empty = block->next;
        } else {
            block = malloc(sizeof(Block) + 16 + room);
            if (block == NULL) fail(s, NO_MEMORY);
            block->room = room;
        }
        block->used = 0;
        block->next = *stack;
        *stack = block;
    }
    void *found = (char *)(((uintptr_t)(block + 1) + 15) & ~(uintptr_t)15) + block->used;
    block->used += size;
    return found;
}

/* For good: nothing of it is freed before the end. */
static void *keep(Solver *s, size_t size) {
    void *found = bump(s, &s->memory, size);
    memset(found, 0, size);
    return found;
}

static double *scratch(Solver *s, i64 count) { return bump(s, &s->scratch, (size_t)count * sizeof(double)); }

typedef struct {
    Block *block;
    size_t used;
} Mark;

static Mark mark(Solver *s) { return (Mark){s->scratch, s->scratch ? s->scratch->used : 0}; }

static void release(Solver *s, Mark to) {
    while (s->scratch != to.block) {
        Block *block = s->scratch;
        s->scratch = block->next;
        block->next = s->empty;
        s->empty = block;
    }
    if (s->scratch) s->scratch->used = to.used;
}

#define GROW(s, array, count, room)                                               \
    do {                                                                          \
        if ((count) == (room)) {                                                  \
            size_t more_ = (room) ? 2 * (room) : 64;                              \
            void *moved_ = realloc(array, more_ * sizeof *(array));               \
            if (moved_ == NULL) fail(s, NO_MEMORY);                               \
            (array) = moved_;                                                     \
            (room) = more_;                                                       \
        }                                                                         \
    } while (0)

/* ------------------------------------------------------------ bundles */

static Bundle *new_bundle(Solver *s) {
    Bundle *b = s->spare;
    if (b != NULL) {
        s->spare = b->next;
        return b;
    }
    GROW(s, s->bundles, s->bundle_count, s->bundle_room);
    b = calloc(1, sizeof(Bundle) + (size_t)s->kinds * sizeof(double));
    if (b == NULL) fail(s, NO_MEMORY);
    return s->bundles[s->bundle_count++] = b;
}

static void drop(Solver *s, Bundle *b) {
    b->next = s->spare;
    s->spare = b;
}

static void room_for(Solver *s, Bundle *b, i32 count) {
    if (b->item_room >= count) return;
    i32 room = count > 8 ? 2 * count : 8;
    Item *moved = realloc(b->items, (size_t)room * sizeof(Item));
    if (moved == NULL) fail(s, NO_MEMORY);
    b->items = moved;
    b->item_room = room;
}

static i32 kinds_of(const Solver *s, const Bundle *b) { return (i32)s->p->kind_count[b->cohort]; }

static double sum_of(const double *w, i32 count) {
    double sum = 0.0;
    for (i32 k = 0; k < count; k++) sum += w[k];
    return sum;
}

static double mass_of(const Solver *s, const Bundle *b) { return sum_of(b->w, kinds_of(s, b)); }

/* A part of these people, with the same history; its weights are still to be set. */
static Bundle *share_of(Solver *s, const Bundle *whole) {
    Bundle *b = new_bundle(s);
    i32 room = b->item_room;
    Item *items = b->items;
    memcpy(b, whole, sizeof(Bundle));
    b->items = items;
    b->item_room = room;
    room_for(s, b, whole->item_count);
    if (whole->item_count) memcpy(b->items, whole->items, (size_t)whole->item_count * sizeof(Item));
    b->hears_code = b->news = -1;
    return b;
}

static void add_item(Solver *s, Bundle *b, Item item) {
    room_for(s, b, b->item_count + 1);
    item.last = item.at + s->groups[item.groups].last;
    b->items[b->item_count++] = item;
}

/* ------------------------------------------------------------ keys */

typedef struct {
    u64 a, b;
} Key;

static inline u64 mix(u64 z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline void put(Key *key, i64 value) {
    key->a = mix(key->a + (u64)value + UINT64_C(0x9E3779B97F4A7C15));
    key->b = (key->b ^ (u64)value) * UINT64_C(0xD6E8FEB86659FD93);
    key->b ^= key->b >> 32;
}

/* As Python divides. */
static inline i64 floored(i64 value, i64 by) { return value >= 0 ? value / by : -((by - 1 - value) / by); }

#endif
