/* The walk through the machine's table (people.py), and what is counted (ledger.py). */
#ifndef PEOPLE_H
#define PEOPLE_H
#include "queues.h"

static inline void count(Sim *s, int name, i64 cohort, i64 amount) { s->out->plain[cohort * PLAIN + name] += amount; }

static inline void mark(Sim *s, int curve, i64 cohort) {
    s->out->curves[(cohort * CURVES + curve) * s->p->weeks + s->week]++;
}

/* The transition that the event (in answer to a step) takes, or -1. */
static inline i64 find(const Sim *s, const Row *row, i32 event, i32 step) {
    const Program *p = s->p;
    if (step >= 0) {
        i64 named = p->named[step * EVENTS + event];
        if (named >= 0) event = (i32)named;
    }
    return p->go[row->state * p->events + event];
}

static inline i64 due_of(Sim *s, const Row *row, i64 taken, i64 timer) {
    const Program *p = s->p;
    i64 calendar = row->calendar, column = p->move_channel[taken];
    i64 start = timer == PLANNED ? row->planned : timer == AFTER ? row->touched : s->now;
    Memo *memo = s->memo + taken;
    if (memo->set && memo->calendar == calendar && memo->start == start && memo->now == s->now) return memo->due;
    i64 at = start;
    if (timer != PLANNED && p->move_amount[taken] >= 0) at = add_time(s, calendar, column, start, p->move_amount[taken], p->move_unit[taken]);
    at = forward(s, p->forward_window[calendar * COLUMNS + column], at > s->now ? at : s->now);
    *memo = (Memo){start, s->now, at, (i32)calendar, 1};
    return at;
}

/* The clock of `elapsed` stands still in pauses and stops where no touch is ahead. */
static inline void set_expires(Sim *s, Row *row, i64 source, i64 target, i32 event) {
    const Program *p = s->p;
    i64 was = p->paused[source], paused = p->paused[target], cohort = row->cohort;
    if (p->cohort_elapsed[cohort] < 0 || p->state_step[target] < 0) row->expires = -1;
    else if (event == E_ENROLLED)
        row->expires = add_time(s, row->calendar, NO_CHANNEL, s->now, p->cohort_elapsed[cohort], p->cohort_elapsed_unit[cohort]);
    else if (row->expires >= 0 && row->held >= 0 && was && !paused) row->expires += s->now - row->held;
    if (!paused) row->held = -1;
    else if (!was) row->held = s->now;
}

/* Take the event: -1 where it changes nothing, 0 where the person stays (a flag was raised), 1 where a new state was entered. */
static inline int move(Sim *s, Row *row, i32 event, i32 step) {
    const Program *p = s->p;
    i64 taken = find(s, row, event, step);
    if (taken < 0) return -1;
    i64 source = row->state, target = p->move_target[taken];
    i64 was = p->state_kind[source], is = p->state_kind[target], timer = p->move_timer[taken];
    if (event == E_ENROLLED) row->enrolled = row->touched = s->now;
    else if (event == E_DONE && was == TOUCH) row->touched = s->now;
    i64 due = timer == KEEP ? row->due : timer >= 0 ? due_of(s, row, taken, timer) : -1;
    if (is != HOLD && p->state_task[target] != REVIEW) row->planned = -1;
    else if (was == WAIT) row->planned = row->due;
    else if (was == TOUCH) row->planned = row->since;
    set_expires(s, row, source, target, event);
    row->due = due;
    row->state = (i32)target;
    if (timer == KEEP && was == is) return 0;
    row->since = s->now;
    row->stamp++;
    return 1;
}

static void tell(Sim *s, const Row *row, i32 event, i32 step, int made, u64 draw) {
    if (s->told_count == s->told_room) {
        size_t room = s->told_room ? 2 * s->told_room : 1024;
        Told *told = realloc(s->told, room * sizeof *told);
        if (told == NULL) longjmp(s->failed, 1);
        s->told = told;
        s->told_room = room;
    }
    s->told[s->told_count++] = (Told){s->now, draw, row->number, row->state, event, step, made, 0};
}

/* ------------------------------------------------------------ notes */

/* Put a note at the end of a list. */
static i32 add_note(Sim *s, i32 *list, i32 event, i32 step) {
    i32 note = s->note_free;
    if (note >= 0) s->note_free = s->notes[note].next;
    else {
        GROW(s, s->notes, s->note_count, s->note_room, 64);
        note = s->note_count++;
    }
    s->notes[note].event = event;
    s->notes[note].step = step;
    s->notes[note].next = -1;
    while (*list >= 0) list = &s->notes[*list].next;
    *list = note;
    return note;
}

static void drop_note(Sim *s, i32 *list, i32 note) {
    while (*list != note) list = &s->notes[*list].next;
    *list = s->notes[note].next;
    s->notes[note].next = s->note_free;
    s->note_free = note;
}

static void drop_notes(Sim *s, i32 *list) {
    while (*list >= 0) drop_note(s, list, *list);
}

#endif
