"""Runs all of it and prints the tables, with what was to be reached and whether it was."""

import os
import platform
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lib.benchmarks import attacks, changes, load, programs, servers
from lib.benchmarks.load import Case, Sample
from lib.benchmarks.programs import Programs
from lib.benchmarks.servers import Api, Contenders
from lib.progress import Steps

USUAL, LARGE = 8_700, 43_000
CASES = [
    *(Case(connections, size) for size in (USUAL, LARGE) for connections in (1, 8, 64)),
    *(Case(connections, USUAL, keep_alive=False) for connections in (1, 8, 64)),
]


@dataclass(frozen=True)
class Options:
    """The size of a run."""

    rounds: int
    milliseconds: int  # of each sample
    swaps: int
    boundary_requests: int


@dataclass(frozen=True)
class Goal:
    """A figure, its bound, and what came."""

    what: str
    bound: str
    came: str
    holds: bool


def run(options: Options, steps: Steps) -> int:
    """Everything; the exit code is 1 where something that was to be reached was not."""
    built = programs.ensure(steps)
    print(f"machine: {_machine()}", flush=True)
    goals: list[Goal] = []
    with tempfile.TemporaryDirectory(prefix="connected-registry-bench-") as work:
        directory = Path(work)
        (directory / "api").mkdir()
        with servers.api(directory / "api", steps) as api, servers.contenders(built, api, directory) as all_of_them:
            goals += _memory_at_rest(all_of_them)
            table = _compare(built, all_of_them, options, steps)
            _print_table(table)
            goals += _figures(table)
            goals += _after_load(all_of_them)
            goals += _disturbed(built, all_of_them, options, steps)
            goals += _attacked(all_of_them, steps)
            goals += _changed(built, all_of_them, api, directory, options, steps)
    _print_goals(goals)
    return 0 if all(goal.holds for goal in goals) else 1


def micro(built: Programs, arguments: list[str]) -> int:
    """Google Benchmark's own tables: what parts of the binary cost, each in one process."""
    return max(subprocess.call([program, *arguments]) for program in built.micro)


def _machine() -> str:
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    load_average = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {model}, Linux {platform.release()}, load average {load_average:.1f} at the start"


Table = dict[Case, dict[str, Sample]]


def _compare(built: Programs, all_of_them: Contenders, options: Options, steps: Steps) -> Table:
    """Interleaved: each round asks each server once, so that what disturbs the machine disturbs all."""
    table: Table = {}
    for case in CASES:
        samples: dict[str, list[Sample]] = {server.name: [] for server in all_of_them.all()}
        with steps.step(f"{case}: {options.rounds} rounds"):
            for _ in range(options.rounds):
                for server in all_of_them.all():
                    arguments = [*case.arguments(), f"--duration-ms={options.milliseconds}"]
                    samples[server.name].append(load.run(built.load, [server], *arguments))
        table[case] = {name: load.medians(each) for name, each in samples.items()}
    return table


def _print_table(table: Table) -> None:
    print(f"\n{'review, connections':<24}{'server':<20}", end="")
    print(f"{'CPU us/req':>11}{'req/s':>9}{'p50 us':>9}{'p99 us':>9}{'p99.9 us':>10}{'failed':>8}")
    for case, row in table.items():
        for name, sample in row.items():
            print(f"{case!s:<24}{name:<20}{sample.cpu:>11.1f}{sample.rate:>9.0f}{sample.p50:>9.0f}", end="")
            print(f"{sample.p99:>9.0f}{sample.p999:>10.0f}{sample.failed:>8}")
    print(flush=True)


def _at_most(what: str, came: float, bound: float, unit: str = "") -> Goal:
    return Goal(what, f"at most {bound:g}{unit}", f"{came:.3g}{unit}", came <= bound)


def _at_least(what: str, came: float, bound: float) -> Goal:
    return Goal(what, f"at least {bound:g}", f"{came:.3g}", came >= bound)


def _figures(table: Table) -> list[Goal]:
    def cpu(case: Case, name: str) -> float:
        return max(table[case][name].cpu, 0.01)

    out = []
    for size, peer, nginx in ((USUAL, 20, 3), (LARGE, 30, 4)):
        case = Case(8, size)
        ours = cpu(case, "connected-registry")
        shown = f"CPU a request, {size / 1000:g} KB, 8 connections"
        out.append(_at_least(f"{shown}: controller-runtime's / ours", cpu(case, "controller-runtime") / ours, peer))
        out.append(_at_most(f"{shown}: ours / nginx's", ours / cpu(case, "nginx"), nginx))
    case = Case(8, USUAL, keep_alive=False)
    ratio = cpu(case, "connected-registry") / cpu(case, "nginx")
    out.append(_at_most("CPU a request, a connection each: ours / nginx's", ratio, 1.1))
    for connections, bound in ((8, 1), (64, 6)):
        p99 = table[Case(connections, USUAL)]["connected-registry"].p99 / 1000
        out.append(_at_most(f"p99, {connections} connections", p99, bound, " ms"))
    failed = sum(row["connected-registry"].failed for row in table.values())
    out.append(_at_most("failed calls in the comparison", failed, 0))
    return out


def _memory_at_rest(all_of_them: Contenders) -> list[Goal]:
    webhook, controller = all_of_them.ours.memory() / 1e6, all_of_them.controller.memory() / 1e6
    return [
        _at_most("resident memory before any load", webhook, 15, " MB"),
        # Two pods of each, as the chart makes them.
        _at_most("resident memory at rest of two webhooks and two controllers", 2 * (webhook + controller), 50, " MB"),
    ]


def _after_load(all_of_them: Contenders) -> list[Goal]:
    for server in all_of_them.all():
        print(f"resident memory after the load, {server.name}: {server.memory() / 1e6:.1f} MB")
    return [_at_most("resident memory after the load", all_of_them.ours.memory() / 1e6, 25, " MB")]


def _disturbed(built: Programs, all_of_them: Contenders, options: Options, steps: Steps) -> list[Goal]:
    ours = all_of_them.ours
    with steps.step("256 idle connections"):
        core, each = attacks.idle_cost(ours, 256, 10)
    with steps.step("200 idle and 200 half-open or trickling connections beside the load"):
        with attacks.idle(ours, 200), attacks.half_open_and_trickling(ours, 200):
            arguments = ["--connections=8", f"--duration-ms={options.milliseconds}"]
            sample = load.medians([load.run(built.load, [ours], *arguments) for _ in range(options.rounds)])
    return [
        _at_most("256 idle connections, share of a core", core * 100, 1, " %"),
        _at_most("an idle connection", each / 1000, 20, " kB"),
        _at_most("p99, 8 connections beside 400 others", sample.p99 / 1000, 5, " ms"),
        _at_most("failed calls beside 400 others", sample.failed, 0),
    ]


def _attacked(all_of_them: Contenders, steps: Steps) -> list[Goal]:
    out = []
    for name, count, attack in attacks.ATTACKS:
        with steps.step(f"attack: {name}"):
            grown = attacks.run(all_of_them.ours, count, attack)
        out.append(_at_most(f"memory under attack: {name}", max(grown, 0) / attacks.MEBIBYTE, 16, " MiB"))
    return out


def _changed(
    built: Programs, all_of_them: Contenders, api: Api, directory: Path, options: Options, steps: Steps
) -> list[Goal]:
    ours = all_of_them.ours
    with steps.step(f"{options.swaps} certificates exchanged under load"):
        swapped, seen = changes.swap_certificates(built, ours, api, directory, options.swaps)
    with steps.step(f"{options.boundary_requests} requests around the idle time"):
        boundary = changes.idle_boundary(built, options.boundary_requests)
    with steps.step("a replica ends under load"), servers.ours(built, api, directory, number=2) as second:
        drained, code = changes.drain(built, second, ours)
    out = [
        _at_most(f"failed calls while {options.swaps} certificates were exchanged", swapped.failed, 0),
        _at_least("different certificates that were served meanwhile", seen, 2),
        _at_most(f"failed calls of {options.boundary_requests} around the idle time", boundary.failed, 0),
        _at_most("failed calls while a replica ended", drained.failed, 0),
        _at_most("exit code of the replica that ended", code, 0),
    ]
    for sample in (swapped, boundary, drained):
        if sample.first_failure:
            print(f"first failure: {sample.first_failure}")
    return out


def _print_goals(goals: list[Goal]) -> None:
    print(f"\n{'target':<72}{'bound':>18}{'result':>12}")
    for goal in goals:
        print(f"{goal.what:<72}{goal.bound:>18}{goal.came:>12}  {'ok' if goal.holds else 'NOT REACHED'}")
    reached = sum(goal.holds for goal in goals)
    print(f"\n{reached} of {len(goals)} reached", flush=True)
