/* The walk through the machine's table (people.py), and what is counted (ledger.py). */
#ifndef PEOPLE_H
#define PEOPLE_H
#include "queues.h"

static inline void climb(Sim *s, int curve, i64 cohort, i64 amount) { s->out->curves[(cohort * CURVES + curve) * s->p->weeks + s->week] += amount; }

static inline void mark(Sim *s, int curve, i64 cohort) { climb(s, curve, cohort, 1); }

/* What is won is counted by weeks, too. */
static inline void count(Sim *s, int name, i64 cohort, i64 amount) {
    s->out->plain[cohort * PLAIN + name] += amount;
    if (name == N_WON_VALUE) climb(s, C_WON_VALUE, cohort, amount);
}

/* The transition that the event (in answer to a step) takes, or -1. */
static inline i32 find(const Sim *s, const Row *row, i32 event, i32 step) {
    if (step >= 0) {
        i64 named = s->p->named[step * EVENTS + event];
        if (named >= 0) event = (i32)named;
    }
    return s->go[row->state * s->p->events + event];
}

/* `add_time` for business days: all that starts on one day is moved by as much, where no clock is changed. */
static i64 add_days(const Sim *s, i32 calendar, i64 start, Turn *turn) {
    if (turn->days == calendar && start >= turn->from && start < turn->from + DAY) return start + turn->shift;
    i64 at = add_time(s, calendar, turn->column, start, turn->amount, BUSINESS_DAYS);
    i64 from = start < 0 || at >= LATEST ? -1 : plain_day(s, calendar, start);
    if (from < 0 || plain_day(s, calendar, at) < 0) return at;
    turn->shift = (i32)(at - start);
    turn->from = (i32)from;
    turn->days = calendar;
    return at;
}

static inline i64 due_of(Sim *s, const Row *row, Turn *turn, i64 timer) {
    i64 start = timer == PLANNED ? planned_of(s, row) : timer == AFTER ? row->touched : s->now;
    if (turn->now == s->now && turn->start == start && turn->calendar == row->calendar) return turn->at;
    i64 at = start;
    if (timer != PLANNED && turn->amount >= 0) at = turn->unit == BUSINESS_DAYS ? add_days(s, row->calendar, start, turn)
                                                                           : add_time(s, row->calendar, turn->column, start, turn->amount, turn->unit);
    at = forward(s, s->p->forward_window[row->calendar * COLUMNS + turn->column], at > s->now ? at : s->now);
    turn->start = (i32)start;
    turn->now = (i32)s->now;
    turn->calendar = row->calendar;
    return turn->at = at_most_latest(at);
}

/* When the person is back, as their answer to the step says. */
static i64 back_at(const Sim *s, const Row *row, const Turn *turn, i32 step) {
    u64 bits = pick(row, s->p->step_code[step * PURPOSES + P_AWAY]);
    i64 at = s->now + s->p->tables[s->p->cohort_away[row->cohort] * POINTS + (i64)(bits >> INDEX_SHIFT)];
    return at_most_latest(forward(s, s->p->forward_window[row->calendar * COLUMNS + turn->column], at));
}

/* The clock of `elapsed` stands still in pauses and stops where no touch is ahead. */
static inline void set_expires(Sim *s, Row *row, const Spot *source, const Spot *target, i32 event) {
    const Program *p = s->p;
    i64 cohort = row->cohort;
    if (p->cohort_elapsed[cohort] < 0 || target->step < 0) row->expires = -1;
    else if (event == E_ENROLLED)
        row->expires = at_most_latest(add_time(s, row->calendar, NO_CHANNEL, s->now, p->cohort_elapsed[cohort], p->cohort_elapsed_unit[cohort]));
    else if (row->expires >= 0 && held_of(s, row) >= 0 && source->paused && !target->paused)
        row->expires = at_most_latest(row->expires + s->now - held_of(s, row));
    if (!target->paused) set_held(s, row, -1);
    else if (!source->paused) set_held(s, row, (i32)s->now);
}

/* Take the event: -1 where it changes nothing, 0 where the person stays (a flag was raised), 1 where a new state was entered. */
static int move(Sim *s, Row *row, i32 event, i32 step) {
    i32 taken = find(s, row, event, step), now = (i32)s->now;
    if (taken < 0) return -1;
    Turn *turn = s->turns + taken;
    const Spot *source = s->spots + row->state, *target = s->spots + turn->target;
    i32 timer = turn->timer;
    if (event == E_ENROLLED) {
        row->touched = now;
        if (s->p->cohort_slice[row->cohort]) rare_of(s, row)->enrolled = now;
    } else if (event == E_DONE && source->kind == TOUCH) row->touched = now;
    int away = timer == RETURN && step >= 0 && s->p->cohort_away[row->cohort] >= 0;
    i32 due = away ? (i32)back_at(s, row, turn, step) : timer == KEEP ? row->due : timer >= 0 ? (i32)due_of(s, row, turn, timer) : -1;
    if (!target->holds) set_planned(s, row, -1);
    else if (source->kind == WAIT) set_planned(s, row, row->due);
    else if (source->kind == TOUCH) set_planned(s, row, row->since);
    set_expires(s, row, source, target, event);
    row->due = due;
    row->state = (uint16_t)turn->target;
    if (timer == KEEP && source->kind == target->kind) return 0;
    row->since = now;
    row->stamp++;
    return 1;
}

/* A move without pauses and clocks, as most are. */
static inline void move_plainly(Sim *s, Row *row, Turn *turn) {
    row->due = turn->timer >= 0 ? (i32)due_of(s, row, turn, turn->timer) : -1;
    row->state = (uint16_t)turn->target;
    row->since = (i32)s->now;
    row->stamp++;
}

/* Give away the events that were not given away yet. Where nobody can take them, the run ends. */
static void hand_over(Sim *s) {
    u32 count = s->told_count;
    s->told_count = 0;
    if (count && ((TakeEvents)s->out->take_events)(s->told, count)) longjmp(s->failed, 2);
}

static void tell(Sim *s, const Row *row, i32 event, i32 step, int made, u64 draw) {
    if (s->told_count == TOLD) hand_over(s);
    s->told[s->told_count++] = (Told){s->p->epoch + s->now, draw, number_of(row), row->state, event, step, made, 0};
}

/* ------------------------------------------------------------ notes */

static inline Note *note_at(const Sim *s, i32 note) { return s->notes + note - 1; }

/* Put a note at the end of a list. */
static i32 add_note(Sim *s, i32 *list, i32 event, i32 step) {
    i32 note = s->note_free;
    if (note) s->note_free = note_at(s, note)->next;
    else {
        GROW(s, s->notes, s->note_count, s->note_room, 64);
        note = ++s->note_count;
    }
    Note *made = note_at(s, note);
    made->event = event;
    made->step = step;
    made->next = 0;
    while (*list) list = &note_at(s, *list)->next;
    *list = note;
    return note;
}

static void drop_note(Sim *s, i32 *list, i32 note) {
    while (*list != note) list = &note_at(s, *list)->next;
    *list = note_at(s, note)->next;
    note_at(s, note)->next = s->note_free;
    s->note_free = note;
}

static void drop_notes(Sim *s, i32 *list) {
    while (*list) drop_note(s, list, *list);
}

#endif
