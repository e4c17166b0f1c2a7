/* The kernel: what happens, in the order of `simpy_engine`, from a program to the counts of one replication.

   One translation unit, C11 and nothing else. Compiled by build.py, called by kernel_engine.py through ctypes. It keeps no state between calls,
   so that threads may run replications side by side. */
#include "crowd.h"
#include "opening.h"

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
SELDOM i64 expect(Sim *s, const Row *row, i32 step, const Answers *found) {
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
SELDOM void note_speed(Sim *s, const Row *row, i64 slice) {
    i64 slices = (s->now - rare_of(s, row)->enrolled) / slice;
    rare_of(s, row)->speed = (i32)(slices < HALVES - 1 ? slices : HALVES - 1);
}

/* Somebody may answer: look closely. Gives the touch's draw; the seconds of work grow with a conversation. */
SELDOM u64 listen(Sim *s, const Row *row, i32 step, i64 r, double pressure, i64 *seconds) {
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
static i64 begin_job(Sim *s, Row *row, i32 stamp) {
    const Program *p = s->p;
    const Spot *spot = s->spots + row->state;
    if (spot->kind == TASK) return begin_task(s, row, p->state_task[row->state]);
    if (!s->deeds[spot->step].written) return make_touch(s, row, spot->step);
    if (stopped(s, row, spot->step)) return -1;
    i64 seconds = p->step_seconds[spot->step];
    happen(s, s->now + stretch(s, p->step_role[spot->step], seconds), LATER, row, K_WRITTEN, spot->step, stamp);
    return seconds;
}

/* ------------------------------------------------------------ the machine */

/* What a state asks for when it is entered: a timer, a touch, a task, or nothing. */
static void enter(Sim *s, Row *row) {
    i64 at = row->due > s->now ? row->due : s->now;
    const Spot *spot = s->spots + row->state;
    switch (spot->kind) {
        case WAIT:
        case HOLD: plan_timer(s, at, number_of(s, row), row->stamp); break;
        case TOUCH: queue_touch(s, row, spot->step, s->now, 0); break;
        case TASK: enter_task(s, row); break;
        case END:
            if (row->due >= 0) happen(s, at, E_COOLED, row, K_TIMER, -1, row->stamp);
            break;
        default: add_number(s, s->returned + row->cohort, number_of(s, row));
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
    plan_timer(s, row->due > s->now ? row->due : s->now, number_of(s, row), row->stamp);
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

/* ------------------------------------------------------------ what happens */

static void enrol(Sim *s, Row *row) {
    const Program *p = s->p;
    i64 cohort = row->cohort;
    if (p->state_kind[row->state] != START) return;
    if (!is_free(s, row, s->now, 1)) {
        count(s, N_TURNED_AWAY, cohort, 1);
        add_number(s, s->returned + cohort, number_of(s, row));
        return;
    }
    int again = row->round >= 0;
    if (!again) {
        row->base = mix(s->r->stem ^ p->person_key[number_of(s, row)]);
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
        Row *row = s->rows + PERSON_OF(entry);
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
        else if (s->rows[number].stamp == (i32)at[i].b) mark_due(&s->marks, (u32)number);
    }
    read_marks(s);
    const i32 *due = s->due.at;
    size_t count = s->due.count;
    for (size_t i = 0; i < count; i++) {
        Row *row = s->rows + due[i];
        if (i + 8 < count) fetch_row(s, (u64)due[i + 8]);
        if (is_due(s, row)) timer_due(s, row);
    }
}

/* People who are enrolled together: those who come today, and who was given back. */
static void handle_enrolled(Sim *s, const Entry *at, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (KIND_OF(at[i]) != K_MANY) mark_due(&s->marks, (u32)PERSON_OF(at[i]));
        else
            for (i64 k = 0; k < STAMP_OF(at[i]); k++) mark_due(&s->marks, (u32)s->arrivals[PERSON_OF(at[i]) + k]);
    read_marks(s);
    for (size_t i = 0; i < s->due.count; i++) enrol(s, row_of(s, s->due.at[i]));
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
}

/* ------------------------------------------------------------ beginning and end */

static void set_up_resources(Sim *s) {
    const Program *p = s->p;
    s->roles = (i32)p->role_count;
    s->nobody = s->roles - 1;
    s->resource_count = (i32)(s->roles + p->mailbox[p->sender_count]);
    s->resources = fresh(s, (size_t)s->resource_count, sizeof *s->resources);
    s->bell_words = (s->resource_count + 63) / 64;
    s->bells = fresh(s, (size_t)s->bell_words, sizeof *s->bells);
    for (i32 role = 0; role < s->roles; role++) {
        Resource *team = s->resources + role;
        team->people = p->role_people[role];
        team->selling = s->r->chain[p->role_selling_time[role]];
        team->pace = 1.0;
        if (s->r->paced[role] >= 0) {
            team->paces = s->r->paces + s->r->paced[role];
            team->until = fresh(s, (size_t)team->people, sizeof *team->until);
        }
        i64 window = p->role_window[role];
        if (window < 0 && team->selling > 0) team->shuts = p->end;
        if (window < 0 || !(team->selling > 0)) continue;
        team->next_hours = p->window[window];
        next_hours(s, role);
    }
}

/* A place for each step, calendar, and mailbox or rep: once for the reps, once for written mails. */
static void set_up_lanes(Sim *s) {
    const Program *p = s->p;
    size_t calendars = (size_t)(p->business_count - 1), total = 0;
    for (i64 step = 0; step < p->step_count; step++) {
        i64 sender = p->step_sender[step], spread = p->step_reps[step];
        if (p->step_answer[step] == EMAIL && sender >= 0) spread = p->mailbox[sender + 1] - p->mailbox[sender];
        s->deeds[step].spread = (u32)(spread > 1 ? spread : 1);
        s->deeds[step].magic = UINT64_MAX / s->deeds[step].spread + 1;
        total += 2 * calendars * s->deeds[step].spread;
    }
    i32 *lane = s->lane_of = fresh(s, total, sizeof *s->lane_of);
    memset(lane, -1, total * sizeof *lane);
    for (i64 step = 0; step < p->step_count; step++)
        for (int written = 0; written < 2; written++) {
            s->deeds[step].lanes[written] = lane;
            lane += calendars * s->deeds[step].spread;
        }
}

static void set_up_people(Sim *s) {
    const Program *p = s->p;
    size_t people = (size_t)p->person_count;
    int pressed = 0;
    s->rows = (Row *)(((uintptr_t)fresh(s, people + 1, sizeof *s->rows) + 63) & ~(uintptr_t)63);
    s->rare = fresh(s, people, sizeof *s->rare);
    s->marks.word = fresh(s, people / 64 + 1, sizeof *s->marks.word);
    s->marks.filled = fresh(s, people / 4096 + 1, sizeof *s->marks.filled);
    s->marks.low = UINT32_MAX;
    s->pressed = fresh(s, (size_t)p->cohort_count, 1);
    for (i64 c = 0; c < p->cohort_count; c++) {
        for (int n = 0; n < DEPTH; n++) s->pressed[c] |= s->r->pressure[c * DEPTH + n] != 1.0;
        pressed |= s->pressed[c];
    }
    if (pressed) s->recent = fresh(s, people, sizeof *s->recent);
    if (p->shared) s->waits = fresh(s, people, sizeof *s->waits);
    s->arrival_first = fresh(s, (size_t)s->days + 2, sizeof *s->arrival_first);
    s->arrivals = fresh(s, people, sizeof *s->arrivals);
    for (size_t i = 0; i < people; i++) s->arrival_first[p->arrive_day[i] + 2]++;
    for (i64 d = 0; d < s->days; d++) s->arrival_first[d + 2] += s->arrival_first[d + 1];
    for (size_t i = 0; i < people; i++) s->arrivals[s->arrival_first[p->arrive_day[i] + 1]++] = (i32)i;
}

/* Whether a transition of `due` or `done` is a plain one: see Turn. */
static i32 plain_turn(const Sim *s, i64 state, i32 event) {
    i32 taken = s->go[state * s->p->events + event];
    if (taken < 0) return -1;
    const Turn *turn = s->turns + taken;
    const Spot *source = s->spots + state, *target = s->spots + turn->target;
    int clocked = source->clocked && target->step < 0; /* the clock of `elapsed` stops */
    if (source->kind != WAIT && source->kind != TOUCH) return -1;
    return target->holds || target->paused || source->paused || turn->timer == KEEP || clocked ? -1 : taken;
}

/* Where a state leads straight from a wait to its touch, or from a touch to the next wait. */
static void look_ahead(const Sim *s, Spot *spot) {
    const Turn *due = spot->due < 0 ? NULL : s->turns + spot->due, *done = spot->done < 0 ? NULL : s->turns + spot->done;
    if (due != NULL && due->timer < 0 && s->spots[due->target].kind == TOUCH) spot->touch = due->target;
    if (done != NULL && done->timer >= 0 && s->spots[done->target].kind == WAIT) spot->wait = spot->done;
    i32 enrolled = spot->kind == START && !spot->clocked ? s->go[(spot - s->spots) * s->p->events + E_ENROLLED] : -1;
    if (enrolled >= 0 && s->turns[enrolled].timer >= 0 && s->turns[enrolled].timer != KEEP && s->spots[s->turns[enrolled].target].kind == WAIT) spot->wait = enrolled;
}

static void set_up_machine(Sim *s) {
    const Program *p = s->p;
    size_t cells = (size_t)(p->state_count * p->events);
    s->spots = fresh(s, (size_t)p->state_count, sizeof *s->spots);
    s->turns = fresh(s, (size_t)p->move_count, sizeof *s->turns);
    s->go = fresh(s, cells, sizeof *s->go);
    for (size_t i = 0; i < cells; i++) s->go[i] = (i32)p->go[i];
    for (i64 t = 0; t < p->move_count; t++)
        s->turns[t] = (Turn){(i32)p->move_target[t], (int8_t)p->move_timer[t], (uint8_t)p->move_channel[t], (uint8_t)p->move_unit[t], p->move_amount[t], -1, -1, -1, -1, 0, 0, -1};
    for (i64 i = 0; i < p->state_count; i++) {
        int holds = p->state_kind[i] == HOLD || p->state_task[i] == REVIEW;
        s->spots[i] = (Spot){(i32)p->state_step[i], -1, -1, -1, -1, (uint8_t)p->state_kind[i], (uint8_t)p->paused[i], (uint8_t)holds, p->cohort_elapsed[p->state_cohort[i]] >= 0};
    }
    for (i64 i = 0; i < p->state_count; i++) {
        s->spots[i].due = plain_turn(s, i, E_DUE);
        s->spots[i].done = plain_turn(s, i, E_DONE);
        if (!s->tracing && !p->shared) look_ahead(s, s->spots + i);
    }
}

/* More than any person's answers to this kind of touch can come to. */
static double most_answers(const Sim *s, i64 cohort, i64 r) {
    const double *share = s->r->share + r * SHARES, *decays = s->r->decay + r * DEPTH, *pressures = s->r->pressure + cohort * DEPTH;
    double decay = 0, pressure = 0, keen = 0, after_no = s->r->chain[s->p->cohort_after_no[cohort]], floor = s->r->chain[s->p->cohort_floor[cohort]];
    for (int i = 0; i < DEPTH; i++) {
        decay = decays[i] > decay ? decays[i] : decay;
        pressure = pressures[i] > pressure ? pressures[i] : pressure;
    }
    for (int i = 0; i < POINTS; i++) keen = s->p->propensity[cohort * POINTS + i] > keen ? s->p->propensity[cohort * POINTS + i] : keen;
    double refusals = (share[S_UNSUBSCRIBED] + share[S_COMPLAINED] * (after_no > 1 ? after_no : 1)) * pressure;
    double replies = (share[S_POSITIVE] * (floor > 1 ? floor : 1) + share[S_NOT_NOW]) * keen + share[S_NEGATIVE] + share[S_WRONG_PERSON];
    return (refusals + replies * decay + share[S_OUT_OF_OFFICE]) * 1.000001;
}

static void set_up_deed(Sim *s, i64 step) {
    const Program *p = s->p;
    Deed *deed = s->deeds + step;
    i64 answer = p->step_answer[step], cohort = p->step_cohort[step], sender = p->step_sender[step];
    i64 variants = p->step_variant[step + 1] - p->step_variant[step], rows = (variants > 1 ? variants : 1) * p->cohort_segments[cohort];
    int accepts = answer == INVITE, arrives = answer == POST;
    const u64 *code = p->step_code + step * PURPOSES;
    deed->touches = s->out->touches + step;
    deed->curve = s->out->curves + (cohort * CURVES + C_TOUCHES) * p->weeks;
    if (answer == EMAIL && sender >= 0) {
        deed->sends = s->sends + sender * s->days;
    }
    deed->address = p->address_code[answer];
    deed->connected = code[accepts ? P_ACCEPTED : arrives ? P_DELIVERED : P_CONNECTED];
    deed->response = code[P_RESPONSE];
    deed->row = (i32)p->step_row[step];
    deed->seconds = p->step_seconds[step];
    deed->late = s->touch_late + cohort;
    deed->slice = p->cohort_slice[cohort];
    deed->first = (u64)p->cohort_priority[cohort] << 56 | (u64)BEFORE;
    deed->answer = (uint8_t)answer;
    deed->one = UINT32_C(1) << (12 + 4 * p->step_channel[step]);
    deed->most = deed->one * (DEPTH - 1);
    deed->written = answer == EMAIL && p->step_role[step] != p->role_count - 1;
    deed->varies = variants > 1;
    deed->looked_at = p->step_reads[step * EVENTS + E_OPENED] || p->step_reads[step * EVENTS + E_CLICKED];
    deed->pressed = s->pressed[cohort];
    deed->caller = answer == PHONE || accepts || arrives;
    for (i64 r = deed->row; r < deed->row + rows; r++) {
        const double *share = s->r->share + r * SHARES;
        s->odds[r].bounced = answer == PHONE ? 0 : threshold(share[S_BOUNCED]);
        s->odds[r].connected = threshold(share[accepts ? S_ACCEPTED : arrives ? S_DELIVERED : S_CONNECTED]);
        s->odds[r].most = threshold(most_answers(s, cohort, r));
    }
}

static void set_up(Sim *s) {
    const Program *p = s->p;
    i64 slots = (p->end >> SLOT_SHIFT) + 1;
    size_t senders = (size_t)p->sender_count, cohorts = (size_t)p->cohort_count;
    s->now = -1;
    s->slot = s->chunk_free = s->batch_free = -1;
    s->next_free = NEVER;
    s->days = p->day_count;
    s->bags = fresh(s, (size_t)slots, sizeof *s->bags);
    for (i64 slot = 0; slot < slots; slot++) s->bags[slot] = (Bag){-1, -1, CHUNK};
    s->sends = fresh(s, senders * (size_t)s->days, sizeof *s->sends);
    s->complaints = fresh(s, senders * (size_t)s->days, sizeof *s->complaints);
    s->bounces = fresh(s, senders * (size_t)s->days, sizeof *s->bounces);
    s->reputation = fresh(s, senders, sizeof *s->reputation);
    s->returned = fresh(s, cohorts, sizeof *s->returned);
    s->returned_head = fresh(s, cohorts, sizeof *s->returned_head);
    s->touch_late = fresh(s, cohorts, sizeof *s->touch_late);
    s->handoff_late = fresh(s, cohorts, sizeof *s->handoff_late);
    make_hints(s);
    set_up_people(s);
    set_up_machine(s);
    s->deeds = fresh(s, (size_t)p->step_count, sizeof *s->deeds);
    s->odds = fresh(s, (size_t)p->row_count, sizeof *s->odds);
    for (i64 step = 0; step < p->step_count; step++) set_up_deed(s, step);
    set_up_lanes(s);
    set_up_resources(s);
    set_up_flight(s);
    plan(s, p->day_at[0], DAY_BEGINS, 0, 0, -1, 0);
}

/* The smallest value that at least `rank` of those in bin `bin` (of 2**shift seconds) and the bins before it do not exceed; `before` are in those. */
static i64 value_in_bin(const Lates *lates, i64 first, i64 last, u64 rank, u32 bin, int shift, u32 *bins) {
    u32 width = UINT32_C(1) << shift, value = 0;
    memset(bins, 0, width * sizeof *bins);
    for (i64 c = first; c <= last; c++)
        for (size_t i = 0; i < lates[c].count; i++)
            if (lates[c].at[i] >> shift == bin) bins[lates[c].at[i] & (width - 1)]++;
    while (rank > bins[value]) rank -= bins[value++];
    return ((i64)bin << shift) + value;
}

/* The smallest values that at least 50 and 90 per cent do not exceed, over the cohorts first to last; 0 of none. By halves of their digits. */
static void late_quantiles(const Lates *lates, i64 first, i64 last, u32 *bins, i64 *found) {
    static const u64 percent[2] = {50, 90};
    u64 total = 0, punctual = 0, rank[2];
    u32 any = 0, bin[2] = {0, 0};
    for (i64 c = first; c <= last; c++) {
        punctual += lates[c].punctual;
        total += lates[c].punctual + lates[c].count;
        for (size_t i = 0; i < lates[c].count; i++) any |= lates[c].at[i];
    }
    int shift = any ? (32 - __builtin_clz(any)) / 2 : 0;
    memset(bins, 0, ((size_t)(any >> shift) + 1) * sizeof *bins);
    for (i64 c = first; c <= last; c++)
        for (size_t i = 0; i < lates[c].count; i++) bins[lates[c].at[i] >> shift]++;
    for (int n = 0; n < 2; n++) {
        rank[n] = (total * percent[n] + 99) / 100;
        rank[n] = rank[n] > punctual ? rank[n] - punctual : 0;
        if (!rank[n]) continue;
        while (rank[n] > bins[bin[n]]) rank[n] -= bins[bin[n]++];
    }
    for (int n = 0; n < 2; n++)
        if (rank[n]) found[n] = value_in_bin(lates, first, last, rank[n], bin[n], shift, bins);
}

static void sum_up_late(Sim *s) {
    i64 groups = s->p->cohort_count > 1 ? s->p->cohort_count + 1 : 1;
    u32 *bins = fresh(s, LATE_BINS, sizeof *bins);
    for (i64 group = 0; group < groups; group++) {
        i64 first = group == 0 ? 0 : group - 1, last = group == 0 ? s->p->cohort_count - 1 : group - 1;
        late_quantiles(s->touch_late, first, last, bins, s->out->late + 4 * group);
        late_quantiles(s->handoff_late, first, last, bins, s->out->late + 4 * group + 2);
    }
}

/* How late each touch and hand-off was, for whoever adds runs up. */
static void give_lateness(Sim *s) {
    TakeLateness take = (TakeLateness)s->out->take_lateness;
    for (i64 cohort = 0; cohort < s->p->cohort_count; cohort++)
        for (int kind = 0; kind < 2; kind++) {
            const Lates *lates = (kind ? s->handoff_late : s->touch_late) + cohort;
            if (take(cohort, kind, lates->at, (i64)lates->count, (i64)lates->punctual)) longjmp(s->failed, 2);
        }
}

/* Where everybody who was enrolled stands at the horizon, by playbook. */
static void sum_up_people(Sim *s) {
    const Program *p = s->p;
    for (i64 i = 0; i < p->person_count; i++) {
        const Row *row = s->rows + i;
        if (!row->flags || row->round < 0) continue;
        i64 cohort = row->cohort, kind = s->spots[row->state].kind, *standing = s->out->standing + 3 * cohort;
        if (kind == END) s->out->ended[cohort * p->outcome_count + p->state_outcome[row->state]]++;
        else standing[kind == START ? 0 : 1]++;
        standing[2] += row->answered < 0;
    }
}

/* Mails by week: of days of the organization, of which a clock change may leave one over. */
static void sum_up_mails(Sim *s) {
    i64 weeks = s->p->weeks;
    for (i64 sender = 0; sender < s->p->sender_count; sender++)
        for (i64 day = 0; day < s->days; day++) {
            i64 week = day / 7 < weeks ? day / 7 : weeks - 1;
            s->out->sent_weekly[sender * weeks + week] += s->sends[sender * s->days + day];
            s->out->sent[sender] += s->sends[sender * s->days + day];
        }
}

static void live(Sim *s) {
    i64 slots = (s->p->end >> SLOT_SHIFT) + 1;
    for (i64 slot = 0; slot < slots; slot++) {
        open_slot(s, slot);
        for (i64 second; (second = next_second(s)) >= 0;) instant(s, second);
    }
    if (s->tracing) hand_over(s);
    if (s->out->take_lateness) give_lateness(s);
    sum_up_late(s);
    sum_up_people(s);
    sum_up_mails(s);
}

/* One replication. The arrays of `out` are the caller's, and zero. 0, or 1: out of memory, or 2: a function of the caller's could not go on. */
int cadenza_run(const Program *program, const Rates *rates, Result *out) {
    Sim *s = calloc(1, sizeof *s);
    if (s == NULL) return 1;
    s->p = program;
    s->r = rates;
    s->out = out;
    s->tracing = out->take_events != NULL;
    int failed = setjmp(s->failed);
    if (!failed) {
        if (s->tracing) s->told = fresh(s, TOLD, sizeof *s->told);
        set_up(s);
        live(s);
    }
    free_all(s);
    free(s);
    return failed;
}

/* The sizes that the packer must agree with. */
void cadenza_sizes(i64 *sizes) {
    sizes[0] = sizeof(Program);
    sizes[1] = sizeof(Rates);
    sizes[2] = sizeof(Result);
    sizes[3] = sizeof(Told);
    sizes[4] = sizeof(Crowd);
    sizes[5] = sizeof(Found);
}
