/* One person in several playbooks (others.py): at most one of them has the person at a time, and all of them hear what the person says.

   Rows with the same key are one person; they stand side by side. */
#ifndef OTHERS_H
#define OTHERS_H
#include "people.h"

/* For each row `other` of the same person but `row` itself, in order. */
#define EACH_OTHER(s, row, other)                                                                   \
    if ((s)->p->shared)                                                                             \
        for (i64 own_ = number_of(row), n_ = first_of((s)->p, own_);                             \
             n_ < (s)->p->person_count && (s)->p->person_key[n_] == (s)->p->person_key[own_]; n_++) \
            for (Row *other = n_ == own_ ? NULL : row_of(s, (i32)n_); other != NULL; other = NULL)

static inline i64 first_of(const Program *p, i64 number) {
    while (number > 0 && p->person_key[number - 1] == p->person_key[number]) number--;
    return number;
}

static int before_other(const Program *p, i64 cohort, i64 other) {
    i64 own = p->cohort_priority[cohort], theirs = p->cohort_priority[other];
    return own < theirs || (own == theirs && cohort < other);
}

static int yields(const Sim *s, const Row *other, const Row *row, i64 now, int enrolling) {
    const Program *p = s->p;
    i64 kind = p->state_kind[other->state], cohort = row->cohort;
    if (kind == START) return 1;
    if (kind == TASK || p->state_owned[other->state]) return 0;
    if (kind == WAIT || kind == TOUCH || kind == HOLD) return before_other(p, cohort, other->cohort);
    if (p->cohort_inbound[cohort]) return 1;
    if (other->due > now) return 0;
    if (!enrolling || p->cohort_rest[cohort] < 0 || other->round < 0) return 1;
    return now >= add_time(s, row->calendar, NO_CHANNEL, other->since, p->cohort_rest[cohort], p->cohort_rest_unit[cohort]);
}

/* Whether this playbook may touch the person now, or (`enrolling`) begin with them. */
static int is_free(Sim *s, const Row *row, i64 now, int enrolling) {
    EACH_OTHER(s, row, other) if (!yields(s, other, row, now, enrolling)) return 0;
    return 1;
}

OFTEN void queue_touch(Sim *s, const Row *row, i32 step, i64 due, int written);

/* This playbook has moved: a touch of another one that waited for the person may be made. */
static void has_moved(Sim *s, const Row *row) {
    EACH_OTHER(s, row, other) {
        i32 *waits = s->waits + place_of(s, other);
        if (*waits != other->stamp + 1 || !is_free(s, other, s->now, 0)) continue;
        *waits = 0;
        queue_touch(s, other, (i32)s->p->state_step[other->state], other->since, 0);
    }
}

#endif
