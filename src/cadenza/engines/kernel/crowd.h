/* Who the people are: population.py once more, for lists so long that Python would take its time. The same keys, the same draws, the same order.

   Nothing here belongs to a run; it is called before there is a program. */
#ifndef CROWD_H
#define CROWD_H
#include "rows.h"

typedef struct {
    u64 key;
    i64 index;
} Keyed;

static inline u64 key_of(const Crowd *c, i64 index) { return mix(c->name + GOLDEN * (u64)(index + 1)); }

static inline double of_person(const Crowd *c, u64 key, u64 code) { return unit(mix(mix(c->stem ^ key) + code)); }

/* Rows by key, and rows with the same key as they were: by their leading bits into bins, which hold a few each as keys are random; then within a bin. */
static int bits_for(i64 count) {
    int bits = 0;
    while (count >> bits > 8 && bits < 28) bits++;
    return bits;
}

#define BIN_OF(key) ((key) >> 1 >> (63 - bits))

static void sort_near(Keyed *found, size_t total) {
    for (size_t i = 1; i < total; i++) {
        Keyed keyed = found[i];
        size_t j = i;
        for (; j > 0 && keyed.key < found[j - 1].key; j--) found[j] = found[j - 1];
        found[j] = keyed;
    }
}

/* What the i-th person is sorted by: the key, or the turn in a playbook's own order. */
static inline u64 turn_of(const Crowd *c, u64 order, i64 i) { return order ? mix(key_of(c, i) + order) : key_of(c, i); }

/* The `wanted` first of `size` people, in order. What lies beyond the last bin that is wanted is never written down. */
static Keyed *earliest(const Crowd *c, u64 order) {
    int bits = bits_for(c->size);
    size_t bins = (size_t)1 << bits, last = 0, total = 0;
    u32 *first = calloc(bins + 1, sizeof *first);
    Keyed *found = NULL;
    if (first == NULL) return NULL;
    for (i64 i = 0; i < c->size; i++) first[BIN_OF(turn_of(c, order, i)) + 1]++;
    while (last < bins && total < (size_t)c->wanted) total += first[++last];
    for (size_t b = 1; b < last; b++) first[b + 1] += first[b];
    found = malloc((total ? total : 1) * sizeof *found);
    for (i64 i = 0; found != NULL && i < c->size; i++) {
        Keyed keyed = {turn_of(c, order, i), i};
        if (BIN_OF(keyed.key) < last) found[first[BIN_OF(keyed.key)]++] = keyed;
    }
    free(first);
    if (found != NULL) sort_near(found, total);
    return found;
}

static int compare(const void *one, const void *two) {
    const Keyed *a = one, *b = two;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* The places of all keys in their order; a bin may be large where a key is there often. -1: out of memory. */
i64 cadenza_order(const u64 *key, i64 count, i32 *order) {
    int bits = bits_for(count);
    size_t bins = (size_t)1 << bits;
    u32 *first = calloc(bins + 1, sizeof *first);
    Keyed *found = first == NULL ? NULL : malloc((size_t)(count ? count : 1) * sizeof *found);
    if (found != NULL) {
        for (i64 i = 0; i < count; i++) first[BIN_OF(key[i]) + 1]++;
        for (size_t b = 1; b < bins; b++) first[b + 1] += first[b];
        for (i64 i = 0; i < count; i++) found[first[BIN_OF(key[i])]++] = (Keyed){key[i], i};
        for (size_t b = 0, from = 0; b < bins; from = first[b++])
            if (first[b] - from > 64) qsort(found + from, first[b] - from, sizeof *found, compare);
        sort_near(found, (size_t)count);
        for (i64 i = 0; i < count; i++) order[i] = (i32)found[i].index;
    }
    free(first);
    free(found);
    return found == NULL ? -1 : 0;
}
#undef BIN_OF

/* For each of the first `count` people, the first person of the account; the others of an account follow it with probability 1 - share. */
static void fill_homes(const Crowd *c, i64 count, u32 *home) {
    double share = c->share[0];
    for (i64 i = 0; i < count; i++) home[i] = i == 0 || share >= 1.0 || of_person(c, key_of(c, i), c->account_code) < share ? (u32)i : home[i - 1];
}

static void describe(const Crowd *c, Found *f, i64 n, u64 key, u64 home) {
    i64 country = (i64)(of_person(c, home, c->country_code) * (double)c->country_count);
    i64 first = c->country[country], zones = c->country[country + 1] - first, segment = 0;
    if (c->segment_count) {
        double u = of_person(c, key, c->segment_code);
        while (segment < c->segment_count && u >= c->bounds[segment]) segment++;
        segment = segment < c->segment_count ? segment + 1 : 0;
    }
    f->key[n] = key;
    f->calendar[n] = (i32)c->calendars[first + (i64)(of_person(c, key, c->zone_code) * (double)zones)];
    f->segment[n] = (i32)segment;
}

/* The people of one playbook, in the order of their keys or in its own, with the days on which they come. An account's number is that of its first person,
   from `first_account` on. -1: out of memory. */
i64 cadenza_crowd(const Crowd *c, Found *f, u64 order) {
    i64 count = c->wanted < c->size ? c->wanted : c->size, reach = 0;
    Keyed *keyed = earliest(c, order);
    u32 *home = NULL;
    for (i64 n = 0; keyed != NULL && n < count; n++) reach = keyed[n].index >= reach ? keyed[n].index + 1 : reach;
    if (keyed != NULL) home = malloc((size_t)(reach ? reach : 1) * sizeof *home);
    if (home != NULL) {
        fill_homes(c, reach, home);
        i64 day = 0, given = 0;
        for (i64 n = 0; n < count; n++) {
            u32 first = home[keyed[n].index];
            u64 key = key_of(c, keyed[n].index);
            describe(c, f, n, key, key_of(c, first));
            f->account[n] = (i32)(c->first_account + first);
            while (given == c->quota[day]) given = 0, day++;
            given++;
            f->arrive_day[n] = (i32)day;
            f->arrive[n] = c->nine[day];
            if (c->inbound) f->arrive[n] = c->day_at[day] + (i64)(of_person(c, key, c->arrival_code) * (double)(c->day_at[day + 1] - c->day_at[day]));
        }
    }
    i64 result = home == NULL ? -1 : count;
    free(keyed);
    free(home);
    return result;
}

/* `from` in that order; both hold values of 4 or 8 bytes. */
void cadenza_arrange(const char *from, char *to, i64 width, const i32 *order, i64 count) {
    for (i64 n = 0; n < count; n++)
        if (width == 8) memcpy(to + 8 * n, from + 8 * (i64)order[n], 8);
        else memcpy(to + 4 * n, from + 4 * (i64)order[n], 4);
}

/* Accounts in the order of their numbers, which are below `top`, but without gaps: how many there are. -1: out of memory. */
i64 cadenza_accounts(i32 *account, i64 count, i64 top) {
    i32 *rank = calloc((size_t)top + 1, sizeof *rank), accounts = 0;
    if (rank == NULL) return -1;
    for (i64 n = 0; n < count; n++) rank[account[n]] = 1;
    for (i64 a = 0; a < top; a++)
        if (rank[a]) rank[a] = accounts++;
    for (i64 n = 0; n < count; n++) account[n] = rank[account[n]];
    free(rank);
    return accounts;
}

/* The people of each account: `first` has one place more than there are accounts and is zero. */
void cadenza_colleagues(const i32 *account, i64 people, i64 accounts, i32 *first, i32 *colleague) {
    for (i64 n = 0; n < people; n++) first[account[n] + 1]++;
    for (i64 a = 0; a < accounts; a++) first[a + 1] += first[a];
    for (i64 n = 0; n < people; n++) colleague[first[account[n]]++] = (i32)n;
    for (i64 a = accounts; a > 0; a--) first[a] = first[a - 1];
    first[0] = 0;
}

/* The numbers of texts, each of which ends in a zero byte: FNV-1a from `begin` on, mixed. */
void cadenza_texts(u64 begin, const unsigned char *texts, i64 size, u64 *found) {
    u64 hash = begin;
    for (i64 i = 0; i < size; i++) {
        if (texts[i]) hash = (hash ^ texts[i]) * 0x100000001B3u;
        else *found++ = mix(hash), hash = begin;
    }
}

/* The first place whose value lies outside [low, high), or -1. */
i64 cadenza_outside(const i32 *values, i64 count, i64 low, i64 high) {
    for (i64 i = 0; i < count; i++)
        if (values[i] < low || values[i] >= high) return i;
    return -1;
}

#endif
