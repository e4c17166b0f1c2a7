/* What people wait for: roles with hours, mailboxes with caps. See queues.py, which says the same in SimPy.

   Resources are the roles in their order, then the mailboxes. A bell is a bit: the resource is looked at in the capacity phase of this instant. */
#ifndef QUEUES_H
#define QUEUES_H
#include "agenda.h"
#include "clocks.h"
#include "lates.h"

#define LATEST_DUE ((UINT64_C(1) << 56) - 1)
#define BEFORE (INT64_C(1) << 40) /* what was due before the start keeps its order */

/* Look at the resource again at `at`. */
static inline void ring(Sim *s, i32 resource, i64 at) {
    if (at == s->now && at < s->p->end) s->bells[resource >> 6] |= UINT64_C(1) << (resource & 63);
    else plan(s, at, BELL, resource, 0, -1, 0);
}

/* ------------------------------------------------------------ lanes */

/* Room for one more at the end of a line. */
SELDOM void lengthen(Sim *s, Lane *lane) {
    if (lane->head > lane->tail / 2) {
        memmove(lane->line, lane->line + lane->head, (lane->tail - lane->head) * sizeof(Job));
        lane->tail -= lane->head;
        lane->head = 0;
    }
    GROW(s, lane->line, lane->tail, lane->line_room, 8);
}

/* The resource is told that something was pushed since it last lined up its lanes, and rung for: where it has no room just then, it is rung for when it has. */
static void note_push(Sim *s, i32 number) {
    Lane *lane = s->lanes + number;
    i32 resource = lane->resource;
    lane->noted = 1;
    s->resources[resource].pushes++;
    s->bells[resource >> 6] |= UINT64_C(1) << (resource & 63);
    if (lane->active) return;
    lane->active = 1;
    add_number(s, &s->resources[resource].active, number);
}

OFTEN void push(Sim *s, i32 number, u64 first, const Row *row) {
    Lane *lane = s->lanes + number;
    Job job = {first, (u64)row->number << 32 | (u32)row->stamp};
    if (lane->head == lane->tail) lane->head = lane->tail = 0;
    if (lane->tail == lane->line_room) lengthen(s, lane);
    if (lane->head == lane->tail || !before(job, lane->line[lane->tail - 1])) lane->line[lane->tail++] = job;
    else {
        GROW(s, lane->heap, lane->heaped, lane->heap_room, 8);
        heap_up(lane->heap, lane->heaped++, job);
    }
    if (!lane->noted) note_push(s, number);
}

static inline int stale(const Sim *s, Job job) { return row_at(s, job.b >> 32)->stamp != (i32)(u32)job.b; }

/* The first job that somebody still needs, or NULL. */
static inline const Job *first_job(Sim *s, Lane *lane) {
    while (lane->head < lane->tail && stale(s, lane->line[lane->head])) lane->head++;
    while (lane->heaped && stale(s, lane->heap[0])) heap_down(lane->heap, --lane->heaped);
    const Job *line = lane->head < lane->tail ? lane->line + lane->head : NULL;
    if (!lane->heaped) return line;
    return line != NULL && before(*line, lane->heap[0]) ? line : lane->heap;
}

static inline Job pop_job(Lane *lane) {
    if (lane->heaped && (lane->head == lane->tail || before(lane->heap[0], lane->line[lane->head]))) {
        Job job = lane->heap[0];
        heap_down(lane->heap, --lane->heaped);
        return job;
    }
    return lane->line[lane->head++];
}

static inline int capped(const Sim *s, const Lane *lane) {
    if (lane->cap < 0) return 0;
    const Cap *cap = s->caps + lane->cap;
    return (lane->weekly >= 0 && lane->weekly <= cap->week) || (lane->daily >= 0 && lane->daily <= cap->today);
}

/* Whether the lane's window is open; its next opening is looked up once and rung for once. */
static inline int open_now(Sim *s, i32 resource, Lane *lane) {
    i32 now = (i32)s->now;
    if (lane->window < 0 || (lane->opens <= now && now < lane->shuts)) return 1;
    if (now >= lane->shuts) {
        i64 opens, shuts;
        opening(s, lane->window, now, &opens, &shuts);
        lane->opens = at_most_latest(opens);
        lane->shuts = at_most_latest(shuts);
    }
    if (lane->opens <= now) return 1;
    if (lane->rung != lane->opens) {
        lane->rung = lane->opens;
        ring(s, resource, lane->opens);
    }
    return 0;
}

/* Whether it is known that the lane is shut, and when to look at it again: then nobody needs to see who waits in it. */
static inline int shut_for_now(const Sim *s, const Lane *lane) { return lane->window >= 0 && lane->rung == lane->opens && s->now < lane->opens; }

/* Put a lane among the fronts: the least job last. */
static void insert_front(Resource *resource, u32 i, Front front) {
    for (; i > 0 && before(resource->fronts[i - 1].job, front.job); i--) resource->fronts[i] = resource->fronts[i - 1];
    resource->fronts[i] = front;
}

static inline int is_open(Sim *s, i32 number, Lane *lane) {
    if (!shut_for_now(s, lane) && open_now(s, number, lane)) return 1;
    Resource *resource = s->resources + number;
    resource->look = lane->opens < resource->look ? lane->opens : resource->look;
    return 0;
}

/* All open lanes in which somebody waits. Lanes that are empty, or have had enough for today, are looked at no more. */
static void line_up(Sim *s, i32 number) {
    Resource *resource = s->resources + number;
    u32 kept = 0;
    resource->front_count = 0;
    resource->look = LATEST;
    resource->seen = resource->pushes;
    for (u32 i = 0; i < resource->active.count; i++) {
        i32 at = resource->active.at[i];
        Lane *lane = s->lanes + at;
        lane->noted = 0;
        if (capped(s, lane)) {
            add_number(s, &resource->parked, at);
            continue;
        }
        const Job *job = shut_for_now(s, lane) ? NULL : first_job(s, lane);
        if (job == NULL && !shut_for_now(s, lane)) {
            lane->active = 0;
            continue;
        }
        resource->active.at[kept++] = at;
        if (!is_open(s, number, lane)) continue;
        GROW(s, resource->fronts, resource->front_count, resource->front_room, 8);
        insert_front(resource, resource->front_count++, (Front){*job, at, 0});
    }
    resource->active.count = kept;
}

/* The open lane with the least job, or -1. What was seen of the lanes holds until something is pushed or a lane opens: a front may only have moved back. */
static i32 next_lane(Sim *s, i32 number) {
    Resource *resource = s->resources + number;
    if (resource->seen != resource->pushes || s->now >= resource->look) line_up(s, number);
    while (resource->front_count) {
        Front *front = resource->fronts + resource->front_count - 1;
        Lane *lane = s->lanes + front->lane;
        const Job *job = capped(s, lane) || !is_open(s, number, lane) ? NULL : first_job(s, lane);
        if (job == NULL) {
            resource->front_count--;
            continue;
        }
        front->job = *job;
        if (resource->front_count == 1 || !before(front[-1].job, *job)) return front->lane;
        insert_front(resource, resource->front_count - 1, *front);
    }
    return -1;
}

/* Whose job is next in the lane that was served last, where that is known without a look at all lanes: nothing was pushed, and no front comes before it.
   Else NULL. */
OFTEN Row *next_in_line(Sim *s, const Resource *resource, i32 number) {
    if (number < 0 || resource->seen != resource->pushes) return NULL;
    Lane *lane = s->lanes + number;
    if (lane->heaped || lane->cap >= 0) return NULL;
    for (u32 i = lane->head, end = lane->tail; i < end; i++) {
        Job job = lane->line[i];
        Row *row = row_at(s, job.b >> 32);
        if (row->stamp != (i32)(u32)job.b) continue;
        lane->head = i;
        if (resource->front_count > 1 && before(resource->fronts[resource->front_count - 2].job, job)) return NULL;
        if (i + 4 < end) fetch_row(s, lane->line[i + 4].b >> 32);
        lane->head++;
        return row;
    }
    lane->head = lane->tail;
    return NULL;
}

/* Whose job the resource does next, if there is one; `at` is the lane that was served last, or -1, and then that of the job. */
OFTEN Row *take_job(Sim *s, i32 number, i32 *at) {
    Row *row = next_in_line(s, s->resources + number, *at);
    if (row != NULL) return row;
    *at = next_lane(s, number);
    return *at < 0 ? NULL : row_at(s, pop_job(s->lanes + *at).b >> 32);
}

static void new_day(Sim *s, i32 number, int monday) {
    Resource *resource = s->resources + number;
    for (u32 c = 0; c < s->cap_count; c++) {
        if (s->caps[c].resource != number) continue;
        s->caps[c].today = 0;
        if (monday) s->caps[c].week = 0;
    }
    for (u32 i = 0; i < resource->parked.count; i++) add_number(s, &resource->active, resource->parked.at[i]);
    resource->parked.count = 0;
    resource->look = -1;
}

static i32 find_cap(Sim *s, i32 resource, i32 rep, i32 channel) {
    for (u32 c = 0; c < s->cap_count; c++)
        if (s->caps[c].resource == resource && s->caps[c].rep == rep && s->caps[c].channel == channel) return (i32)c;
    GROW(s, s->caps, s->cap_count, s->cap_room, 16);
    s->caps[s->cap_count] = (Cap){0, 0, resource, rep, channel};
    s->resources[resource].caps++;
    return (i32)s->cap_count++;
}

/* The resource's lane behind a window; of one step's touches by one rep where step >= 0. */
static i32 find_lane(Sim *s, i32 resource, i32 window, i32 step, i32 rep) {
    Numbers *lanes = &s->resources[resource].lanes;
    for (u32 i = 0; i < lanes->count; i++) {
        const Lane *lane = s->lanes + lanes->at[i];
        if (lane->window == window && lane->step == step && (step < 0 || lane->slot == rep)) return lanes->at[i];
    }
    GROW(s, s->lanes, s->lane_count, s->lane_room, 64);
    Lane *lane = s->lanes + s->lane_count;
    memset(lane, 0, sizeof *lane);
    lane->window = window;
    lane->step = step;
    lane->slot = rep;
    lane->resource = resource;
    lane->cap = -1;
    lane->weekly = lane->daily = lane->rung = -1;
    if (step >= 0) {
        lane->cap = find_cap(s, resource, rep, (i32)s->p->step_channel[step]);
        lane->weekly = s->p->step_weekly_cap[step];
        lane->daily = s->p->step_daily_cap[step];
    }
    add_number(s, lanes, (i32)s->lane_count);
    return (i32)s->lane_count++;
}

/* ------------------------------------------------------------ roles */

/* How long work takes when only a part of the hours is for it. */
static inline i64 stretch(const Sim *s, i64 role, i64 seconds) {
    return seconds ? (i64)((double)seconds / (s->resources[role].selling * s->resources[role].pace) + 0.5) : 0;
}

/* The office opens, again and again: plan the next time. */
static void next_hours(Sim *s, i32 role) {
    const Program *p = s->p;
    Resource *team = s->resources + role;
    i64 high = p->window[p->role_window[role] + 1], earliest = s->now < 0 ? 0 : s->now;
    while (team->next_hours < high && p->closes[team->next_hours] <= earliest) team->next_hours++;
    if (team->next_hours >= high) return;
    i64 opens = p->opens[team->next_hours];
    plan(s, opens > earliest ? opens : earliest, OFFICE_OPENS, role, 0, -1, 0);
}

static void office_opens(Sim *s, i32 role) {
    Resource *team = s->resources + role;
    team->shuts = s->p->closes[team->next_hours++];
    ring(s, role, s->now);
    next_hours(s, role);
}

static void work(Sim *s, i32 role, i64 seconds) {
    Resource *team = s->resources + role;
    i64 ends = s->now + stretch(s, role, seconds);
    if (team->paces) team->until[team->seat] = ends;
    else {
        GROW(s, team->busy, team->working, team->busy_room, 8);
        u32 i = team->working++;
        for (; i > 0 && team->busy[(i - 1) >> 1] > ends; i = (i - 1) >> 1) team->busy[i] = team->busy[(i - 1) >> 1];
        team->busy[i] = ends;
    }
    s->out->worked[role] += seconds;
    s->out->worked_weekly[role * s->p->weeks + s->week] += seconds;
    if (team->paces || ends <= s->now) ring(s, role, ends);
    else if (ends < s->next_free) s->next_free = ends;
}

static void free_hands(Resource *team, i64 now) {
    while (team->working && team->busy[0] <= now) {
        i64 last = team->busy[--team->working];
        u32 i = 0, child;
        while ((child = 2 * i + 1) < team->working) {
            if (child + 1 < team->working && team->busy[child + 1] < team->busy[child]) child++;
            if (team->busy[child] >= last) break;
            team->busy[i] = team->busy[child];
            i = child;
        }
        team->busy[i] = last;
    }
}

/* Hands are free again: their roles are rung for, as by an entry of the agenda for each of them. */
static void ring_for_hands(Sim *s) {
    s->next_free = NEVER;
    for (i32 role = 0; role < s->roles; role++) {
        Resource *team = s->resources + role;
        if (team->paces || !team->working) continue;
        if (team->busy[0] <= s->now) {
            free_hands(team, s->now);
            s->bells[role >> 6] |= UINT64_C(1) << (role & 63);
        }
        if (team->working && team->busy[0] < s->next_free) s->next_free = team->busy[0];
    }
}

/* Whether somebody is there and free: of those the one who has been free the longest, who works next. */
static int seated(const Sim *s, Resource *team) {
    team->seat = -1;
    for (i64 seat = 0; seat < team->people; seat++)
        if (team->until[seat] <= s->now && (team->seat < 0 || team->until[seat] < team->until[team->seat]) &&
            team->paces[seat * s->days + s->today] > 0.0)
            team->seat = seat;
    if (team->seat < 0) return 0;
    team->pace = team->paces[team->seat * s->days + s->today];
    return 1;
}

static i64 begin_job(Sim *s, Row *row);
static int send_mail(Sim *s, Row *row);

/* Start jobs while a hand is free; they start inside the hours and run to their end. */
static void serve_role(Sim *s, i32 role) {
    Resource *team = s->resources + role;
    free_hands(team, s->now);
    if (s->now >= team->shuts) return;
    for (i32 at = -1; team->people < 0 || (team->paces ? seated(s, team) : team->working < (u64)team->people);) {
        Row *row = take_job(s, role, &at);
        if (row == NULL) return;
        i64 seconds = begin_job(s, row);
        i32 cap = s->lanes[at].cap;
        if (seconds >= 0 && cap >= 0) {
            s->caps[cap].week++;
            s->caps[cap].today++;
        }
        if (seconds > 0 && team->people > 0) work(s, role, seconds);
    }
}

static void serve_mailbox(Sim *s, i32 number) {
    Resource *box = s->resources + number;
    for (i32 at = -1; box->left > 0;) {
        Row *row = take_job(s, number, &at);
        if (row == NULL) return;
        box->left -= send_mail(s, row);
    }
}

#endif
