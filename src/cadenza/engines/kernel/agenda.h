/* What is going to happen. Time is cut into slots of 4,096 seconds: what lies in a later slot is thrown into that slot's bag and sorted when its
   turn comes; what lies later in this slot is in a small heap; what happens at this very instant is in `soon`. In W no heap sees
   more than a few entries: people who wait for a day wait in bags.

   Order within an instant: the calendar, then rounds of state changes, then capacity, resource by resource (see agenda.py). */
#ifndef AGENDA_H
#define AGENDA_H
#include "common.h"

#define SLOT_SHIFT 12
#define DAY_BEGINS 0
#define OFFICE_OPENS 1
#define HAPPENING 2 /* + the event's code */
#define BELL 127

#define SECOND_OF(e) ((e).a >> 52)
#define RANK_OF(e) ((i32)((e).a >> 45 & 127))
#define PERSON_OF(e) ((i32)((e).a >> 13 & 0xFFFFFFFF))
#define KIND_OF(e) ((i32)((e).a >> 9 & 15))
#define STEP_OF(e) ((i32)((e).b >> 48) - 1)
#define STAMP_OF(e) ((i64)((e).b & UINT64_C(0xFFFFFFFFFFFF)))

static inline int before(Entry x, Entry y) { return x.a < y.a || (x.a == y.a && x.b < y.b); }

static inline void add_entry(Sim *s, Entries *entries, Entry entry) {
    GROW(s, entries->at, entries->count, entries->room, 64);
    entries->at[entries->count++] = entry;
}

static void heap_up(Entry *heap, size_t i, Entry entry) {
    while (i > 0) {
        size_t parent = (i - 1) >> 1;
        if (!before(entry, heap[parent])) break;
        heap[i] = heap[parent];
        i = parent;
    }
    heap[i] = entry;
}

/* Let the last of `count` + 1 entries take the place of the first. */
static void heap_down(Entry *heap, size_t count) {
    Entry entry = heap[count];
    size_t i = 0, child;
    while ((child = 2 * i + 1) < count) {
        if (child + 1 < count && before(heap[child + 1], heap[child])) child++;
        if (!before(heap[child], entry)) break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = entry;
}

static void into_bag(Sim *s, i64 slot, Entry entry) {
    i32 last = s->slot_ends[slot];
    if (last < 0 || s->chunks[last].count == 31) {
        i32 chunk = s->chunk_free;
        if (chunk >= 0) s->chunk_free = s->chunks[chunk].next;
        else {
            GROW(s, s->chunks, s->chunk_count, s->chunk_room, 256);
            chunk = (i32)s->chunk_count++;
        }
        s->chunks[chunk].next = -1;
        s->chunks[chunk].count = 0;
        if (last < 0) s->slots[slot] = chunk;
        else s->chunks[last].next = chunk;
        s->slot_ends[slot] = last = chunk;
    }
    s->chunks[last].entry[s->chunks[last].count++] = entry;
}

/* Let it happen at `at`, now or later; what lies beyond the horizon never happens. */
static inline void plan(Sim *s, i64 at, i32 rank, i32 person, i32 kind, i32 step, i64 stamp) {
    if (at >= s->p->end) return;
    i64 since = at - s->p->start, slot = since >> SLOT_SHIFT;
    Entry entry = {
        (u64)(since & 4095) << 52 | (u64)rank << 45 | (u64)(u32)person << 13 | (u64)kind << 9,
        (u64)(step + 1) << 48 | (u64)stamp,
    };
    if (at <= s->now) add_entry(s, &s->soon, entry);
    else if (slot != s->slot) into_bag(s, slot, entry);
    else {
        add_entry(s, &s->near, entry);
        heap_up(s->near.at, s->near.count - 1, entry);
    }
}

static inline void happen(Sim *s, i64 at, i32 event, const Row *row, i32 kind, i32 step, i64 stamp) {
    plan(s, at, HAPPENING + event, row->number, kind, step, stamp);
}

/* ------------------------------------------------------------ sorting */

static void merge(const Entry *from, size_t a, size_t b, size_t end, Entry *to) {
    size_t x = a, y = b, i = a;
    while (x < b && y < end) to[i++] = before(from[y], from[x]) ? from[y++] : from[x++];
    while (x < b) to[i++] = from[x++];
    while (y < end) to[i++] = from[y++];
}

/* By runs that are in order already: bags are filled by people who come in order. Small ones by insertion. */
static void sort_entries(Sim *s, Entries *entries) {
    size_t n = entries->count, runs = 1;
    Entry *at = entries->at;
    for (size_t i = 1; i < n; i++) runs += before(at[i], at[i - 1]) ? 1 : 0;
    if (runs == 1) return;
    if (n <= 24) {
        for (size_t i = 1; i < n; i++) {
            Entry entry = at[i];
            size_t j = i;
            for (; j > 0 && before(entry, at[j - 1]); j--) at[j] = at[j - 1];
            at[j] = entry;
        }
        return;
    }
    while (s->spare.room < entries->room) {
        s->spare.room = entries->room;
        s->spare.at = larger(s, s->spare.at, s->spare.room, sizeof(Entry));
    }
    while (runs > 1) {
        Entry *to = s->spare.at;
        size_t a = 0;
        runs = 0;
        at = entries->at;
        while (a < n) {
            size_t b = a + 1, end;
            while (b < n && !before(at[b], at[b - 1])) b++;
            for (end = b < n ? b + 1 : n; end < n && !before(at[end], at[end - 1]);) end++;
            merge(at, a, b, end, to);
            a = end;
            runs++;
        }
        Entries swap = *entries;
        entries->at = s->spare.at;
        entries->room = s->spare.room;
        s->spare.at = swap.at;
        s->spare.room = swap.room;
    }
}

/* Empty the slot's bag into `current`, in order. */
static void open_slot(Sim *s, i64 slot) {
    s->slot = slot;
    s->slot_start = s->p->start + (slot << SLOT_SHIFT);
    s->current.count = s->taken = 0;
    for (i32 chunk = s->slots[slot]; chunk >= 0;) {
        Chunk *bag = s->chunks + chunk;
        i32 next = bag->next;
        for (i32 i = 0; i < bag->count; i++) add_entry(s, &s->current, bag->entry[i]);
        bag->next = s->chunk_free;
        s->chunk_free = chunk;
        chunk = next;
    }
    sort_entries(s, &s->current);
}

/* The second (of this slot) of whatever comes next, or -1. */
static inline i64 next_second(const Sim *s) {
    i64 second = -1;
    if (s->taken < s->current.count) second = (i64)SECOND_OF(s->current.at[s->taken]);
    if (s->near.count) {
        i64 near = (i64)SECOND_OF(s->near.at[0]);
        if (second < 0 || near < second) second = near;
    }
    return second;
}

/* Everything of one second into `bucket`, in order. */
static void fill_bucket(Sim *s, i64 second) {
    Entries *bucket = &s->bucket;
    bucket->count = 0;
    while (s->taken < s->current.count && (i64)SECOND_OF(s->current.at[s->taken]) == second) add_entry(s, bucket, s->current.at[s->taken++]);
    size_t first = bucket->count;
    while (s->near.count && (i64)SECOND_OF(s->near.at[0]) == second) {
        add_entry(s, bucket, s->near.at[0]);
        heap_down(s->near.at, --s->near.count);
    }
    if (first && bucket->count > first) sort_entries(s, bucket);
}

#endif
