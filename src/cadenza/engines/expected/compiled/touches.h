/* People begin, touches are made, and people work on tasks (solve.py, tasks.py). */
#ifndef TOUCHES_H
#define TOUCHES_H
#include "machine.h"

/* As the reference engine's `enrol`. */
static void enrol(Solver *s, Bundle *b, i64 now) {
    if (s->p->state_kind[b->state] != START) return;
    int again = b->round >= 0;
    double mass = mass_of(s, b);
    b->round++;
    b->last_step = -1;
    memset(b->on_channel, 0, sizeof b->on_channel);
    count(s, again ? N_REENROLLED : N_ENROLLED, b->cohort, mass);
    if (!again) mark_curve(s, C_ENROLLED, b->cohort, now, mass);
    take(s, b, E_ENROLLED, -1, now);
}

/* Work on a review, a hand-off or a meeting begins. Those who do not show up take nobody's time. */
static void work_on(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 what = p->state_task[b->state], role = role_in(p, b->state, b->cohort, what), seconds = p->task_seconds[b->cohort * TASKS + what];
    if (what == MEETING) {
        double chance = b->fate & 4 ? 0.0 : p->chain[p->cohort_held[b->cohort]];
        Bundle *part = share_of(s, b);
        for (i32 k = 0; k < kinds_of(s, b); k++) {
            part->w[k] = b->w[k] * (1.0 - chance);
            b->w[k] *= chance;
        }
        part->fate |= 4;
        if (mass_of(s, part) > TINY) {
            take(s, part, E_MEETING_MISSED, -1, now);
            advance(s, part, now);
        } else drop(s, part);
    }
    work(s, role, (double)seconds * mass_of(s, b), now);
    b->own_at = now + stretch(p, role, seconds);
    b->own_why = what == REVIEW ? READ : what == HANDOFF ? DONE : HELD;
}

/* Somebody's work on a mail or on a task begins. */
static void begin(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    if (p->state_kind[b->state] == TASK) {
        work_on(s, b, now);
        return;
    }
    i32 step = (i32)p->state_step[b->state];
    if (!still_wanted(s, b, step, now)) return;
    i64 role = p->step_role[step], seconds = p->step_seconds[step];
    work(s, role, (double)seconds * mass_of(s, b), now);
    b->own_at = forward(p, p->forward_window[b->calendar * COLUMNS + p->step_channel[step]], now + stretch(p, role, seconds));
    b->own_why = MAKE;
}

static double speed_of(const Solver *s, const Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 length = p->cohort_slice[b->cohort];
    if (!length) return 1.0;
    double floor = p->chain[p->cohort_floor[b->cohort]];
    i64 slice = (now - b->enrolled) / length;
    return floor + (1.0 - floor) * p->halves[slice < p->halves_count - 1 ? slice : p->halves_count - 1];
}

/* Those whose address is bad get their mail back; of the others, those whom it reaches may answer. Then the machine goes on. */
static void good_and_bad(Solver *s, Bundle *b, i32 step, Touch touch, double placement, i64 now) {
    i64 channel = s->p->step_channel[step];
    Bundle *bad = bad_address(s, b, step, &touch);
    b->on_channel[channel]++;
    if (bad != NULL) {
        bad->on_channel[channel]++;
        add_item(s, bad, (Item){step, bad->touches, touch.bounce, 0, now, -1, 0, 1.0, 0});
        take(s, bad, E_DONE, -1, now);
        advance(s, bad, now);
    }
    if (touch.lands != NULL) {
        Bundle *lost = share_of(s, b);
        for (i32 k = 0; k < kinds_of(s, b); k++) {
            lost->w[k] = b->w[k] * (1.0 - touch.lands[k] * placement);
            b->w[k] *= touch.lands[k] * placement;
        }
        if (mass_of(s, lost) > TINY) {
            take(s, lost, E_DONE, -1, now);
            advance(s, lost, now);
        } else drop(s, lost);
    }
    if (s->p->step_answer[step] != NONE) add_items(s, b, step, &touch, touch.lands != NULL ? 1.0 : placement, now);
    take(s, b, E_DONE, -1, now);
}

/* As the reference engine's `make`, with chances instead of draws. */
static void make(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i32 step = (i32)p->state_step[b->state], kinds = kinds_of(s, b);
    if (b->touches >= MOST || !still_wanted(s, b, step, now)) return;
    i64 channel = p->step_channel[step], kind = p->step_answer[step], sender = p->step_sender[step], role = p->step_role[step];
    double mass = mass_of(s, b), reputation = sender >= 0 ? s->reputation[sender] : 1.0;
    b->round += step <= b->last_step;
    b->last_step = step;
    b->touches++;
    if (b->touches == 1) b->speed = speed_of(s, b, now);
    p->touches[step] += mass;
    p->channel_weekly[step * p->weeks + week_of(p, now)] += mass;
    mark_curve(s, C_TOUCHES, b->cohort, now, mass);
    if (b->refused >= 0) count(s, N_CONTACTS_AFTER_NO, b->cohort, mass);
    if (kind == EMAIL && sender >= 0) p->mails[sender * p->days + day_of(p, now)] += mass;
    i32 recent = 0;
    for (i32 n = 0; n < b->made_count; n++)
        if (b->made[n] > now - WEEK) b->made[recent++] = b->made[n];
    if (recent == DEPTH) {
        memmove(b->made, b->made + 1, (size_t)(--recent) * sizeof *b->made);
    }
    i32 before = b->on_channel[channel] < DEPTH - 1 ? b->on_channel[channel] : DEPTH - 1;
    Touch touch = *touch_of(s, (Setting){step, before, recent, b->refused >= 0, b->speed, fmax(1.0, reputation)});
    b->made[recent++] = now;
    b->made_count = recent;
    if (kind != EMAIL || role == p->nobody) {
        double talks = 0.0;
        for (i32 k = 0; kind == PHONE && touch.first != NULL && k < kinds; k++) talks += b->w[k] * touch.first[k];
        work(s, role, (double)p->step_seconds[step] * mass + (kind == PHONE ? (double)p->step_talk[step] * talks : 0.0), now);
    }
    good_and_bad(s, b, step, touch, kind == EMAIL ? fmin(1.0, reputation) : 1.0, now);
}

/* The meeting is set: at each of a few equally likely distances, in the owner's hours. */
static void meet(Solver *s, Bundle *b, i64 now) {
    const Given *p = s->p;
    i64 role = role_in(p, b->state, b->cohort, MEETING), width;
    const i64 *table = p->tables + p->cohort_lead_time[b->cohort] * POINTS;
    i64 number = points(s, table, mass_of(s, b), &width);
    for (i64 n = 0; n < number; n++) {
        Bundle *part = share_of(s, b);
        for (i32 k = 0; k < kinds_of(s, b); k++) part->w[k] = b->w[k] / (double)number;
        part->own_at = hours(p, role, -1, forward(p, p->role_window[role], now + table[n * width + width / 2]));
        part->own_why = BEGIN;
        advance(s, part, now);
    }
    for (i32 k = 0; k < kinds_of(s, b); k++) b->w[k] = 0.0;
}

#endif
