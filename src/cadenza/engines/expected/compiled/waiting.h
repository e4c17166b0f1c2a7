/* Bundles that wait for their time, and are joined where nothing tells them apart (solve.py, bundle.py). */
#ifndef WAITING_H
#define WAITING_H
#include "walk.h"

/* ------------------------------------------------------------ time */

static int earlier(const Entry *a, const Entry *b) { return a->at != b->at ? a->at < b->at : a->rank < b->rank; }

static void push_entry(Solver *s, Entry entry) {
    GROW(s, s->heap, s->heap_count, s->heap_room);
    size_t n = s->heap_count++;
    while (n > 0 && earlier(&entry, s->heap + (n - 1) / 2)) {
        s->heap[n] = s->heap[(n - 1) / 2];
        n = (n - 1) / 2;
    }
    s->heap[n] = entry;
}

static Entry pop_entry(Solver *s) {
    Entry first = s->heap[0], last = s->heap[--s->heap_count];
    size_t n = 0;
    for (;;) {
        size_t child = 2 * n + 1;
        if (child >= s->heap_count) break;
        if (child + 1 < s->heap_count && earlier(s->heap + child + 1, s->heap + child)) child++;
        if (!earlier(s->heap + child, &last)) break;
        s->heap[n] = s->heap[child];
        n = child;
    }
    if (s->heap_count) s->heap[n] = last;
    return first;
}

static size_t place_of(const Solver *s, u64 a, u64 b) {
    size_t n = (size_t)(a ^ b) & (s->wait_room - 1);
    while (s->waiting[n] != NULL && (s->waiting[n]->key[0] != a || s->waiting[n]->key[1] != b)) n = (n + 1) & (s->wait_room - 1);
    return n;
}

static Bundle *waiting_for(const Solver *s, u64 a, u64 b) { return s->waiting[place_of(s, a, b)]; }

static void more_room_to_wait(Solver *s) {
    Bundle **old = s->waiting;
    size_t room = s->wait_room;
    s->waiting = calloc(2 * room, sizeof *s->waiting);
    if (s->waiting == NULL) {
        s->waiting = old;
        fail(s, NO_MEMORY);
    }
    s->wait_room = 2 * room;
    for (size_t n = 0; n < room; n++)
        if (old[n] != NULL) s->waiting[place_of(s, old[n]->key[0], old[n]->key[1])] = old[n];
    free(old);
}

/* Look at the bundle again when its time has come; until then others of the same key join it. */
static void wait_for(Solver *s, u64 a, u64 b, Bundle *bundle) {
    if (2 * ++s->wait_count > s->wait_room) more_room_to_wait(s);
    bundle->key[0] = a;
    bundle->key[1] = b;
    s->waiting[place_of(s, a, b)] = bundle;
    push_entry(s, (Entry){bundle->at, ++s->pushed, bundle});
}

static void no_longer_waits(Solver *s, const Bundle *bundle) {
    size_t n = place_of(s, bundle->key[0], bundle->key[1]), mask = s->wait_room - 1;
    s->wait_count--;
    for (size_t next = (n + 1) & mask; s->waiting[next] != NULL; next = (next + 1) & mask) {
        size_t home = (size_t)(s->waiting[next]->key[0] ^ s->waiting[next]->key[1]) & mask;
        if (((next - home) & mask) >= ((next - n) & mask)) {
            s->waiting[n] = s->waiting[next];
            n = next;
        }
    }
    s->waiting[n] = NULL;
}

/* ------------------------------------------------------------ joining */

static Key put_waiting(Key key, const Bundle *b) {
    put(&key, b->pending_count);
    for (i32 n = 0; n < b->pending_count; n++) {
        put(&key, b->pending[n].told / 3600);
        put(&key, b->pending[n].event);
        put(&key, b->pending[n].step);
    }
    put(&key, b->review_count);
    for (i32 n = 0; n < b->review_count; n++) put(&key, b->review[n][0] * 4096 + b->review[n][1]);
    return key;
}

static Key put_people(Solver *s, Key key, const Bundle *b) {
    i64 people[] = {b->why, b->own_why, b->state, b->cohort, b->calendar, b->round, b->meetings, b->refused >= 0, b->answered < 0, b->fate, b->item_count};
    for (size_t n = 0; n < sizeof people / sizeof *people; n++) put(&key, people[n]);
    for (i32 n = 0; n < b->item_count; n++) {
        const Item *item = b->items + n;
        put(&key, ((i64)item->step << 32) + item->made * 2 + item->answer);
        put(&key, s->groups[item->groups].count);
    }
    return put_waiting(key, b);
}

/* When a touch was made: the older, the rougher. */
static i64 age_of(i64 age, i64 at) { return age < 7200 ? at / 300 : age < DAY ? at / 3600 : age < 4 * DAY ? at / 21600 : age < 14 * DAY ? at / DAY : 0; }

/* Bundles with one key are the same people from now on; `key` of bundle.py. */
static Key key_of(Solver *s, const Bundle *b, int loose, int small) {
    if (loose) {
        Key key = put_people(s, (Key){1, 2}, b);
        put(&key, floored(b->at, 21600));
        put(&key, floored(b->own_at, 21600));
        put(&key, b->own_why == COOLED || b->own_why == ASKED ? day_of(s->p, b->own_at) + (b->own_at >= s->p->end) : -1); /* on which day the list has them again */
        if (b->own_at >= 0) put(&key, b->address);
        return key;
    }
    small = small && b->pending_count == 0;
    Key key = put_people(s, (Key){3 + (u64)small, 4}, b);
    put(&key, b->address);
    i64 path[] = {b->last_step, b->touches > 0, b->held >= 0, (i64)(b->speed * 200)};
    for (size_t n = 0; n < sizeof path / sizeof *path; n++) put(&key, path[n]);
    for (i32 n = 0; n < CHANNELS; n++) put(&key, b->on_channel[n]);
    if (small) {
        i64 rough[] = {floored(b->at, 43200), floored(b->own_at, 43200), floored(b->expires, 86400), floored(b->planned, 86400)};
        for (size_t n = 0; n < sizeof rough / sizeof *rough; n++) put(&key, rough[n]);
        return key;
    }
    i64 exact = (b->why == DUE || b->why == BEGIN || b->why == MAKE) && b->held < 0 ? 300 : 1800;
    i64 clocks[] = {floored(b->at, exact),      floored(b->own_at, exact), floored(b->expires, 3600),
                    floored(b->planned, 3600), floored(b->held, 3600),    floored(b->touched, 3600)};
    for (size_t n = 0; n < sizeof clocks / sizeof *clocks; n++) put(&key, clocks[n]);
    for (i32 n = 0; n < b->made_count; n++)
        if (b->made[n] > b->at - WEEK) put(&key, b->made[n] / DAY);
    put(&key, -7);
    for (i32 n = 0; n < b->item_count; n++) put(&key, age_of(b->at - b->items[n].at, b->items[n].at));
    return key;
}

static i64 mean_of(i64 a, i64 b, double share) { return a == b ? a : (i64)nearbyint((double)a + (double)(b - a) * share); }

/* Add people of the same key: weights add up, instants and what is outstanding are averaged, the rest is the heavier part's. */
static void join(Solver *s, Bundle *b, Bundle *other) {
    double mine = mass_of(s, b), theirs = mass_of(s, other), share = theirs / (mine + theirs);
    if (mine + theirs <= 0.0) return;
    for (i32 n = 0; n < b->item_count; n++) {
        Item *a = b->items + n;
        const Item *c = other->items + n;
        if (share < 1e-6) continue;
        a->scale += (c->scale - a->scale) * share;
        if (a->at == c->at) continue;
        a->at = mean_of(a->at, c->at, share);
        if (share > 0.5) a->groups = c->groups;
        a->last = a->at + s->groups[a->groups].last;
    }
    i64 at = mean_of(b->at, other->at, share), own_at = mean_of(b->own_at, other->own_at, share), seen = mean_of(b->seen, other->seen, share);
    if (share > 0.5) { /* the row is the heavier part's */
        Bundle mine_of = *b;
        i32 room = b->item_room, items = b->item_count;
        memcpy(b, other, sizeof(Bundle));
        b->items = mine_of.items;
        b->item_room = room;
        b->item_count = items;
        b->address = mine_of.address;
        b->fate = mine_of.fate;
        b->clocked = mine_of.clocked;
        b->why = mine_of.why;
        b->news = mine_of.news;
        b->hears_code = mine_of.hears_code;
        b->hears_unclear = mine_of.hears_unclear;
        b->hears = mine_of.hears;
        b->key[0] = mine_of.key[0];
        b->key[1] = mine_of.key[1];
    }
    b->at = at;
    b->own_at = own_at;
    b->seen = seen;
    for (i32 k = 0; k < kinds_of(s, b); k++) b->w[k] += other->w[k];
}

static void push(Solver *s, Bundle *b) {
    i64 kind = s->p->state_kind[b->state];
    int loose = kind == END || (kind == START && b->own_why != ENROL) || (kind == TASK && s->p->state_task[b->state] != REVIEW);
    Key key = key_of(s, b, loose, mass_of(s, b) < s->small);
    Bundle *found = waiting_for(s, key.a, key.b);
    if (found == NULL) {
        wait_for(s, key.a, key.b, b);
        return;
    }
    join(s, found, b);
    drop(s, b);
}

#endif
