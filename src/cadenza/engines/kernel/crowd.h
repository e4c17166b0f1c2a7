/* Who the people are: population.py once more, for lists so long that Python would take its time. The same keys, the same draws, the same order.

   Nothing here belongs to a run; it is called before there is a program. */
#ifndef CROWD_H
#define CROWD_H
#include "common.h"

typedef struct {
    u64 key;
    i64 index;
} Keyed;

static inline u64 key_of(const Crowd *c, i64 index) { return mix(c->name + GOLDEN * (u64)(index + 1)); }

static inline double of_person(const Crowd *c, u64 key, u64 code) { return unit(mix(mix(c->stem ^ key) + code)); }

/* The `wanted` least keys among the first `size`, in order: by their leading bits into bins, which hold a few each as keys are random; then within a bin.
   What lies beyond the last bin that is wanted is never written down. */
static Keyed *least_keys(const Crowd *c) {
    int bits = 0;
    while (c->size >> bits > 8 && bits < 28) bits++;
    size_t bins = (size_t)1 << bits, last = 0, total = 0;
    u32 *first = calloc(bins + 1, sizeof *first);
    Keyed *found = NULL;
    if (first == NULL) return NULL;
#define BIN_OF(key) ((key) >> 1 >> (63 - bits))
    for (i64 i = 0; i < c->size; i++) first[BIN_OF(key_of(c, i)) + 1]++;
    while (last < bins && total < (size_t)c->wanted) total += first[++last];
    for (size_t b = 1; b < last; b++) first[b + 1] += first[b];
    found = malloc((total ? total : 1) * sizeof *found);
    for (i64 i = 0; found != NULL && i < c->size; i++) {
        Keyed keyed = {key_of(c, i), i};
        if (BIN_OF(keyed.key) < last) found[first[BIN_OF(keyed.key)]++] = keyed;
    }
#undef BIN_OF
    free(first);
    for (size_t i = 1; found != NULL && i < total; i++) {
        Keyed keyed = found[i];
        size_t j = i;
        for (; j > 0 && keyed.key < found[j - 1].key; j--) found[j] = found[j - 1];
        found[j] = keyed;
    }
    return found;
}

/* For each of the first `count` people, the first person of the account; the others of an account follow it with probability 1 - share. */
static void fill_homes(const Crowd *c, i64 count, u32 *home) {
    double share = c->share[0];
    for (i64 i = 0; i < count; i++) home[i] = i == 0 || share >= 1.0 || of_person(c, key_of(c, i), c->account_code) < share ? (u32)i : home[i - 1];
}

static void describe(const Crowd *c, Found *f, i64 n, Keyed keyed, u64 home) {
    i64 country = (i64)(of_person(c, home, c->country_code) * (double)c->country_count);
    i64 first = c->country[country], zones = c->country[country + 1] - first, segment = 0;
    if (c->segment_count) {
        double u = of_person(c, keyed.key, c->segment_code);
        while (segment < c->segment_count && u >= c->bounds[segment]) segment++;
        segment = segment < c->segment_count ? segment + 1 : 0;
    }
    f->key[n] = keyed.key;
    f->calendar[n] = (i32)c->calendars[first + (i64)(of_person(c, keyed.key, c->zone_code) * (double)zones)];
    f->segment[n] = (i32)segment;
}

/* The people of one playbook in the order of their keys, with the days on which they come. Accounts are numbered from `first_account` on, without gaps; the
   one after the last is the result. -1: out of memory. */
i64 cadenza_crowd(const Crowd *c, Found *f) {
    i64 count = c->wanted < c->size ? c->wanted : c->size, reach = 0, accounts = c->first_account;
    Keyed *keyed = least_keys(c);
    u32 *home = NULL, *number = NULL;
    for (i64 n = 0; keyed != NULL && n < count; n++) reach = keyed[n].index >= reach ? keyed[n].index + 1 : reach;
    if (keyed != NULL) home = malloc((size_t)(reach ? reach : 1) * sizeof *home);
    if (home != NULL) number = calloc((size_t)(reach ? reach : 1), sizeof *number);
    if (number != NULL) {
        fill_homes(c, reach, home);
        for (i64 n = 0; n < count; n++) number[home[keyed[n].index]] = 1;
        for (i64 i = 0; i < reach; i++)
            if (number[i]) number[i] = (u32)accounts++;
        i64 day = 0, given = 0;
        for (i64 n = 0; n < count; n++) {
            u32 first = home[keyed[n].index];
            describe(c, f, n, keyed[n], key_of(c, first));
            f->account[n] = (i32)number[first];
            while (given == c->quota[day]) given = 0, day++;
            given++;
            f->arrive_day[n] = (i32)day;
            f->arrive[n] = c->nine[day];
            if (c->inbound) f->arrive[n] = c->day_at[day] + (i64)(of_person(c, keyed[n].key, c->arrival_code) * (double)(c->day_at[day + 1] - c->day_at[day]));
        }
    }
    free(keyed);
    free(home);
    i64 result = number != NULL ? accounts : -1;
    free(number);
    return result;
}

/* All playbooks' people, one after the other in `f` (playbook c from bounds[c] on), in one order of keys: where each of them comes from. */
void cadenza_order(const Found *f, const i64 *bounds, i64 cohorts, i32 *cohort, i32 *position) {
    i64 at[256];
    memcpy(at, bounds, (size_t)cohorts * sizeof *at);
    for (i64 n = 0; n < bounds[cohorts]; n++) {
        i64 least = -1;
        for (i64 c = 0; c < cohorts; c++)
            if (at[c] < bounds[c + 1] && (least < 0 || f->key[at[c]] < f->key[at[least]])) least = c;
        cohort[n] = (i32)least;
        position[n] = (i32)(at[least]++ - bounds[least]);
    }
}

/* `from` in that order; `from` holds values of 4 or 8 bytes. */
void cadenza_arrange(const char *from, char *to, i64 width, const i64 *bounds, i64 cohorts, const i32 *cohort, const i32 *position) {
    for (i64 n = 0; n < bounds[cohorts]; n++) {
        i64 at = bounds[cohort[n]] + position[n];
        if (width == 8) memcpy(to + 8 * n, from + 8 * at, 8);
        else memcpy(to + 4 * n, from + 4 * at, 4);
    }
}

/* The people of each account: `first` has one place more than there are accounts and is zero. */
void cadenza_colleagues(const i32 *account, i64 people, i64 accounts, i32 *first, i32 *colleague) {
    for (i64 n = 0; n < people; n++) first[account[n] + 1]++;
    for (i64 a = 0; a < accounts; a++) first[a + 1] += first[a];
    for (i64 n = 0; n < people; n++) colleague[first[account[n]]++] = (i32)n;
    for (i64 a = accounts; a > 0; a--) first[a] = first[a - 1];
    first[0] = 0;
}

/* The first place whose value lies outside [low, high), or -1. */
i64 cadenza_outside(const i32 *values, i64 count, i64 low, i64 high) {
    for (i64 i = 0; i < count; i++)
        if (values[i] < low || values[i] >= high) return i;
    return -1;
}

#endif
