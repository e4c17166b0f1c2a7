/* The kernel: what happens, in the order of `simpy_engine`, from a program to the counts of one replication.

   One translation unit, C11 and nothing else. Compiled by build.py, called by kernel_engine.py through ctypes. It keeps no state between calls,
   so that threads may run replications side by side. */
#include "funnel.h"

/* ------------------------------------------------------------ touches */

static i32 make_lane(Sim *s, i32 calendar, i32 step, i32 slot, int written) {
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
static void queue_touch(Sim *s, const Row *row, i32 step, i64 due, int written) {
    const Program *p = s->p;
    i32 calendar = row->calendar, slot = (i32)((u32)p->person_position[row->number] % (u32)s->spread[step]);
    i32 *lane = s->lane_of + s->lane_base[(written * p->step_count + step) * (p->business_count - 1) + calendar] + slot;
    if (*lane < 0) *lane = make_lane(s, calendar, step, slot, written);
    push(s, *lane, p->cohort_priority[row->cohort], due, row);
}

/* Plan what was drawn; gives the seconds of work, with the conversation where the phone was answered. */
static i64 expect(Sim *s, const Row *row, i32 step, const Answers *found) {
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

/* The touch is made: counted, its answers drawn and planned, and the machine goes on. Gives its seconds of work, -1 where it was stopped. */
static i64 make_touch(Sim *s, Row *row, i32 stamp) {
    const Program *p = s->p;
    i32 step = (i32)p->state_step[row->state];
    i64 channel = p->step_channel[step], cohort = row->cohort;
    (void)stamp;
    if (row->touches >= MOST || !still_wanted(s, row, step)) return -1;
    if (step <= row->last_step) row->round++;
    row->last_step = (int16_t)step;
    row->touches++;
    if (row->touches == 1 && p->cohort_slice[cohort]) {
        i64 slice = (s->now - row->enrolled) / p->cohort_slice[cohort];
        row->speed = (int16_t)(slice < HALVES - 1 ? slice : HALVES - 1);
    }
    s->out->touches[step]++;
    mark(s, C_TOUCHES, cohort);
    add_late(s, s->touch_late + cohort, s->now - row->since);
    if (row->refused >= 0) count(s, N_CONTACTS_AFTER_NO, cohort, 1);
    i64 sender = p->step_sender[step];
    if (p->step_answer[step] == EMAIL && sender >= 0) {
        s->sends[sender * s->days + s->today]++;
        s->out->sent[sender]++;
    }
    Answers found;
    answers_of(s, row, step, &found);
    if (row->on_channel[channel] < DEPTH) row->on_channel[channel]++;
    i64 seconds = found.count ? expect(s, row, step, &found) : p->step_seconds[step];
    take(s, row, E_DONE, -1, step + 1, found.draw);
    return seconds;
}

/* A job starts: seconds of work, or -1 where nobody needs it any more. A touch is made when its work begins; a mail is written first. */
static i64 begin_job(Sim *s, Row *row, i32 stamp) {
    const Program *p = s->p;
    if (p->state_kind[row->state] == TASK) return begin_task(s, row, p->state_task[row->state]);
    i32 step = (i32)p->state_step[row->state];
    if (p->step_answer[step] != EMAIL || p->step_role[step] == s->nobody) return make_touch(s, row, stamp);
    if (!still_wanted(s, row, step)) return -1;
    i64 seconds = p->step_seconds[step];
    happen(s, s->now + stretch(s, p->step_role[step], seconds), LATER, row, K_WRITTEN, step, stamp);
    return seconds;
}

/* ------------------------------------------------------------ the machine */

/* What a state asks for when it is entered: a timer, a touch, a task, or nothing. */
static void enter(Sim *s, Row *row) {
    i64 at = row->due > s->now ? row->due : s->now;
    switch (s->p->state_kind[row->state]) {
        case WAIT:
        case HOLD: happen(s, at, E_DUE, row, K_TIMER, -1, row->stamp); break;
        case TOUCH: queue_touch(s, row, (i32)s->p->state_step[row->state], s->now, 0); break;
        case TASK: enter_task(s, row); break;
        case END:
            if (row->due >= 0) happen(s, at, E_COOLED, row, K_TIMER, -1, row->stamp);
            break;
        default: add_number(s, s->returned + row->cohort, row->number);
    }
}

/* The machine takes an event; what the new state asks for is set going. -1: nothing changed, 0: a flag, 1: a new state. */
static int take(Sim *s, Row *row, i32 event, i32 step, int made, u64 draw) {
    i64 taken = event == E_UNSUBSCRIBED || event == E_COMPLAINED ? find(s, row, event, step) : -1;
    i64 expires = row->expires;
    int moved = move(s, row, event, step);
    if (moved < 0) return moved;
    if (s->tracing) tell(s, row, event, step, made, draw);
    if (row->expires >= 0 && row->expires != expires) happen(s, row->expires > s->now ? row->expires : s->now, E_ELAPSED, row, K_CLOCK, -1, 0);
    if (moved) enter(s, row);
    if (taken >= 0 || event == E_MEETING_BOOKED || event == E_MEETING_HELD || event == E_REPLIED_NEGATIVE) after_event(s, row, event, taken);
    return moved;
}

/* ------------------------------------------------------------ what happens */

static void enrol(Sim *s, Row *row) {
    const Program *p = s->p;
    i64 cohort = row->cohort;
    if (p->state_kind[row->state] != START) return;
    int again = row->round >= 0;
    if (!again) {
        row->base = mix(s->r->stem ^ p->person_key[row->number]);
        row->propensity = p->propensity[cohort * POINTS + (i64)(mix(row->base + p->propensity_code) >> INDEX_SHIFT)];
    }
    row->round++;
    row->last_step = -1;
    memset(row->on_channel, 0, sizeof row->on_channel);
    count(s, again ? N_REENROLLED : N_ENROLLED, cohort, 1);
    if (!again) mark(s, C_ENROLLED, cohort);
    take(s, row, E_ENROLLED, -1, 0, 0);
}

/* A reply whose class is known: refusals set out on their way, everything else is the machine's. */
static void heard(Sim *s, Row *row, i32 event, i32 step) {
    if (refuses(event)) send_refusal(s, row, event, step);
    else take(s, row, event, step, 0, 0);
}

/* A reply, an opt-out or a complaint comes in. Who has spoken since the touch was made does not answer it as well. */
static void answered(Sim *s, Row *row, i32 event, i32 step, i64 made) {
    const Program *p = s->p;
    if (!counts(s, row, event, step, made)) return;
    int reply = heard_number(event) >= 2 && event != E_REPLIED_OUT_OF_OFFICE;
    if (reply && unit(pick(row, p->step_code[step * PURPOSES + P_UNCLASSIFIED])) < s->r->chain[p->cohort_unclassified[row->cohort]]) {
        count(s, N_UNCLASSIFIED, row->cohort, 1);
        if (take(s, row, E_REPLIED_UNCLASSIFIED, step, 0, 0) > 0 || p->state_task[row->state] == REVIEW) {
            add_note(s, &row->review, event, step);
            return;
        }
    }
    heard(s, row, event, step);
}

/* Somebody has read what was unclear: the reply is what it is, and where that changes nothing the cadence goes on. */
static void read_replies(Sim *s, Row *row, i64 stamp) {
    if (row->stamp != stamp) return;
    i32 unclear = row->review;
    row->review = -1;
    while (unclear >= 0) {
        i32 event = s->notes[unclear].event, step = s->notes[unclear].step;
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

static void handle(Sim *s, Entry entry) {
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
    }
}

static void handle_all(Sim *s) {
    size_t n = s->bucket.count;
    for (size_t i = 0; i < n; i++) {
        if (i + 4 < n && RANK_OF(s->bucket.at[i + 4]) != BELL) fetch_row(s, (u64)PERSON_OF(s->bucket.at[i + 4]));
        handle(s, s->bucket.at[i]);
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
static void calendar_first(Sim *s) {
    size_t i = 0;
    while (i < s->bucket.count && RANK_OF(s->bucket.at[i]) <= OFFICE_OPENS) {
        Entry entry = s->bucket.at[i++];
        if (RANK_OF(entry) == DAY_BEGINS) day_begins(s, PERSON_OF(entry));
        else office_opens(s, PERSON_OF(entry));
    }
    if (i == 0) return;
    for (; i < s->bucket.count; i++) add_entry(s, &s->soon, s->bucket.at[i]);
    s->bucket.count = 0;
    if (next_round(s)) calendar_first(s);
}

/* Rounds until nothing is left to happen now; then capacity, resource by resource, and what that causes before the next resource. */
static void instant(Sim *s, i64 second) {
    s->now = s->slot_start + second;
    s->week = (s->now - s->p->start) / WEEK;
    fill_bucket(s, second);
    calendar_first(s);
    handle_all(s);
    for (i32 word = 0; word < s->bell_words;) {
        if (next_round(s)) {
            handle_all(s);
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

static void set_up_lanes(Sim *s) {
    const Program *p = s->p;
    i64 calendars = p->business_count - 1;
    i32 total = 0;
    s->spread = fresh(s, (size_t)p->step_count, sizeof *s->spread);
    s->lane_base = fresh(s, (size_t)(2 * p->step_count * calendars), sizeof *s->lane_base);
    for (i64 step = 0; step < p->step_count; step++) {
        i64 sender = p->step_sender[step], spread = p->step_reps[step];
        if (p->step_answer[step] == EMAIL && sender >= 0) spread = p->mailbox[sender + 1] - p->mailbox[sender];
        s->spread[step] = (i32)(spread > 1 ? spread : 1);
    }
    for (i64 i = 0; i < 2 * p->step_count * calendars; i++) {
        s->lane_base[i] = total;
        total += s->spread[i / calendars % p->step_count];
    }
    s->lane_of = fresh(s, (size_t)total, sizeof *s->lane_of);
    memset(s->lane_of, -1, (size_t)total * sizeof *s->lane_of);
}

static void set_up_people(Sim *s) {
    const Program *p = s->p;
    size_t people = (size_t)p->person_count;
    int pressed = 0;
    s->rows = (Row *)(((uintptr_t)fresh(s, people + 1, sizeof *s->rows) + 63) & ~(uintptr_t)63);
    s->pressed = fresh(s, (size_t)p->cohort_count, 1);
    for (i64 c = 0; c < p->cohort_count; c++) {
        for (int n = 0; n < DEPTH; n++) s->pressed[c] |= s->r->pressure[c * DEPTH + n] != 1.0;
        pressed |= s->pressed[c];
    }
    if (pressed) s->recent = fresh(s, people, sizeof *s->recent);
    s->arrival_first = fresh(s, (size_t)s->days + 2, sizeof *s->arrival_first);
    s->arrivals = fresh(s, people, sizeof *s->arrivals);
    for (size_t i = 0; i < people; i++) s->arrival_first[p->arrive_day[i] + 2]++;
    for (i64 d = 0; d < s->days; d++) s->arrival_first[d + 2] += s->arrival_first[d + 1];
    for (size_t i = 0; i < people; i++) s->arrivals[s->arrival_first[p->arrive_day[i] + 1]++] = (i32)i;
}

static void set_up(Sim *s) {
    const Program *p = s->p;
    i64 slots = ((p->end - p->start) >> SLOT_SHIFT) + 1;
    size_t senders = (size_t)p->sender_count, cohorts = (size_t)p->cohort_count;
    s->now = p->start - 1;
    s->slot = s->chunk_free = s->note_free = -1;
    s->days = p->day_count;
    s->slots = fresh(s, (size_t)slots, sizeof *s->slots);
    s->slot_ends = fresh(s, (size_t)slots, sizeof *s->slot_ends);
    memset(s->slots, -1, (size_t)slots * sizeof *s->slots);
    memset(s->slot_ends, -1, (size_t)slots * sizeof *s->slot_ends);
    s->sends = fresh(s, senders * (size_t)s->days, sizeof *s->sends);
    s->complaints = fresh(s, senders * (size_t)s->days, sizeof *s->complaints);
    s->bounces = fresh(s, senders * (size_t)s->days, sizeof *s->bounces);
    s->reputation = fresh(s, senders, sizeof *s->reputation);
    s->returned = fresh(s, cohorts, sizeof *s->returned);
    s->returned_head = fresh(s, cohorts, sizeof *s->returned_head);
    s->touch_late = fresh(s, cohorts, sizeof *s->touch_late);
    s->handoff_late = fresh(s, cohorts, sizeof *s->handoff_late);
    s->memo = fresh(s, (size_t)p->move_count, sizeof *s->memo);
    s->looked_at = fresh(s, (size_t)p->step_count, 1);
    for (i64 step = 0; step < p->step_count; step++)
        s->looked_at[step] = p->step_reads[step * EVENTS + E_OPENED] || p->step_reads[step * EVENTS + E_CLICKED];
    make_hints(s);
    set_up_people(s);
    set_up_lanes(s);
    set_up_resources(s);
    plan(s, p->day_at[0], DAY_BEGINS, 0, 0, -1, 0);
}

/* The smallest value that at least so many per cent do not exceed, over the cohorts first to last; 0 of none. By bins, then within one bin. */
static i64 late_quantile(Sim *s, const Lates *lates, i64 first, i64 last, u64 percent, u32 *bins) {
    u64 total = 0, rank;
    u32 most = 0;
    for (i64 c = first; c <= last; c++) {
        total += lates[c].count;
        for (size_t i = 0; i < lates[c].count; i++) most = lates[c].at[i] > most ? lates[c].at[i] : most;
    }
    if (total == 0) return 0;
    rank = (total * percent + 99) / 100;
    rank = rank > 0 ? rank - 1 : 0;
    u32 low = 0;
    for (int shift = most >> 20 ? 16 : most >> 10 ? 8 : 0;; shift -= 8) {
        u32 count = (most >> shift) + 1, bin = 0;
        if (count > 65536) count = 65536;
        memset(bins, 0, count * sizeof *bins);
        for (i64 c = first; c <= last; c++)
            for (size_t i = 0; i < lates[c].count; i++)
                if (lates[c].at[i] >= low && (lates[c].at[i] - low) >> shift < count) bins[(lates[c].at[i] - low) >> shift]++;
        while (rank >= bins[bin]) rank -= bins[bin++];
        low += bin << shift;
        if (shift == 0) return low;
        most = (UINT32_C(1) << shift) - 1;
    }
}

static void sum_up_late(Sim *s) {
    i64 groups = s->p->cohort_count > 1 ? s->p->cohort_count + 1 : 1;
    u32 *bins = fresh(s, 65536, sizeof *bins);
    for (i64 group = 0; group < groups; group++) {
        i64 first = group == 0 ? 0 : group - 1, last = group == 0 ? s->p->cohort_count - 1 : group - 1;
        i64 *late = s->out->late + 4 * group;
        late[0] = late_quantile(s, s->touch_late, first, last, 50, bins);
        late[1] = late_quantile(s, s->touch_late, first, last, 90, bins);
        late[2] = late_quantile(s, s->handoff_late, first, last, 50, bins);
        late[3] = late_quantile(s, s->handoff_late, first, last, 90, bins);
    }
}

/* Where everybody who was enrolled stands at the horizon, by playbook. */
static void sum_up_people(Sim *s) {
    const Program *p = s->p;
    for (i64 i = 0; i < p->person_count; i++) {
        const Row *row = s->rows + i;
        if (!row->known || row->round < 0) continue;
        i64 cohort = p->person_cohort[i], kind = p->state_kind[row->state], *standing = s->out->standing + 3 * cohort;
        if (kind == END) s->out->ended[cohort * p->outcome_count + p->state_outcome[row->state]]++;
        else standing[kind == START ? 0 : 1]++;
        standing[2] += row->answered < 0;
    }
}

static void live(Sim *s) {
    i64 slots = ((s->p->end - s->p->start) >> SLOT_SHIFT) + 1;
    for (i64 slot = 0; slot < slots; slot++) {
        open_slot(s, slot);
        for (i64 second; (second = next_second(s)) >= 0;) instant(s, second);
    }
    sum_up_late(s);
    sum_up_people(s);
}

/* One replication. The arrays of `out` are the caller's, and zero; what was traced is freed by `cadenza_forget`. 0, or 1: out of memory. */
int cadenza_run(const Program *program, const Rates *rates, Result *out) {
    Sim *s = calloc(1, sizeof *s);
    if (s == NULL) return 1;
    s->p = program;
    s->r = rates;
    s->out = out;
    s->tracing = (int)out->tracing;
    int failed = setjmp(s->failed);
    if (!failed) {
        set_up(s);
        live(s);
    }
    free_all(s);
    out->told = s->told;
    out->told_count = (i64)s->told_count;
    free(s);
    return failed;
}

void cadenza_forget(void *told) { free(told); }

/* The sizes that the packer must agree with. */
void cadenza_sizes(i64 *sizes) {
    sizes[0] = sizeof(Program);
    sizes[1] = sizeof(Rates);
    sizes[2] = sizeof(Result);
    sizes[3] = sizeof(Told);
}
