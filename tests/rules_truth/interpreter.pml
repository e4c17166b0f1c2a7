/* Any machine, as a table that is read when the verifier starts: so one compiled verifier judges all of them.

   The file named by the environment variable MACHINE holds numbers: the property; the first state; how many states, events and steps; for each state
   its kind (0 other, 1 touch, 2 end, 3 task) and the step of a touch (or -1); for each event what it is (see `enum`), whether only somebody who was
   touched can cause it, the step that it answers (or -1); and for each state and event the next state, or -1 where nobody listens. */

c_decl {
enum { OTHER, NO, OPT_OUT, COLLEAGUE, POSITIVE, COOLED, ASKED, DONE };
static int property, first, states, events, steps;
static int *kind, *stepof, *what, *answers, *asked, *next_;
static int number(FILE *f) { int n; if (fscanf(f, "%d", &n) != 1) { fprintf(stderr, "bad table\n"); exit(3); } return n; }
static void load(void) {
    FILE *f = fopen(getenv("MACHINE"), "r");
    int i;
    if (!f) { fprintf(stderr, "no table\n"); exit(3); }
    property = number(f); first = number(f); states = number(f); events = number(f); steps = number(f);
    kind = malloc(states * sizeof(int)); stepof = malloc(states * sizeof(int));
    what = malloc(events * sizeof(int)); answers = malloc(events * sizeof(int)); asked = malloc(events * sizeof(int));
    next_ = malloc(states * events * sizeof(int));
    for (i = 0; i < states; i++) { kind[i] = number(f); stepof[i] = number(f); }
    for (i = 0; i < events; i++) { what[i] = number(f); answers[i] = number(f); asked[i] = number(f); }
    for (i = 0; i < states * events; i++) next_[i] = number(f);
    fclose(f);
}
}

int at;            /* the state */
int made;          /* the steps that were made, one bit each */
bool touched;
byte refused;      /* 1: a refusal stands; 2: a no that was heard has ended the cadence, until its cooldown is over */
bool bad;
int pick;
int most;

c_decl {
/* A refusal may come in any state; everything else only where the machine waits for it. */
#define POSSIBLE(s) (((s).touched || !answers[(s).pick]) && (asked[(s).pick] < 0 || ((s).made >> asked[(s).pick] & 1)) \
    && (next_[(s).at * events + (s).pick] >= 0 || (asked[(s).pick] < 0 && what[(s).pick] >= NO && what[(s).pick] <= COLLEAGUE)))
}

active proctype person() {
    c_code { load(); now.at = first; now.most = events - 1; };
    do
    :: atomic {
        pick = 0;
        do
        :: pick < most -> pick++
        :: break
        od;
        if
        :: c_expr { POSSIBLE(now) } ->
            c_code {
                int to = next_[now.at * events + now.pick], w = what[now.pick], from = now.at, heard = to >= 0;
                if (to < 0) to = from;
                if (w == NO && property == 1) now.refused = heard && kind[to] == 2 ? 2 : 1;
                if (w == OPT_OUT && property == 2) now.refused = 1;
                if (w == COLLEAGUE && property == 3) now.refused = 1;
                if (w == POSITIVE && property == 1 && kind[to] == 3) now.refused = 0;
                if (w == COOLED && now.refused == 2) now.refused = 0;
                if (w == ASKED) now.refused = 0;
                if (((kind[to] == 1 && to != from) || (w == DONE && kind[from] == 1)) && now.refused) now.bad = 1;
                if (w == DONE && kind[from] == 1) { now.touched = 1; now.made |= 1 << stepof[from]; }
                now.at = to;
            };
            pick = 0;
            assert(!bad)
        :: else -> pick = 0
        fi
    }
    od
}
