/* Before the first instant: the program's tables in the shape in which a run reads them, room for people, and who is under way already. */
#ifndef BEGIN_H
#define BEGIN_H
#include "events.h"
#include "opening.h"

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
    s->rows = (Row *)(((uintptr_t)fresh(s, people + FIRST_ROW + 1, sizeof *s->rows) + 63) & ~(uintptr_t)63);
    for (i32 i = 0; i < FIRST_ROW; i++) s->rows[i].stamp = s->rows[i].due = -1;
    s->row_count = FIRST_ROW;
    s->place = fresh(s, people, sizeof *s->place);
    s->rare = fresh(s, people + FIRST_ROW, sizeof *s->rare);
    s->marks.word = fresh(s, people / 64 + 1, sizeof *s->marks.word);
    s->marks.filled = fresh(s, people / 4096 + 1, sizeof *s->marks.filled);
    s->marks.low = UINT32_MAX;
    s->pressed = fresh(s, (size_t)p->cohort_count, 1);
    for (i64 c = 0; c < p->cohort_count; c++) {
        for (int n = 0; n < DEPTH; n++) s->pressed[c] |= s->r->pressure[c * DEPTH + n] != 1.0;
        pressed |= s->pressed[c];
    }
    if (pressed) s->recent = fresh(s, people + FIRST_ROW, sizeof *s->recent);
    if (p->shared) s->waits = fresh(s, people + FIRST_ROW, sizeof *s->waits);
    s->arrival_first = fresh(s, (size_t)s->days + 2, sizeof *s->arrival_first);
    int in_order = 1;
    for (size_t i = 0; i < people; i++) {
        s->arrival_first[p->arrive_day[i] + 2]++;
        in_order &= i == 0 || p->arrive_day[i] >= p->arrive_day[i - 1];
    }
    for (i64 d = 0; d < s->days; d++) s->arrival_first[d + 2] += s->arrival_first[d + 1];
    if (!in_order) s->arrivals = fresh(s, people, sizeof *s->arrivals);
    for (size_t i = 0; i < people; i++) {
        i32 *next = s->arrival_first + p->arrive_day[i] + 1;
        if (!in_order) s->arrivals[*next] = (i32)i;
        ++*next;
    }
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
    set_up_crew(s);
    s->deeds = fresh(s, (size_t)p->step_count, sizeof *s->deeds);
    s->odds = fresh(s, (size_t)p->row_count, sizeof *s->odds);
    for (i64 step = 0; step < p->step_count; step++) set_up_deed(s, step);
    set_up_lanes(s);
    set_up_resources(s);
    set_up_flight(s);
    plan(s, p->day_at[0], DAY_BEGINS, 0, 0, -1, 0);
}

#endif
