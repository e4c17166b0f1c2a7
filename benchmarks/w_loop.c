/* Workload W as a hand-written loop: the least that the work can cost on this machine, to measure the kernel against (bench_kernel.py).

   Nothing is general here. A person is a few bytes; a bucket for each working day holds who is due; the mailboxes are queues that carry
   their backlog to the next day; the reps are two clocks; replies lie in a heap by minute. cc -O3 w_loop.c -o w_loop && ./w_loop 10000 20 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEPS 8
#define NINE 540
#define FIVE 1020
#define LAST_DAY 4000

enum { EMAIL, PHONE, LINKEDIN };
static const int gap[STEPS] = {0, 2, 2, 3, 3, 3, 4, 3};
static const int channel[STEPS] = {EMAIL, PHONE, EMAIL, LINKEDIN, EMAIL, PHONE, EMAIL, EMAIL};

typedef struct { int *at, count, room; } List;
typedef struct { int64_t minute; int person, kind; } Reply;
typedef struct { long touches[3], replies, positive, negative, meetings, unsubscribed, bounced; } Counts;

static uint64_t seed;
static double delay[4096];

static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}
static uint64_t bits(int person, int what) { return mix(mix(seed ^ (uint64_t)person) + (uint64_t)what * UINT64_C(0x9E3779B97F4A7C15)); }
static double unit(uint64_t b) { return (double)(b >> 11) * 0x1p-53; }

static void add(List *list, int person) {
    if (list->count == list->room) list->at = realloc(list->at, (size_t)(list->room = list->room ? 2 * list->room : 16) * sizeof *list->at);
    list->at[list->count++] = person;
}

static Reply *heap;
static int heaped, heap_room;
static void push(Reply reply) {
    if (heaped == heap_room) heap = realloc(heap, (size_t)(heap_room = heap_room ? 2 * heap_room : 256) * sizeof *heap);
    int i = heaped++;
    for (; i && heap[(i - 1) / 2].minute > reply.minute; i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
    heap[i] = reply;
}
static Reply pop(void) {
    Reply top = heap[0], last = heap[--heaped];
    int i = 0, c;
    while ((c = 2 * i + 1) < heaped) {
        if (c + 1 < heaped && heap[c + 1].minute < heap[c].minute) c++;
        if (heap[c].minute >= last.minute) break;
        heap[i] = heap[c];
        i = c;
    }
    heap[i] = last;
    return top;
}

static int64_t at_nine(int day) { return (int64_t)(day / 5 * 7 + day % 5) * 1440 + NINE; }

static Counts run(int people) {
    int scale = people / 10000 ? people / 10000 : 1, boxes = 5 * scale, reps = 2 * scale;
    int8_t *step = calloc((size_t)people, 1), *stopped = calloc((size_t)people, 1);
    List *due = calloc(LAST_DAY + 32, sizeof *due), *box = calloc((size_t)boxes, sizeof *box), calls = {0}, work = {0};
    int *head = calloc((size_t)boxes, sizeof *head), call_head = 0, work_head = 0, left = people;
    int64_t *free_at = calloc((size_t)reps, sizeof *free_at);
    Counts n;
    memset(&n, 0, sizeof n);
    heaped = 0;
#define AFTER(p, day, now)                                                                                                   \
    do {                                                                                                                     \
        int s_ = step[p], c_ = channel[s_], go_ = 1;                                                                         \
        n.touches[c_]++;                                                                                                     \
        double u_ = unit(bits(p, 8 * s_));                                                                                   \
        if (s_ == 0 && unit(bits(p, 1)) < 0.03) n.bounced++, stopped[p] = 1, go_ = 0;                                        \
        else if (c_ == EMAIL && u_ < 0.003) n.unsubscribed++, stopped[p] = 1, go_ = 0;                                       \
        else if (u_ < (c_ == EMAIL ? 0.023 : 0.02))                                                                          \
            push((Reply){(now) + (int64_t)delay[bits(p, 8 * s_ + 2) >> 52], p, (int)(bits(p, 8 * s_ + 3) % 10)});             \
        if (go_ && ++step[p] < STEPS) add(&due[(day) + gap[step[p]]], p);                                                    \
        else if (go_) left--;                                                                                                \
        else left--;                                                                                                         \
    } while (0)
    for (int day = 0, next = 0; day < LAST_DAY && (left > 0 || heaped); day++) {
        int64_t nine = at_nine(day);
        for (int i = 0; i < 250 * scale && next < people; i++) add(&due[day], next++);
        while (heaped && heap[0].minute <= nine) {
            Reply r = pop();
            if (stopped[r.person]) continue;
            n.replies++;
            if (r.kind < 7) { stopped[r.person] = 1; if (step[r.person] < STEPS) left--; }
            if (r.kind < 3) n.positive++, add(&work, r.person);
            else if (r.kind < 7) n.negative++;
        }
        List *today = &due[day];
        for (int i = 0; i < today->count; i++) {
            int p = today->at[i];
            if (stopped[p]) continue;
            int c = channel[step[p]];
            if (c == EMAIL) add(&box[p % boxes], p);
            else if (c == PHONE) add(&calls, p);
            else AFTER(p, day, nine);
        }
        free(today->at);
        for (int b = 0; b < boxes; b++)
            for (int sent = 0; sent < 50 && head[b] < box[b].count;) {
                int p = box[b].at[head[b]++];
                if (stopped[p]) continue;
                sent++;
                AFTER(p, day, nine);
            }
        for (int r = 0; r < reps; r++) free_at[r] = nine;
        for (;;) {
            int rep = 0;
            for (int r = 1; r < reps && reps <= 2; r++) if (free_at[r] < free_at[rep]) rep = r;
            if (reps > 2) rep = (call_head + work_head) % reps;
            int64_t now = free_at[rep];
            if (now >= nine + FIVE - NINE) break;
            if (work_head < work.count) {
                int p = work.at[work_head++];
                free_at[rep] += 20;
                n.meetings += unit(bits(p, 77)) < 0.5;
            } else if (call_head < calls.count) {
                int p = calls.at[call_head++];
                if (stopped[p]) continue;
                free_at[rep] += unit(bits(p, 8 * step[p] + 4)) < 0.08 ? 6 : 1;
                AFTER(p, day, now);
            } else break;
        }
    }
    for (int b = 0; b < boxes; b++) free(box[b].at);
    free(step), free(stopped), free(due), free(box), free(head), free(free_at), free(calls.at), free(work.at);
    return n;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int count, char **argument) {
    int people = count > 1 ? atoi(argument[1]) : 10000, repeats = count > 2 ? atoi(argument[2]) : 1;
    for (int i = 0; i < 4096; i++) { /* quantiles of the lognormal: a normal quantile by bisection */
        double p = (i + 0.5) / 4096, low = -6, high = 6;
        for (int k = 0; k < 60; k++) {
            double middle = (low + high) / 2;
            if (0.5 * erfc(-middle / sqrt(2)) < p) low = middle;
            else high = middle;
        }
        delay[i] = 540 * exp(low);
    }
    for (int r = 0; r < repeats; r++) {
        seed = mix((uint64_t)r + 1);
        double begin = seconds();
        Counts n = run(people);
        printf("%.6f %ld %ld %ld %ld %ld %ld %ld %ld %ld\n", seconds() - begin, n.touches[0], n.touches[1], n.touches[2], n.replies, n.positive, n.negative,
               n.meetings, n.unsubscribed, n.bounced);
    }
    return 0;
}
