/* What happens at an instant: the calendar, then rounds of state changes in the order of events and people, then capacity. */
#ifndef EVENTS_H
#define EVENTS_H
#include "touches.h"

static void enrol(Sim *s, Row *row) {
    const Program *p = s->p;
    i64 cohort = row->cohort;
    if (p->state_kind[row->state] != START) return;
    if (!is_free(s, row, s->now, 1)) {
        count(s, N_TURNED_AWAY, cohort, 1);
        add_number(s, s->returned + cohort, number_of(row));
        return;
    }
    int again = row->round >= 0;
    if (!again && !row->base) { /* who is known from another playbook has their luck already */
        row->base = mix(s->r->stem ^ p->person_key[number_of(row)]);
        row->luck = (u32)(mix(row->base + p->propensity_code) >> INDEX_SHIFT);
    }
    row->round++;
    row->last_step = -1;
    row->luck &= POINTS - 1; /* no touches on any channel yet */
    count(s, again ? N_REENROLLED : N_ENROLLED, cohort, 1);
    if (!again) mark(s, C_ENROLLED, cohort);
    i32 wait = s->spots[row->state].wait;
    if (wait < 0) take(s, row, E_ENROLLED, -1, 0, 0);
    else {
        if (p->cohort_slice[cohort]) rare_of(s, row)->enrolled = (i32)s->now;
        wait_plainly(s, row, wait);
    }
}

/* A reply whose class is known: refusals set out on their way, everything else is the machine's. */
static void heard(Sim *s, Row *row, i32 event, i32 step) {
    if (refuses(event)) send_refusal(s, row, event, step);
    else take(s, row, event, step, 0, 0);
    tell_others(s, row, event);
}

/* A reply, an opt-out or a complaint comes in. Who has spoken since the touch was made does not answer it as well. */
static void answered(Sim *s, Row *row, i32 event, i32 step, i64 made) {
    const Program *p = s->p;
    if (!counts(s, row, event, step, made)) return;
    int reply = heard_number(event) >= 2 && event != E_REPLIED_OUT_OF_OFFICE;
    if (reply && unit(pick(row, p->step_code[step * PURPOSES + P_UNCLASSIFIED])) < s->r->chain[p->cohort_unclassified[row->cohort]]) {
        count(s, N_UNCLASSIFIED, row->cohort, 1);
        if (take(s, row, E_REPLIED_UNCLASSIFIED, step, 0, 0) > 0 || p->state_task[row->state] == REVIEW) {
            add_note(s, &rare_of(s, row)->review, event, step);
            return;
        }
    }
    heard(s, row, event, step);
}

/* Somebody has read what was unclear: the reply is what it is, and where that changes nothing the cadence goes on. */
static void read_replies(Sim *s, Row *row, i64 stamp) {
    if (row->stamp != stamp) return;
    i32 unclear = rare_of(s, row)->review;
    rare_of(s, row)->review = 0;
    while (unclear) {
        i32 event = note_at(s, unclear)->event, step = note_at(s, unclear)->step;
        drop_note(s, &unclear, unclear);
        heard(s, row, event, step);
    }
    if (row->stamp == stamp) take(s, row, E_DONE, -1, 0, 0);
}

static void signal_comes(Sim *s, Row *row, i32 event, i32 step) {
    if (event == E_BOUNCED) {
        i64 sender = s->p->step_sender[step];
        count(s, N_BOUNCED, row->cohort, 1);
        if (sender >= 0) s->bounces[sender * s->days + s->today]++;
    }
    take(s, row, event, step, 0, 0);
}

static void deal_won(Sim *s, Row *row, i64 value) {
    count(s, N_WON, row->cohort, 1);
    count(s, N_WON_VALUE, row->cohort, value);
    tell_colleagues(s, row, E_ACCOUNT_BECAME_CUSTOMER);
}

/* What the state of somebody who is under way at the start asks for, unless something has moved them on in this instant. */
static void resume(Sim *s, Row *row) {
    if (row->expires >= 0) happen(s, row->expires > s->now ? row->expires : s->now, E_ELAPSED, row, K_CLOCK, -1, 0);
    const Spot *spot = s->spots + row->state;
    if (row->stamp || (row->round < 0 && spot->kind == START)) return; /* the latter: whose turn is still to come */
    if (spot->kind == TOUCH) queue_touch(s, row, spot->step, row->since, 0);
    else if (spot->kind == TASK) resume_task(s, row);
    else enter(s, row);
}

static inline void handle(Sim *s, Entry entry) {
    if (IS_TIMER(entry)) {
        Row *row = row_at(s, (u64)(u32)PERSON_OF(entry));
        if (row->stamp == (i32)entry.b) timer_due(s, row);
        return;
    }
    i32 rank = RANK_OF(entry), event = rank - HAPPENING, step = STEP_OF(entry);
    i64 stamp = STAMP_OF(entry);
    if (rank == BELL) {
        ring(s, PERSON_OF(entry), s->now);
        return;
    }
    Row *row = row_of(s, PERSON_OF(entry));
    if (is_nobody(s, row)) return;
    if (is_counted(KIND_OF(entry))) has_come(s, row);
    switch (KIND_OF(entry)) {
        case K_TIMER:
            if (row->stamp == stamp) take(s, row, event, -1, 0, 0);
            break;
        case K_CLOCK:
            if (row->expires >= 0 && row->expires <= s->now) take(s, row, E_ELAPSED, -1, 0, 0);
            break;
        case K_SIGNAL: signal_comes(s, row, event, step); break;
        case K_ANSWER: answered(s, row, event, step, stamp); break;
        case K_TOLD: told_everywhere(s, row, event, step, stamp); break;
        case K_READ: read_replies(s, row, stamp); break;
        case K_WRITTEN:
            if (row->stamp == stamp) queue_touch(s, row, (i32)s->p->state_step[row->state], row->since, 1);
            break;
        case K_MEET:
            if (row->stamp == stamp) queue_task(s, row, MEETING, s->now);
            break;
        case K_WON: deal_won(s, row, stamp); break;
        case K_ENROL: enrol(s, row); break;
        case K_RESUME: resume(s, row); break;
    }
}

/* Whether the person waits for this instant, and has since before it: as good as a stamp, for only one timer of a state ends with it. */
static inline int is_due(const Sim *s, const Row *row) {
    u32 kind = s->spots[row->state].kind;
    return row->due == s->now && row->since < s->now && (kind == WAIT || kind == HOLD);
}

/* Timers that end together, some of them in batches: one by one in the order of people. */
static void handle_due(Sim *s, const Entry *at, size_t n) {
    for (size_t i = 0; i < n; i++) {
        i32 number = PERSON_OF(at[i]);
        if (KIND_OF(at[i]) == K_MANY) mark_batch(s, number);
        else if (row_at(s, (u64)(u32)number)->stamp == (i32)at[i].b) mark_due(&s->marks, (u32)number);
    }
    read_marks(s);
    const i32 *due = s->due.at;
    size_t count = s->due.count;
    for (size_t i = 0; i < count; i++) {
        Row *row = row_at(s, (u64)(u32)due[i]);
        if (i + 8 < count) fetch_row(s, (u64)due[i + 8]);
        if (is_due(s, row)) timer_due(s, row);
    }
}

/* People who are enrolled together: those who come today, and who was given back. */
static void handle_enrolled(Sim *s, const Entry *at, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (KIND_OF(at[i]) != K_MANY) mark_due(&s->marks, (u32)PERSON_OF(at[i]));
        else
            for (i64 k = 0; k < STAMP_OF(at[i]); k++) mark_due(&s->marks, (u32)arrival(s, PERSON_OF(at[i]) + k));
    read_marks(s);
    for (size_t i = 0; i < s->due.count; i++) {
        Row *row = row_of(s, s->due.at[i]);
        if (!is_nobody(s, row)) enrol(s, row);
    }
}

static void handle_all(Sim *s, const Entries *entries, size_t first) {
    const Entry *at = entries->at;
    size_t n = entries->count;
    for (size_t i = first; i < n; i++) {
        i32 rank = RANK_OF(at[i]), many = 0;
        size_t end = i + 1;
        if (rank == HAPPENING + E_DUE || rank == HAPPENING + E_ENROLLED) {
            many = KIND_OF(at[i]) == K_MANY;
            for (; end < n && RANK_OF(at[end]) == rank; end++) many |= KIND_OF(at[end]) == K_MANY;
        }
        if (many) {
            if (rank == HAPPENING + E_DUE) handle_due(s, at + i, end - i);
            else handle_enrolled(s, at + i, end - i);
            i = end - 1;
            continue;
        }
        for (; i < end; i++) {
            if (i + 4 < n && RANK_OF(at[i + 4]) != BELL && KIND_OF(at[i + 4]) != K_MANY) fetch_row(s, (u64)PERSON_OF(at[i + 4]));
            handle(s, at[i]);
        }
        i--;
    }
}

/* What happens next at this instant, in order, into `bucket`. */
static int next_round(Sim *s) {
    if (s->soon.count == 0) return 0;
    Entries swap = s->bucket;
    s->bucket = s->soon;
    s->soon = swap;
    s->soon.count = 0;
    sort_entries(s, &s->bucket);
    return 1;
}

/* The calendar, before anything else at this instant; what it causes joins the first round. */
static void first_round(Sim *s, const Entries *entries) {
    size_t i = 0;
    while (i < entries->count && RANK_OF(entries->at[i]) <= OFFICE_OPENS) {
        Entry entry = entries->at[i++];
        if (RANK_OF(entry) == DAY_BEGINS) day_begins(s, PERSON_OF(entry));
        else office_opens(s, PERSON_OF(entry));
    }
    if (i > 0 && s->soon.count > 0) {
        for (; i < entries->count; i++) add_entry(s, &s->soon, entries->at[i]);
        next_round(s);
        first_round(s, &s->bucket);
    } else handle_all(s, entries, i);
}

/* Rounds until nothing is left to happen now; then capacity, resource by resource, and what that causes before the next resource. */
static void instant(Sim *s, i64 second) {
    s->now = s->slot_start + second;
    s->week = s->now / WEEK;
    if (s->next_free <= s->now) ring_for_hands(s);
    first_round(s, of_second(s, second));
    for (i32 word = 0; word < s->bell_words;) {
        if (next_round(s)) {
            handle_all(s, &s->bucket, 0);
            word = 0;
            continue;
        }
        if (s->bells[word] == 0) {
            word++;
            continue;
        }
        i32 resource = (word << 6) + __builtin_ctzll(s->bells[word]);
        s->bells[word] &= s->bells[word] - 1;
        if (resource < s->roles) serve_role(s, resource);
        else serve_mailbox(s, resource);
        word = 0;
    }
    if (s->leaving.count) let_go(s);
}

#endif
