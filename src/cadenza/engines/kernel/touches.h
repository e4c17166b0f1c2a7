/* Touches, and what the machine asks for when a state is entered: what is done for every touch, and fast. */
#ifndef TOUCHES_H
#define TOUCHES_H
#include "crew.h"

/* ------------------------------------------------------------ touches */

SELDOM i32 make_lane(Sim *s, i32 calendar, i32 step, i32 slot, int written) {
    const Program *p = s->p;
    i32 role = (i32)p->step_role[step], window = (i32)p->forward_window[calendar * COLUMNS + p->step_channel[step]];
    i64 sender = p->step_sender[step];
    int mails = p->step_answer[step] == EMAIL;
    if (mails && sender >= 0 && (written || role == s->nobody)) return find_lane(s, (i32)(s->roles + p->mailbox[sender] + slot), window, -1, 0);
    i32 team = written ? s->nobody : role;
    i32 gate = mails && !written && role != s->nobody ? -1 : window;
    if (p->step_weekly_cap[step] < 0 && p->step_daily_cap[step] < 0) return find_lane(s, team, gate, -1, 0);
    i64 reps = p->step_reps[step] > 1 ? p->step_reps[step] : 1;
    return find_lane(s, team, gate, step, (i32)(slot % reps));
}

/* Into the queue of whoever is next: the rep, then (for e-mail) the mailbox. */
OFTEN void queue_touch(Sim *s, const Row *row, i32 step, i64 due, int written) {
    const Deed *deed = s->deeds + step;
    u32 slot = (u32)((unsigned __int128)(deed->magic * row->position) * deed->spread >> 64);
    i32 *lane = deed->lanes[written] + row->calendar * deed->spread + slot;
    if (*lane < 0) *lane = make_lane(s, row->calendar, step, (i32)slot, written);
    push(s, *lane, deed->first + (u64)due, row);
}

/* Plan what was drawn; gives the seconds of work, with the conversation where the phone was answered. */
SELDOM i64 expect(Sim *s, Row *row, i32 step, const Answers *found) {
    const Program *p = s->p;
    i64 seconds = p->step_seconds[step], ends = s->now + 1;
    int phone = p->step_answer[step] == PHONE;
    if (phone) {
        seconds += p->step_talk[step];
        i64 length = stretch(s, p->step_role[step], seconds);
        ends = s->now + (length > 1 ? length : 1);
    }
    for (i32 i = 0; i < found->count; i++) {
        i32 event = found->answer[i].event;
        i64 at = s->now + (found->answer[i].after > 1 ? found->answer[i].after : 1);
        if (heard_number(event) >= 0) happen(s, phone ? ends : at, event, row, K_ANSWER, step, row->touches);
        else {
            if (event == E_CONNECTED) count(s, N_CONNECTED, row->cohort, 1);
            if (event == E_ACCEPTED) count(s, N_ACCEPTED, row->cohort, 1);
            happen(s, at, event, row, K_SIGNAL, step, 0);
        }
    }
    return seconds;
}

OFTEN void touch_done(Sim *s, Row *row, i32 step, u64 draw);

/* How long an inbound lead waited for its first touch, in slices of the half-life. */
SELDOM void note_speed(Sim *s, Row *row, i64 slice) {
    i64 slices = (s->now - rare_of(s, row)->enrolled) / slice;
    rare_of(s, row)->speed = (i32)(slices < HALVES - 1 ? slices : HALVES - 1);
}

/* Somebody may answer: look closely. Gives the touch's draw; the seconds of work grow with a conversation. */
SELDOM u64 listen(Sim *s, Row *row, i32 step, i64 r, double pressure, i64 *seconds) {
    Answers found;
    answers_of(s, row, step, r, pressure, &found);
    if (found.count) *seconds = expect(s, row, step, &found);
    return found.draw;
}

/* The touch is made: counted, its answers drawn and planned, and the machine goes on. Gives its seconds of work, -1 where it was stopped. */
OFTEN i64 make_touch(Sim *s, Row *row, i32 step) {
    const Deed *deed = s->deeds + step;
    if (row->touches >= MOST || stopped(s, row, step)) return -1;
    row->round = (int16_t)(row->round + (step <= row->last_step));
    row->last_step = (int16_t)step;
    row->touches++;
    if (deed->slice && row->touches == 1) note_speed(s, row, deed->slice);
    deed->touches[0]++;
    deed->curve[s->week]++;
    add_late(s, deed->late, s->now - row->since);
    if (row->refused >= 0) count(s, N_CONTACTS_AFTER_NO, row->cohort, 1);
    if (deed->sends != NULL) deed->sends[s->today]++;
    double pressure = deed->pressed ? pressure_of(s, row) : 1.0;
    i64 r = deed->varies ? rates_row(s, row, step) : deed->row + row->segment, seconds = deed->seconds;
    u64 draw;
    if (!silent(row, deed, s->odds + r, &draw)) draw = listen(s, row, step, r, pressure, &seconds);
    if (~row->luck & deed->most) row->luck += deed->one;
    touch_done(s, row, step, draw);
    return seconds;
}

static int send_mail(Sim *s, Row *row) { return make_touch(s, row, s->spots[row->state].step) >= 0; }

/* A job starts: seconds of work, or -1 where nobody needs it any more. A touch is made when its work begins; a mail is written first. */
static i64 begin_job(Sim *s, Row *row) {
    const Program *p = s->p;
    const Spot *spot = s->spots + row->state;
    if (spot->kind == TASK) return begin_task(s, row, p->state_task[row->state]);
    if (!s->deeds[spot->step].written) return make_touch(s, row, spot->step);
    if (stopped(s, row, spot->step)) return -1;
    i64 seconds = p->step_seconds[spot->step];
    happen(s, s->now + stretch(s, p->step_role[spot->step], seconds), LATER, row, K_WRITTEN, spot->step, row->stamp);
    return seconds;
}

/* ------------------------------------------------------------ the machine */

/* What a state asks for when it is entered: a timer, a touch, a task, or nothing. */
static void enter(Sim *s, Row *row) {
    i64 at = row->due > s->now ? row->due : s->now;
    const Spot *spot = s->spots + row->state;
    switch (spot->kind) {
        case WAIT:
        case HOLD: plan_timer(s, at, number_of(row), row->stamp); break;
        case TOUCH: queue_touch(s, row, spot->step, s->now, 0); break;
        case TASK: enter_task(s, row); break;
        case END:
            if (row->due >= 0) happen(s, at, E_COOLED, row, K_TIMER, -1, row->stamp);
            if (!row->coming) may_leave(s, row);
            break;
        default: add_number(s, s->returned + row->cohort, number_of(row));
    }
    if (s->p->shared) has_moved(s, row);
}

/* The machine takes an event; what the new state asks for is set going. -1: nothing changed, 0: a flag, 1: a new state. */
static int take(Sim *s, Row *row, i32 event, i32 step, int made, u64 draw) {
    i64 taken = event == E_UNSUBSCRIBED || event == E_COMPLAINED ? find(s, row, event, step) : -1;
    i32 expires = row->expires;
    int moved = move(s, row, event, step);
    if (moved < 0) return moved;
    if (s->tracing) tell(s, row, event, step, made, draw);
    if (row->expires >= 0 && row->expires != expires) happen(s, row->expires > s->now ? row->expires : s->now, E_ELAPSED, row, K_CLOCK, -1, 0);
    if (moved) enter(s, row);
    if (taken >= 0 || event == E_MEETING_BOOKED || event == E_MEETING_HELD || event == E_REPLIED_NEGATIVE || event == E_ASKED_BACK)
        after_event(s, row, event, taken);
    return moved;
}

/* `take` of the two events that come all the time. */
OFTEN void timer_due(Sim *s, Row *row) {
    const Spot *spot = s->spots + row->state;
    i32 taken = spot->due;
    if (spot->touch >= 0) {
        row->due = -1;
        row->state = (uint16_t)spot->touch;
        row->since = (i32)s->now;
        row->stamp++;
        queue_touch(s, row, s->spots[spot->touch].step, s->now, 0);
        return;
    }
    if (taken < 0) {
        take(s, row, E_DUE, -1, 0, 0);
        return;
    }
    move_plainly(s, row, s->turns + taken);
    if (s->tracing) tell(s, row, E_DUE, -1, 0, 0);
    enter(s, row);
}

OFTEN void wait_plainly(Sim *s, Row *row, i32 turn) {
    row->touched = (i32)s->now;
    move_plainly(s, row, s->turns + turn);
    plan_timer(s, row->due > s->now ? row->due : s->now, number_of(row), row->stamp);
}

OFTEN void touch_done(Sim *s, Row *row, i32 step, u64 draw) {
    const Spot *spot = s->spots + row->state;
    i32 taken = spot->done;
    if (spot->wait >= 0) {
        wait_plainly(s, row, spot->wait);
        return;
    }
    if (taken < 0) {
        take(s, row, E_DONE, -1, step + 1, draw);
        return;
    }
    row->touched = (i32)s->now;
    move_plainly(s, row, s->turns + taken);
    if (s->tracing) tell(s, row, E_DONE, -1, step + 1, draw);
    enter(s, row);
}

#endif
