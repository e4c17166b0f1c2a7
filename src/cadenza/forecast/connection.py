"""Finding a cluster: a client of the scheduler that is asked for, or of one that is started here, and whether its workers are as we are.

Dask is imported when a cluster is asked for (the extra `cluster`), and its own log is kept off the terminal: what goes wrong is said here.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from .errand import Edition, edition
from .pool import _without_interrupts

if TYPE_CHECKING:
    from types import TracebackType

Client: TypeAlias = Any
"""`distributed.Client`, which nobody needs to have."""
LOCAL = "local"
CONNECT = 5
"""Seconds within which a scheduler has to answer."""


class ClusterError(Exception):
    """The cluster cannot do it. `str(error)` says why, and what to do."""


class Connection:
    """The scheduler at `address` (or, for "local", one with `workers` processes that is started here), as a `with` block that may be entered again
    inside itself: one question has many crews, and connects once.

    `threads` are those of all workers; `pace` is how many seconds a replication takes, once that is known.
    """

    def __init__(self, address: str, workers: int = 1) -> None:
        self.address, self.workers = address, workers
        self.client: Client = None  # there from __enter__ on
        self.threads = 1
        self.pace: float | None = None
        self.edition: Edition = edition()
        self._open = ExitStack()
        self._inside = 0

    def __enter__(self) -> Connection:
        if not self._inside:
            try:
                self.client = self._open.enter_context(_connected(self.address, self.workers))
                self._open.enter_context(self.client.as_current())
                self.threads = _counted(self.client, self.where, self.address, self.edition)
            except BaseException:
                self._open.close()
                raise
        self._inside += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._inside -= 1
        if not self._inside:
            with suppress(Exception):  # the scheduler may be gone; there is nothing left to lose
                self._open.close()

    @property
    def where(self) -> str:
        """What it is called in sentences."""
        return "the local cluster" if self.address == LOCAL else f"the scheduler at {self.address}"

    def took(self, seconds: float) -> None:
        """A replication took so long: what is slow is believed at once, what is quick little by little."""
        self.pace = seconds if self.pace is None else max(seconds, 0.8 * self.pace)


def _connected(address: str, workers: int) -> Any:
    """A client of the scheduler, as a context manager. Raises ClusterError."""
    try:
        import distributed
    except ImportError:
        raise ClusterError("a cluster needs Dask, which is not installed: pip install 'cadenza[cluster]'") from None
    if address != LOCAL and "://" not in address:
        raise ClusterError(f"{address!r} is no address of a scheduler: a good one is tcp://scheduler.example:8786, or `local`")
    _keep_quiet()
    return _local(distributed, workers) if address == LOCAL else _remote(distributed, address)


def _keep_quiet() -> None:
    """Dask's log is for whoever runs the cluster; its settings are ours only within this process."""
    import dask

    for name in ("distributed", "tornado"):
        for each in [name, *(known for known in logging.root.manager.loggerDict if known.startswith(f"{name}."))]:
            logging.getLogger(each).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module=r"distributed\b")
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})


def _remote(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = f" ({error})" if isinstance(error, ValueError) else ""
        ways = f"start one with `dask scheduler` and workers with `dask worker {address}`, or try --cluster local"
        raise ClusterError(f"no Dask scheduler answers at {address} within {CONNECT} seconds{why}: {ways}") from None


def _local(distributed: Any, workers: int) -> Any:
    """A scheduler and workers of our own. They start with Ctrl-C held back: it is for us, and we end them."""
    stack = ExitStack()
    with _without_interrupts():
        cluster = distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=logging.CRITICAL + 1
        )
        stack.enter_context(cluster)
        client = stack.enter_context(distributed.Client(cluster, timeout=10 * CONNECT, set_as_default=False))
    return _Both(stack, client)


class _Both:
    """The client of a local cluster; leaving it ends both."""

    def __init__(self, stack: ExitStack, client: Any) -> None:
        self.stack, self.client = stack, client

    def __enter__(self) -> Any:
        return self.client

    def __exit__(self, *_: object) -> None:
        self.stack.close()


def _asks() -> Callable[[], tuple[str, str] | None]:
    """What each worker is asked first. It goes there as code, because cadenza may not be there at all."""

    def which() -> tuple[str, str] | None:
        try:
            from cadenza.forecast.errand import edition
        except ImportError:
            return None
        return edition().version, edition().sources

    return which


def _counted(client: Client, where: str, address: str, ours: Edition) -> int:
    """How many threads the workers have. Raises ClusterError where there are none, and where some are another cadenza."""
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=CONNECT)
    threads = client.nthreads()
    if not threads:
        raise ClusterError(f"{where} has no workers: start some with `dask worker {address}`")
    others = []
    for worker, answer in sorted(client.run(_asks(), on_error="return").items()):
        if isinstance(answer, BaseException):
            others.append(f"{worker} cannot say ({type(answer).__name__}: {answer})")
        elif answer is None:
            others.append(f"{worker} has no cadenza")
        elif Edition(*answer) != ours:
            others.append(f"{worker} has {Edition(*answer)}")
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        told = f"{len(others)} of {len(threads)} workers of {where} are not as this one, cadenza {ours}"
        raise ClusterError(f"{told}: {'; '.join(others[:3])}{more}. Install the same version on all of them, with the same Python")
    return sum(threads.values())
