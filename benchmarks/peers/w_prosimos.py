"""Workload W in Prosimos: a BPMN process with a task for each touch, timers between them, gateways with probabilities, and calendars.

    python w_prosimos.py [PEOPLE]

Says CPU seconds, then the counts of tasks. What a process model with probabilities cannot express, and is left out or bent here:

- a reply on its way while the cadence goes on: a token is at one place. Here a reply is waited for before the next touch.
- mailbox caps by the day, and a backlog that goes first; who has stopped leaving a queue. Here mail leaves at once.
- gaps that count working days: timers run on the wall clock. Here seven days for five, and the mail's own calendar shuts on weekends.
- a call that takes longer when somebody answers: a mean is worked.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from prosimos.simulation_engine import run_simulation

GAPS = (0, 2, 2, 3, 3, 3, 4, 3)
CHANNELS = ("email", "phone", "email", "linkedin", "email", "phone", "email", "email")
DAY = 86400


class Model:
    """BPMN elements, flows, and what the simulator has to be told of them."""

    def __init__(self) -> None:
        self.elements: list[str] = []
        self.flows: list[str] = []
        self.gateways: list[dict[str, Any]] = []
        self.tasks: list[tuple[str, str, float]] = []
        self.timers: list[dict[str, Any]] = []

    def add(self, kind: str, name: str, inside: str = "", more: str = "") -> str:
        self.elements.append(f"<{kind} id={quoteattr(name)} name={quoteattr(name)}{more}>{inside}</{kind}>")
        return name

    def flow(self, source: str, target: str) -> str:
        name = f"f{len(self.flows)}"
        self.flows.append(f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>')
        return name

    def task(self, name: str, resource: str, seconds: float) -> str:
        self.tasks.append((name, resource, seconds))
        return self.add("task", name)

    def timer(self, name: str, law: dict[str, Any]) -> str:
        self.timers.append({"event_id": name, **law})
        return self.add("intermediateCatchEvent", name, "<timerEventDefinition/>")

    def choice(self, name: str, *ways: tuple[str, float]) -> str:
        self.add("exclusiveGateway", name, more=' gatewayDirection="Diverging"')
        chances = [{"path_id": self.flow(name, target), "value": str(chance)} for target, chance in ways]
        self.gateways.append({"gateway_id": name, "probabilities": chances})
        return name

    def join(self, name: str) -> str:
        return self.add("exclusiveGateway", name, more=' gatewayDirection="Converging"')


def fixed(seconds: float) -> dict[str, Any]:
    return {"distribution_name": "fix", "distribution_params": [{"value": seconds}, {"value": 0}, {"value": 10 * seconds + 1}]}


def lognormal() -> dict[str, Any]:
    """Median 540 minutes, sigma 1, as its mean and variance in seconds."""
    mean = 540 * 60 * 1.6487212707
    variance = mean * mean * 1.7182818285
    return {"distribution_name": "lognorm", "distribution_params": [{"value": value} for value in (mean, variance, 0, 60 * DAY)]}


def model() -> Model:
    made = Model()
    done = made.add("endEvent", "done")
    over = made.join("over")
    made.flow(over, done)
    handoff = made.task("handoff", "rep", 20 * 60)
    made.flow(handoff, over)
    ready = made.join("to_handoff")
    made.flow(ready, handoff)
    following = over
    for step in reversed(range(len(GAPS))):
        channel = CHANNELS[step]
        onwards = made.join(f"onwards{step}")
        made.flow(onwards, following)
        sorted_out = made.choice(f"kind{step}", (ready, 0.3), (over, 0.4), (onwards, 0.3))
        reply = made.timer(f"reply{step}", lognormal())
        made.flow(reply, sorted_out)
        bad = (0.03 if step == 0 else 0.0) + (0.003 if channel == "email" else 0.0)
        answered = made.choice(f"answer{step}", (over, bad), (reply, 0.02), (onwards, 1 - bad - 0.02))
        touch = made.task(f"{channel}{step}", "rep" if channel == "phone" else "software", 84 if channel == "phone" else 0)
        made.flow(touch, answered)
        following = touch
        if GAPS[step]:
            following = made.timer(f"wait{step}", fixed(GAPS[step] * 1.4 * DAY))
            made.flow(following, touch)
    made.flow(made.add("startEvent", "begin"), following)
    return made


def parameters(made: Model, people: int) -> dict[str, Any]:
    scale = max(1, people // 10_000)
    week = [{"from": "MONDAY", "to": "FRIDAY", "beginTime": "09:00:00", "endTime": "17:00:00"}]

    def resource(name: str, amount: int) -> dict[str, Any]:
        return {"id": name, "name": name, "cost_per_hour": "1", "amount": str(amount), "calendar": "office"}

    pools = [resource("rep", 2 * scale), resource("software", 50)]
    return {
        "resource_profiles": [{"id": each["id"], "name": each["id"], "resource_list": [each]} for each in pools],
        "arrival_time_distribution": fixed(8 * 3600 / (250 * scale)),
        "arrival_time_calendar": week,
        "gateway_branching_probabilities": made.gateways,
        "task_resource_distribution": [{"task_id": n, "resources": [{"resource_id": r, **fixed(seconds)}]} for n, r, seconds in made.tasks],
        "resource_calendars": [{"id": "office", "name": "office", "time_periods": week}],
        "event_distribution": made.timers,
    }


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    made = model()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        body = "".join([*made.elements, *made.flows])
        space = "http://www.omg.org/spec/BPMN/20100524/MODEL"
        (home / "w.bpmn").write_text(f'<definitions xmlns="{space}"><process id="w">{body}</process></definitions>', "utf-8")
        (home / "w.json").write_text(json.dumps(parameters(made, people)), "utf-8")
        begin = time.process_time()
        run_simulation(str(home / "w.bpmn"), str(home / "w.json"), people, None, str(home / "log.csv"), "2027-01-04T09:00:00+00:00")
        print(time.process_time() - begin)
        with (home / "log.csv").open(newline="") as file:
            count = Counter(row["activity"].rstrip("0123456789") for row in csv.DictReader(file))
    print(dict(count))


if __name__ == "__main__":
    main()
