"""Run all contestants in turns and write what was measured: `make bench`.

With ``--quick`` there are few rounds and no training to an accuracy; the results then only show
that everything runs, and go where ``--results`` says.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import sleep
from typing import Any

from benchmarks.contestants import CONTESTANTS, ETA

HERE = Path(__file__).parent
NOTEBOOK = (784, 32, 32, 10)
WIDE = (784, 256, 10)
# A turn is long enough for what happens at its beginning, such as waking the workers, not to count.
CASES = {
    "full batch of 8,000": {"n": NOTEBOOK, "m": 8000, "B": 8000, "eta": ETA, "epochs": 60},
    "full batch of 60,000": {"n": NOTEBOOK, "m": 60000, "B": 60000, "eta": ETA, "epochs": 8},
    "mini-batches of 64": {"n": NOTEBOOK, "m": 16384, "B": 64, "eta": ETA, "epochs": 1},
    "mini-batches of 128": {"n": NOTEBOOK, "m": 16384, "B": 128, "eta": ETA, "epochs": 1},
}
PLAIN = {
    "full batch of 8,000, inputs an example after the other": {
        "m": 8000,
        "B": 8000,
        "order": "F",
    },
    "full batch of 8,000, inputs a pixel after the other": {"m": 8000, "B": 8000, "order": "C"},
    "mini-batches of 64": {"m": 16384, "B": 64},
    "mini-batches of 128": {"m": 16384, "B": 128},
}
PARTS = {
    "a block of the full batch": {"n": NOTEBOOK, "m": 8000, "b": 512, "live": True},
    "a mini-batch of 64": {"n": NOTEBOOK, "m": 64, "b": 64, "live": False},
}
NOTEBOOKS = {"float32": "notebook's step, float32", "float64": "notebook's step"}
RACE = {"n": WIDE, "m": 50000, "B": 64, "eta": 0.2}
FINISH = {"goal": 0.98, "most": 40, "held": 10000}
SEEDS = range(5)
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BENCH_THREADS")


class Child:
    """A contestant's process."""

    def __init__(self, threads: int) -> None:
        hidden = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        environment |= dict.fromkeys(THREADS, str(threads))
        if threads == 1:
            environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        self.complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 (it lives as long as the process)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child"],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
        )

    def ask(self, **task: Any) -> Any:
        """Set a task and wait for the answer; None if the process has given up."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            return None
        return json.loads(line) if line else None

    def end(self) -> str:
        """End the process and give the last line of what it complained about."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait()
        with self.complaints:
            self.complaints.seek(0)
            return (self.complaints.read().strip().splitlines() or [""])[-1]


def cpu() -> str:
    """Name the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def processors() -> int:
    """Count the processors that may be used."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def peak(rounds: int) -> float:
    """Measure the operations a second of a large product, with all processors."""
    child = Child(processors())
    found = child.ask(do="peak", size=2048, rounds=rounds)
    child.end()
    return found


def measure_case(
    case: dict[str, Any], rounds: int, quick: bool, log: dict[str, Any]
) -> dict[str, Any]:
    """Time all contestants in turns, each with one thread and with all; quick ones with all."""
    epochs = case["epochs"]
    setting = {key: value for key, value in case.items() if key != "epochs"}
    children: dict[tuple[str, int], Child] = {}
    for name in CONTESTANTS:
        for threads in {processors()} if quick else sorted({1, processors()}):
            child = Child(threads)
            found = child.ask(do="prepare", name=name, warm=True, **setting)
            if found is None:
                log.setdefault("absent", {})[name] = child.end()
                print(f"  {name}: {log['absent'][name]}", flush=True)
                continue
            log.setdefault("libraries", {})[f"{name}, threads {threads}"] = found
            children[name, threads] = child
    times: dict[tuple[str, int], list[float]] = {key: [] for key in children}
    for _ in range(rounds):
        for key, child in children.items():
            sleep(0.1)  # the threads of the one before have come to rest
            times[key].append(child.ask(do="time", epochs=epochs))
    for child in children.values():
        child.end()
    steps = -(-case["m"] // case["B"])
    result: dict[str, Any] = {}
    for (name, threads), found in times.items():
        lower, seconds, upper = (time / steps for time in quantiles(found))
        if name not in result or seconds < result[name]["seconds"]:
            result[name] = {
                "seconds": seconds,
                "lower": lower,
                "upper": upper,
                "threads": threads,
            }
    return result


def measure_plain(setting: dict[str, Any], epochs: int, rounds: int) -> dict[str, Any]:
    """Time the plain step and the notebook's in turns, by processor time in one thread each."""
    dtype = setting["dtype"]
    names = (NOTEBOOKS[dtype], "nnmath, plain step")
    children = [Child(1) for _ in names]
    for name, child in zip(names, children, strict=True):
        if child.ask(do="prepare", name=name, warm=True, **setting) is None:
            raise SystemExit(f"{name}: {child.end()}")
    times: list[list[float]] = []
    for number in range(rounds):
        turn = [0, 1] if number % 2 else [1, 0]
        found = {k: children[k].ask(do="time", epochs=epochs, processor=True) for k in turn}
        times.append([found[0], found[1]])
    for child in children:
        child.end()
    steps = -(-setting["m"] // setting["B"])
    lower, ratio, upper = quantiles(notebook / plain for notebook, plain in times)
    return {
        "notebook": median(notebook for notebook, _ in times) / steps,
        "plain": median(plain for _, plain in times) / steps,
        "ratio": ratio,
        "lower quartile": lower,
        "upper quartile": upper,
    }


def measure_parts(rounds: int) -> dict[str, Any]:
    """Take the fast step apart, in one thread."""
    child = Child(1)
    found = {name: child.ask(do="parts", rounds=rounds, **one) for name, one in PARTS.items()}
    child.end()
    return found


def plain_table(plain: dict[str, Any]) -> str:
    """Write how the plain step stands to the notebook's as a table."""
    lines = [
        "The plain step beside the notebook's of the same precision: milliseconds a step of a",
        "processor, in one thread and in turns, and how many times faster the plain step is.",
        "",
        "| | notebook's | plain | ratio, median | quartiles |",
        "|---|---|---|---|---|",
    ]
    for name, one in plain.items():
        low, high = one["lower quartile"], one["upper quartile"]
        lines.append(
            f"| {name} | {one['notebook'] * 1e3:.3g} | {one['plain'] * 1e3:.3g} "
            f"| {one['ratio']:.2f} | {low:.2f} to {high:.2f} |"
        )
    return "\n".join(lines) + "\n"


def race(threads: dict[str, int]) -> dict[str, Any]:
    """Train every contestant to an accuracy by the same recipe, seed after seed, in turns."""
    found: dict[str, list[dict[str, Any]]] = {}
    for seed in SEEDS:
        for name, number in threads.items():
            child = Child(number)
            if child.ask(do="prepare", name=name, warm=False, seed=seed, **RACE) is not None:
                result = child.ask(do="race", **FINISH)
                if result and result["accuracy"] >= FINISH["goal"]:
                    found.setdefault(name, []).append(result)
                print(f"  {name}, seed {seed}: {result}", flush=True)
            child.end()
    return found


def table(results: dict[str, Any]) -> str:
    """Write the results as a table."""
    cases = results["cases"]
    lines = [
        f"# {results['cpu']}, {results['processors']} processors, {results['date']}",
        "",
        "Milliseconds a step, median and quartiles, each contestant with the number of threads",
        "that suits it; and seconds to an accuracy, median and range over the seeds.",
        "",
        "| | " + " | ".join(cases) + f" | seconds to {FINISH['goal']:.0%} |",
        "|---" * (len(cases) + 2) + "|",
    ]
    for name in CONTESTANTS:
        row = [name]
        for found in cases.values():
            one = found.get(name)
            row.append(
                "{:.3g} ({:.3g} to {:.3g})".format(
                    *(one[key] * 1e3 for key in ("seconds", "lower", "upper"))
                )
                if one
                else "–"
            )
        seconds = [run["seconds"] for run in results["race"].get(name, [])]
        row.append(
            f"{median(seconds):.1f} ({min(seconds):.1f} to {max(seconds):.1f})"
            if seconds
            else "–"
        )
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds, no race")
    parser.add_argument("--results", type=Path, default=HERE, help="the folder to write to")
    options = parser.parse_args()
    rounds = 3 if options.quick else 15
    results: dict[str, Any] = {
        "cpu": cpu(),
        "processors": processors(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "date": datetime.now(UTC).date().isoformat(),
        "quick": options.quick,
        "peak": peak(5 if options.quick else 25),
        "cases": {},
        "race": {},
    }
    for name, case in CASES.items():
        print(name, flush=True)
        results["cases"][name] = measure_case(case, rounds, options.quick, results)
    results["plain"] = {}
    for name, case in PLAIN.items():
        for dtype in NOTEBOOKS:
            setting = {"n": NOTEBOOK, "eta": ETA, "dtype": dtype, **case}
            epochs = 25 if case["m"] == case["B"] else 1
            print(f"plain step, {name}, {dtype}", flush=True)
            found = measure_plain(setting, epochs, rounds)
            results["plain"][f"{name}, {dtype}"] = found
    print("the parts of a step", flush=True)
    results["parts"] = measure_parts(rounds)
    if not options.quick:
        print(f"to {FINISH['goal']:.0%}", flush=True)
        found = results["cases"]["mini-batches of 64"]
        results["race"] = race({name: one["threads"] for name, one in found.items()})
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    tables = table(results) + "\n" + plain_table(results["plain"])
    (options.results / "results.md").write_text(tables)
    print(tables)


if __name__ == "__main__":
    main()
