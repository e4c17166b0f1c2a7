/* What is going to happen. Time is cut into slots of 4,096 seconds: what lies in a later slot is thrown into that slot's bag and sorted when its
   turn comes; what lies later in this slot is in a small heap; what happens at this very instant is in `soon`. In W no heap sees
   more than a few entries: people who wait for a day wait in bags.

   Order within an instant: the calendar, then rounds of state changes, then capacity, resource by resource (see agenda.py). */
#ifndef AGENDA_H
#define AGENDA_H
#include "rows.h"

#define SLOT_SHIFT 12
#define DIGIT ((size_t)1 << 8)
#define DAY_BEGINS 0
#define OFFICE_OPENS 1
#define HAPPENING 2 /* + the event's code */
#define BELL 127
#define K_MANY 15 /* a kind: the timers of a batch, whose number stands where the person does */

#define SECOND_OF(e) ((e).a >> 52)
#define RANK_OF(e) ((i32)((e).a >> 45 & 127))
#define PERSON_OF(e) ((i32)((e).a >> 13 & 0xFFFFFFFF))
#define KIND_OF(e) ((i32)((e).a >> 9 & 15))
#define STEP_OF(e) ((i32)((e).b >> 48) - 1)
#define STAMP_OF(e) ((i64)((e).b & UINT64_C(0xFFFFFFFFFFFF)))

/* The commonest of all: a wait or a pause is over. */
#define IS_TIMER(e) (((e).a >> 45 & 127) == HAPPENING + E_DUE && ((e).a >> 9 & 15) == K_TIMER)

/* Both words as one number, so that nobody has to guess which way a comparison goes. */
static inline int before(Entry x, Entry y) {
    return ((unsigned __int128)x.a << 64 | x.b) < ((unsigned __int128)y.a << 64 | y.b);
}

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

static i32 next_chunk(Sim *s, Bag *bag) {
    i32 chunk = s->chunk_free;
    if (chunk >= 0) s->chunk_free = s->chunks[chunk].next;
    else {
        GROW(s, s->chunks, s->chunk_count, s->chunk_room, 256);
        chunk = (i32)s->chunk_count++;
    }
    s->chunks[chunk].next = -1;
    if (bag->last < 0) bag->first = chunk;
    else s->chunks[bag->last].next = chunk;
    bag->count = 0;
    return bag->last = chunk;
}

static inline void into_bag(Sim *s, i64 slot, Entry entry) {
    Bag *bag = s->bags + slot;
    if (bag->count == CHUNK) next_chunk(s, bag);
    s->chunks[bag->last].entry[bag->count++] = entry;
}

/* Let it happen at `at`, now or later; what lies beyond the horizon never happens. */
static inline void plan(Sim *s, i64 at, i32 rank, i32 person, i32 kind, i32 step, i64 stamp) {
    if (at >= s->p->end) return;
    i64 slot = at >> SLOT_SHIFT;
    Entry entry = {
        (u64)(at & 4095) << 52 | (u64)rank << 45 | (u64)(u32)person << 13 | (u64)kind << 9,
        (u64)(step + 1) << 48 | (u64)stamp,
    };
    if (at <= s->now) add_entry(s, &s->soon, entry);
    else if (slot != s->slot) into_bag(s, slot, entry);
    else {
        add_entry(s, &s->near, entry);
        heap_up(s->near.at, s->near.count - 1, entry);
    }
}

static i32 new_batch(Sim *s, i64 at) {
    i32 batch = s->batch_free;
    if (batch >= 0) s->batch_free = s->batches[batch].first;
    else {
        GROW(s, s->batches, s->batch_count, s->batch_room, 64);
        batch = (i32)s->batch_count++;
    }
    s->batches[batch] = (Bag){-1, -1, CROWD_CHUNK};
    plan(s, at, HAPPENING + E_DUE, batch, K_MANY, -1, 0);
    return batch;
}

/* The person's state is over at `at`. Who shares the instant with others needs no entry of their own: a batch is read in the order of people, and whose
   state is not over then (see `is_due`) is passed over. */
static inline void plan_timer(Sim *s, i64 at, i32 person, i64 stamp) {
    Known *known = s->known + ((u32)at * UINT32_C(0x9E3779B1) >> (32 - KNOWN_BITS));
    if (at >= s->p->end) return;
    if (at <= s->now || known->at != at) {
        if (at > s->now) *known = (Known){(i32)at, -2};
        plan(s, at, HAPPENING + E_DUE, person, K_TIMER, -1, stamp);
        return;
    }
    if (known->batch < -1) {
        known->batch = -1;
        plan(s, at, HAPPENING + E_DUE, person, K_TIMER, -1, stamp);
        return;
    }
    if (known->batch < 0) known->batch = new_batch(s, at);
    Bag *batch = s->batches + known->batch;
    if (batch->count == CROWD_CHUNK) next_chunk(s, batch);
    s->chunks[batch->last].person[batch->count++] = (u32)person;
}

static inline void mark_due(Marks *marks, u32 person) {
    marks->word[person >> 6] |= UINT64_C(1) << (person & 63);
    marks->filled[person >> 12] |= UINT64_C(1) << (person >> 6 & 63);
    marks->low = person < marks->low ? person : marks->low;
    marks->high = person > marks->high ? person : marks->high;
}

/* Mark everybody of a batch, and give it back. */
static void mark_batch(Sim *s, i32 number) {
    Bag *batch = s->batches + number;
    for (i32 chunk = batch->first; chunk >= 0;) {
        Chunk *at = s->chunks + chunk;
        i32 next = at->next, count = next < 0 ? batch->count : CROWD_CHUNK;
        for (i32 i = 0; i < count; i++) mark_due(&s->marks, at->person[i]);
        at->next = s->chunk_free;
        s->chunk_free = chunk;
        chunk = next;
    }
    batch->first = s->batch_free;
    s->batch_free = number;
}

/* The people who are marked into `due`, in order; then nobody is. */
static void read_marks(Sim *s) {
    Marks *marks = &s->marks;
    s->due.count = 0;
    for (u32 top = marks->low >> 12; marks->low <= marks->high && top <= marks->high >> 12; top++) {
        u64 filled = marks->filled[top];
        marks->filled[top] = 0;
        for (; filled; filled &= filled - 1) {
            u32 word = top << 6 | (u32)__builtin_ctzll(filled);
            u64 bits = marks->word[word];
            marks->word[word] = 0;
            for (; bits; bits &= bits - 1) add_number(s, &s->due, (i32)(word << 6 | (u32)__builtin_ctzll(bits)));
        }
    }
    marks->low = UINT32_MAX;
    marks->high = 0;
}

/* Kinds of entries that keep nobody: an end does not hear the clock of `elapsed`, and nobody who has a row there is enrolled. */
static inline int is_counted(i32 kind) { return kind != K_CLOCK && kind != K_ENROL; }

static inline void happen(Sim *s, i64 at, i32 event, Row *row, i32 kind, i32 step, i64 stamp) {
    if (is_counted(kind) && at < s->p->end && row->coming < UINT16_MAX) row->coming++;
    plan(s, at, HAPPENING + event, number_of(row), kind, step, stamp);
}

/* ------------------------------------------------------------ sorting */

static void merge(const Entry *from, size_t a, size_t b, size_t end, Entry *to) {
    size_t x = a, y = b, i = a;
    while (x < b && y < end) {
        size_t later = (size_t)before(from[y], from[x]);
        to[i++] = from[later ? y : x];
        y += later;
        x += 1 - later;
    }
    while (x < b) to[i++] = from[x++];
    while (y < end) to[i++] = from[y++];
}

static void insert(Entry *at, size_t n) {
    for (size_t i = 1; i < n; i++) {
        Entry entry = at[i];
        size_t j = i;
        for (; j > 0 && before(entry, at[j - 1]); j--) at[j] = at[j - 1];
        at[j] = entry;
    }
}

static void swap_spare(Sim *s, Entries *entries) {
    Entries swap = *entries;
    entries->at = s->spare.at;
    entries->room = s->spare.room;
    s->spare.at = swap.at;
    s->spare.room = swap.room;
}

/* By the digits of `a` in which they differ, last one first; then what differs in `b` alone, which are neighbours. */
static void sort_by_digits(Sim *s, Entries *entries, u64 differ) {
    size_t n = entries->count;
    u32 first[DIGIT];
    while (differ) {
        int shift = __builtin_ctzll(differ);
        differ &= ~((u64)(DIGIT - 1) << shift);
        const Entry *from = entries->at;
        Entry *to = s->spare.at;
        memset(first, 0, sizeof first);
        for (size_t i = 0; i < n; i++) first[from[i].a >> shift & (DIGIT - 1)]++;
        u32 total = 0;
        for (size_t d = 0; d < DIGIT; d++) {
            u32 count = first[d];
            first[d] = total;
            total += count;
        }
        for (size_t i = 0; i < n; i++) to[first[from[i].a >> shift & (DIGIT - 1)]++] = from[i];
        swap_spare(s, entries);
    }
    insert(entries->at, n);
}

/* Small ones by insertion; large ones by runs that are in order already, where they are few (bags are filled by people who come in order), else by
   digits. */
static void sort_entries(Sim *s, Entries *entries) {
    size_t n = entries->count, runs = 1;
    Entry *at = entries->at;
    u64 differ = 0;
    for (size_t i = 1; i < n; i++) {
        runs += before(at[i], at[i - 1]) ? 1 : 0;
        differ |= at[i].a ^ at[0].a;
    }
    if (runs == 1) return;
    if (n <= 24) {
        insert(at, n);
        return;
    }
    if (s->spare.room < entries->room) {
        s->spare.room = entries->room;
        s->spare.at = larger(s, s->spare.at, s->spare.room, sizeof(Entry));
    }
    if (n >= DIGIT && runs > 4) {
        sort_by_digits(s, entries, differ);
        return;
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
        swap_spare(s, entries);
    }
}

/* Empty the slot's bag into `current`, in order. */
static void open_slot(Sim *s, i64 slot) {
    Bag *bag = s->bags + slot;
    Entries *current = &s->current;
    s->slot = slot;
    s->slot_start = slot << SLOT_SHIFT;
    current->count = s->taken = 0;
    for (i32 chunk = bag->first; chunk >= 0;) {
        i32 next = s->chunks[chunk].next, count = next < 0 ? bag->count : CHUNK;
        while (current->room < current->count + CHUNK) {
            current->room = current->room ? 2 * current->room : 256;
            current->at = larger(s, current->at, current->room, sizeof(Entry));
        }
        memcpy(current->at + current->count, s->chunks[chunk].entry, (size_t)count * sizeof(Entry));
        current->count += (size_t)count;
        s->chunks[chunk].next = s->chunk_free;
        s->chunk_free = chunk;
        chunk = next;
    }
    sort_entries(s, current);
}

/* The second (of this slot) of whatever comes next, or -1. */
static inline i64 next_second(const Sim *s) {
    i64 second = s->next_free < s->slot_start + (1 << SLOT_SHIFT) && s->next_free < s->p->end ? s->next_free - s->slot_start : -1;
    if (s->taken < s->current.count) {
        i64 listed = (i64)SECOND_OF(s->current.at[s->taken]);
        if (second < 0 || listed < second) second = listed;
    }
    if (s->near.count) {
        i64 near = (i64)SECOND_OF(s->near.at[0]);
        if (second < 0 || near < second) second = near;
    }
    return second;
}

/* Everything of one second, in order: a part of `current` as it stands, or `bucket` where something was planned within this slot. */
static Entries *of_second(Sim *s, i64 second) {
    const Entry *current = s->current.at;
    size_t first = s->taken, end = first, count = s->current.count;
    while (end < count && (i64)SECOND_OF(current[end]) == second) end++;
    s->taken = end;
    if (s->near.count == 0 || (i64)SECOND_OF(s->near.at[0]) != second) {
        s->part = (Entries){s->current.at + first, end - first, 0};
        return &s->part;
    }
    Entries *bucket = &s->bucket;
    bucket->count = 0;
    for (size_t i = first; i < end; i++) add_entry(s, bucket, current[i]);
    while (s->near.count && (i64)SECOND_OF(s->near.at[0]) == second) {
        add_entry(s, bucket, s->near.at[0]);
        heap_down(s->near.at, --s->near.count);
    }
    if (end > first) sort_entries(s, bucket);
    return bucket;
}

#endif
