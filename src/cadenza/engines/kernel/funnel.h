/* What answers mean for a person and for others: refusals.py and funnel.py; and the organization's days: days.py. */
#ifndef FUNNEL_H
#define FUNNEL_H
#include "answers.h"

static int take(Sim *s, Row *row, i32 event, i32 step, int made, u64 draw);

/* ------------------------------------------------------------ refusals */

static inline int refuses(i32 event) { return event == E_UNSUBSCRIBED || event == E_COMPLAINED || event == E_REPLIED_NEGATIVE; }

static inline int heard_number(i32 event) {
    switch (event) {
        case E_UNSUBSCRIBED: return 0;
        case E_COMPLAINED: return 1;
        case E_REPLIED_POSITIVE: return 2;
        case E_REPLIED_NEGATIVE: return 3;
        case E_REPLIED_NOT_NOW: return 4;
        case E_REPLIED_OUT_OF_OFFICE: return 5;
        case E_REPLIED_WRONG_PERSON: return 6;
        default: return -1;
    }
}

/* What an answer says about the person. */
static void note_word(Sim *s, Row *row, i32 event) {
    if (refuses(event)) {
        if (row->refused < 0) row->refused = (i32)s->now;
    } else if (event == E_REPLIED_POSITIVE) {
        row->refused = -1;
        drop_notes(s, &rare_of(s, row)->pending);
        row->flags &= (uint8_t)~PENDING;
    }
}

/* Whether the answer to the `made`-th touch is still given; if so it is counted, and what it says about the person is noted. */
static int counts(Sim *s, Row *row, i32 event, i32 step, i64 made) {
    if (event != E_REPLIED_OUT_OF_OFFICE) {
        if (made <= row->answered) return 0;
        row->answered = row->touches;
        EACH_OTHER(s, row, other) other->answered = other->touches;
    }
    int number = heard_number(event);
    s->out->said[step * HEARD + number]++;
    if (number >= 2) mark(s, C_REPLIES, row->cohort);
    i64 sender = s->p->step_sender[step];
    if (event == E_COMPLAINED && sender >= 0) s->complaints[sender * s->days + s->today]++;
    note_word(s, row, event);
    EACH_OTHER(s, row, other) note_word(s, other, event);
    return 1;
}

/* A refusal sets out to the executors of the channels. */
SELDOM void send_refusal(Sim *s, Row *row, i32 event, i32 step) {
    const Program *p = s->p;
    i64 first = row->cohort * CHANNELS, told = 0, reached[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
        i64 reach = p->cohort_reach[first + i];
        reached[i] = reach <= 0 ? s->now : add_time(s, p->calendar, NO_CHANNEL, s->now, reach, p->cohort_reach_unit[first + i]);
        if (reached[i] > told) told = reached[i];
    }
    if (told <= s->now) {
        take(s, row, event, step, 0, 0);
        return;
    }
    Note *note = note_at(s, add_note(s, &rare_of(s, row)->pending, event, step));
    note->told = told;
    memcpy(note->reached, reached, sizeof reached);
    row->flags |= PENDING;
    happen(s, told, event, row, K_TOLD, step, told);
}

static void tell_machine(Sim *s, Row *row, i32 note) {
    i32 event = note_at(s, note)->event, step = note_at(s, note)->step;
    Rare *rare = rare_of(s, row);
    drop_note(s, &rare->pending, note);
    if (!rare->pending) row->flags &= (uint8_t)~PENDING;
    take(s, row, event, step, 0, 0);
}

/* By now every channel knows. */
static void told_everywhere(Sim *s, Row *row, i32 event, i32 step, i64 told) {
    for (i32 at = s->rare[place_of(s, row)].pending; at; at = note_at(s, at)->next) {
        const Note *note = note_at(s, at);
        if (note->told == told && note->event == event && note->step == step) {
            tell_machine(s, row, at);
            return;
        }
    }
}

/* Whether the touch goes ahead once its executor has said what it knows: the refusals that have reached the channel, in the order of events. */
SELDOM int still_wanted(Sim *s, Row *row, i32 step) {
    i64 channel = s->p->step_channel[step];
    i32 stamp = row->stamp;
    while (row->stamp == stamp) {
        i32 next = 0;
        for (i32 at = s->rare[place_of(s, row)].pending; at; at = note_at(s, at)->next) {
            const Note *note = note_at(s, at);
            if (note->reached[channel] <= s->now && (!next || note->event < note_at(s, next)->event)) next = at;
        }
        if (!next) break;
        tell_machine(s, row, next);
    }
    if (row->stamp != stamp) return 0;
    if (is_free(s, row, s->now, 0)) return 1;
    s->waits[place_of(s, row)] = stamp + 1;
    return 0;
}

/* Whether the touch is stopped by what `still_wanted` looks at; mostly there is nothing to look at. */
static inline int stopped(Sim *s, Row *row, i32 step) { return ((row->flags & PENDING) || s->p->shared) && !still_wanted(s, row, step); }

/* What the person said is heard by the other playbooks, but for what would give somebody a second task, and a yes. */
static void tell_others(Sim *s, const Row *row, i32 event) {
    if (!refuses(event) && event != E_REPLIED_NOT_NOW && event != E_REPLIED_WRONG_PERSON) return;
    EACH_OTHER(s, row, other) {
        i32 taken = find(s, other, event, -1);
        if (taken < 0 || s->spots[s->turns[taken].target].kind == TASK) continue;
        if (refuses(event)) send_refusal(s, other, event, -1);
        else take(s, other, event, -1, 0, 0);
    }
}

/* ------------------------------------------------------------ tasks */

static inline u64 luck(const Sim *s, const Row *row, u64 code) { return mix(row->base + code + GOLDEN * (u64)(i64)s->rare[place_of(s, row)].meetings); }

static inline int chance(const Sim *s, const Row *row, u64 code, i64 chain) { return unit(luck(s, row, code)) < s->r->chain[chain]; }

static inline i64 look_up(const Sim *s, const Row *row, u64 code, i64 table) {
    return s->p->tables[table * POINTS + (i64)(luck(s, row, code) >> INDEX_SHIFT)];
}

/* Whose work it is: the role of that kind of work, else the one that the machine names, else nobody. */
static i64 role_of(const Sim *s, const Row *row, i64 task) {
    i64 role = s->p->task_role[row->cohort * TASKS + task];
    if (role < 0) role = s->p->state_role[row->state];
    return role >= 0 ? role : s->nobody;
}

/* When the task is due, in the business time of whoever does it. */
static i64 task_limit(const Sim *s, const Row *row, i64 task, i64 since) {
    i64 calendar = s->p->role_calendar[role_of(s, row, task)];
    if (calendar < 0) return since;
    return add_time(s, calendar, 0, since, s->p->state_within[row->state], s->p->state_within_unit[row->state]);
}

static void queue_task(Sim *s, const Row *row, i64 task, i64 due) {
    u64 until = due < NEVER >> 8 ? (u64)(due + BEFORE) : LATEST_DUE;
    push(s, find_lane(s, (i32)role_of(s, row, task), -1, -1, 0), until, row);
}

static void enter_task(Sim *s, Row *row) {
    const Program *p = s->p;
    i64 task = p->state_task[row->state], cohort = row->cohort;
    if (task == BOOKING) {
        i32 event = chance(s, row, p->code_booked, p->cohort_booked[cohort]) ? E_MEETING_BOOKED : E_MEETING_DECLINED;
        happen(s, s->now, event, row, K_TIMER, -1, row->stamp);
    } else if (task == MEETING) {
        i64 at = s->now + look_up(s, row, p->code_lead_time, p->cohort_lead_time[cohort]);
        happen(s, forward(s, p->role_window[role_of(s, row, task)], at), LATER, row, K_MEET, -1, row->stamp);
    } else {
        if (task == HANDOFF) count(s, N_HANDOFFS, cohort, 1);
        queue_task(s, row, task, task_limit(s, row, task, s->now));
    }
}

/* A task that was there when it all began: its limit counts from when it was given. The hour of a meeting is planned already. */
static void resume_task(Sim *s, Row *row) {
    i64 task = s->p->state_task[row->state];
    if (task == BOOKING) enter_task(s, row);
    else if (task != MEETING) queue_task(s, row, task, task_limit(s, row, task, row->since));
}

/* Work on a task starts; gives its seconds. A meeting that the other side misses takes nobody's time. */
static i64 begin_task(Sim *s, Row *row, i64 task) {
    const Program *p = s->p;
    i64 cohort = row->cohort, seconds = p->task_seconds[cohort * TASKS + task];
    i64 ends = s->now + stretch(s, role_of(s, row, task), seconds);
    if (task == REVIEW) happen(s, ends, LATER, row, K_READ, -1, row->stamp);
    else if (task == HANDOFF) {
        i64 late = s->now - task_limit(s, row, task, row->since);
        add_late(s, s->handoff_late + cohort, late);
        happen(s, ends, E_DONE, row, K_TIMER, -1, row->stamp);
    } else if (chance(s, row, p->code_held, p->cohort_held[cohort])) happen(s, ends, E_MEETING_HELD, row, K_TIMER, -1, row->stamp);
    else {
        happen(s, s->now, E_MEETING_MISSED, row, K_TIMER, -1, row->stamp);
        return 0;
    }
    return seconds;
}

/* ------------------------------------------------------------ after an event */

/* Everybody else of the account hears of it, at once. */
static void tell_colleagues(Sim *s, const Row *row, i32 event) {
    const Program *p = s->p;
    i32 self = number_of(row);
    if (s->alone) return;
    i64 account = p->person_account[self];
    for (i64 i = p->colleagues[account]; i < p->colleagues[account + 1]; i++)
        if (p->colleague[i] != self && s->place[p->colleague[i]] != GONE) happen(s, s->now, event, row_of(s, p->colleague[i]), K_SIGNAL, -1, 0);
}

/* The meeting took place. An opportunity counts when it is created; it is won when its cycle is over. */
static void meeting_held(Sim *s, Row *row) {
    const Program *p = s->p;
    i64 cohort = row->cohort;
    count(s, N_MEETINGS, cohort, 1);
    mark(s, C_MEETINGS, cohort);
    if (chance(s, row, p->code_opportunity, p->cohort_opportunity[cohort])) {
        i64 value = look_up(s, row, p->code_value, p->cohort_value[cohort]);
        count(s, N_OPPORTUNITIES, cohort, 1);
        mark(s, C_OPPORTUNITIES, cohort);
        count(s, N_PIPELINE, cohort, value);
        if (chance(s, row, p->code_won, p->cohort_won[cohort]))
            happen(s, s->now + look_up(s, row, p->code_cycle, p->cohort_cycle[cohort]), LATER, row, K_WON, -1, value);
    }
    rare_of(s, row)->meetings++;
}

/* Some of those who opted out change their minds, once in each round of the cadence. */
static void ask_back(Sim *s, Row *row) {
    const Program *p = s->p;
    if (unit(pick(row, p->code_asked_back)) >= s->r->chain[p->cohort_asked_back[row->cohort]]) return;
    i64 table = p->cohort_asked_back_delay[row->cohort];
    i64 delay = p->tables[table * POINTS + (i64)(pick(row, p->code_asked_back_delay) >> INDEX_SHIFT)];
    happen(s, s->now + delay, E_ASKED_BACK, row, K_TIMER, -1, row->stamp);
}

/* What an event that the machine has taken means beyond the person. */
static void after_event(Sim *s, Row *row, i32 event, i64 taken) {
    if (event == E_MEETING_BOOKED) {
        count(s, N_MEETINGS_BOOKED, row->cohort, 1);
        tell_colleagues(s, row, E_ACCOUNT_MEETING_BOOKED);
    } else if (event == E_MEETING_HELD) meeting_held(s, row);
    else if (event == E_REPLIED_NEGATIVE) tell_colleagues(s, row, E_ACCOUNT_REPLIED_NEGATIVE);
    else if (event == E_ASKED_BACK) {
        count(s, N_ASKED_BACK, row->cohort, 1);
        row->refused = -1;
        drop_notes(s, &rare_of(s, row)->pending);
        row->flags &= (uint8_t)~PENDING;
    }
    if (taken < 0) return;
    if (s->p->move_scope[taken] > 0) tell_colleagues(s, row, E_ACCOUNT_OPTED_OUT);
    if (s->p->cohort_asked_back[row->cohort] >= 0 && row->round >= 0 && find(s, row, E_ASKED_BACK, -1) >= 0) ask_back(s, row);
}

/* ------------------------------------------------------------ days */

static i64 sum(const i64 *from, i64 first, i64 end) {
    i64 total = 0;
    for (i64 i = first; i < end; i++) total += from[i];
    return total;
}

/* How many of a sender's mails lie before the start, and within the days that count on this one. */
static i64 sum_before(const Sim *s, const i32 *mails, i64 sender, i64 day) {
    i64 total = 0;
    for (i64 i = day; s->p->flight_count && i < MEMORY; i++) total += mails[sender * MEMORY + i];
    return total;
}

static void begin_caps(Sim *s, i64 day) {
    const Program *p = s->p;
    for (i64 sender = 0; sender < p->sender_count; sender++)
        for (i64 b = p->mailbox[sender]; b < p->mailbox[sender + 1]; b++) {
            i32 box = (i32)(s->roles + b);
            s->resources[box].left = p->cap[sender * s->days + day];
            if (s->resources[box].active.count) ring(s, box, s->now);
        }
    for (i32 role = 0; role < s->roles; role++) {
        new_day(s, role, (int)p->monday[day]);
        if ((s->resources[role].caps || s->resources[role].paces) && s->resources[role].active.count) ring(s, role, s->now);
    }
}

/* A sender's standing today, by the seven days before. */
static void judge(Sim *s, i64 day) {
    i64 first = day > MEMORY ? day - MEMORY : 0;
    for (i64 sender = 0; sender < s->p->sender_count; sender++) {
        i64 at = sender * s->days, mails = sum(s->sends + at, first, day) + sum_before(s, s->p->flight_sent, sender, day);
        if (mails < LEAST) mails = LEAST;
        i64 complaints = (sum(s->complaints + at, first, day) + sum_before(s, s->p->flight_complained, sender, day)) * 1000 / mails;
        i64 bounced = sum(s->bounces + at, first, day) + sum_before(s, s->p->flight_bounced, sender, day);
        i64 over = bounced * 100 - 2 * mails, bounces = (over > 0 ? over : 0) / mails;
        if (complaints > FALLS - 1) complaints = FALLS - 1;
        if (bounces > FALLS - 1) bounces = FALLS - 1;
        s->reputation[sender] = s->r->complaints[sender * FALLS + complaints] * s->r->bounces[sender * FALLS + bounces];
    }
}

/* Today's people; and where the day has more room, those whom a cooldown gave back, longest waiting first. */
static void enrol_day(Sim *s, i64 day) {
    const Program *p = s->p;
    i32 first = s->arrival_first[day], last = s->arrival_first[day + 1];
    for (i32 i = first, next; i < last; i = next) {
        i64 at = p->arrive[arrival(s, i)];
        for (next = i + 1; next < last && !p->shared && p->arrive[arrival(s, next)] == at;) next++;
        if (next == i + 1) plan(s, at - p->epoch, HAPPENING + E_ENROLLED, arrival(s, i), K_ENROL, -1, 0);
        else plan(s, at - p->epoch, HAPPENING + E_ENROLLED, i, K_MANY, -1, next - i);
    }
    for (i64 cohort = 0; cohort < p->cohort_count; cohort++) {
        Numbers *waiting = s->returned + cohort;
        u32 *head = s->returned_head + cohort;
        if (*head == waiting->count) continue;
        i64 room = p->quota[cohort * s->days + day];
        for (i32 i = first; i < last; i++) room -= p->person_cohort[arrival(s, i)] == cohort;
        if (p->shared) {
            u32 kept = 0;
            for (u32 i = 0; i < waiting->count; i++) {
                i32 person = waiting->at[i];
                if (room > 0 && is_free(s, row_of(s, person), p->nine[day], 1)) {
                    plan(s, p->nine[day], HAPPENING + E_ENROLLED, person, K_ENROL, -1, 0);
                    room--;
                } else waiting->at[kept++] = person;
            }
            waiting->count = kept;
            continue;
        }
        for (; room > 0 && *head < waiting->count; room--) plan(s, p->nine[day], HAPPENING + E_ENROLLED, waiting->at[(*head)++], K_ENROL, -1, 0);
    }
}

static void day_begins(Sim *s, i64 day) {
    s->today = day;
    begin_caps(s, day);
    judge(s, day);
    enrol_day(s, day);
    if (day + 1 < s->days) plan(s, s->p->day_at[day + 1], DAY_BEGINS, (i32)(day + 1), 0, -1, 0);
}

#endif
