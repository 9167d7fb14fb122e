"""How large a machine does a class need? Start a kernel a student, run the first notebooks in all of them, and measure.

    python tests/benchmarks/classroom.py                   30 students, notebooks 00 to 05
    python tests/benchmarks/classroom.py 10 00 01 02       10 students, these notebooks

Memory is the proportional set size: a page that n processes share counts 1/n for each, so that a student's share times
the number of students is what the machine holds. Linux only.
"""

from __future__ import annotations

import atexit
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean

import nbclient
import nbformat
import psutil
from jupyter_client.manager import KernelManager

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MB = 2**20


class Student:
    """One kernel, and how its notebooks fared."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.kernel = KernelManager(kernel_name="python3")
        self.kernel.start_kernel(cwd=str(NOTEBOOKS), extra_arguments=["--log-level=ERROR"])
        self.process = psutil.Process(self.kernel.provisioner.pid)
        self.seconds: list[float] = []  # waiting for each notebook, from the first cell's start to the last one's end
        self.failures: list[str] = []

    def work(self, paths: list[Path]) -> None:
        """Run notebooks from top to bottom, one after the other, in this kernel."""
        for path in paths:
            notebook = nbformat.read(path, as_version=4)
            begun = time.perf_counter()
            try:
                client = nbclient.NotebookClient(notebook, km=self.kernel, timeout=600)
                client.execute()
                atexit.unregister(client._cleanup_kernel)  # it would end a kernel that is the student's, not its own
            except Exception as error:
                self.failures.append(f"{path.stem}: {error}")
            self.seconds.append(time.perf_counter() - begun)

    def memory(self) -> tuple[float, float]:
        """Return the proportional and the own memory, in MB."""
        memory = self.process.memory_full_info()
        return memory.pss / MB, memory.uss / MB

    def processor(self) -> float:
        """Return the processor seconds used."""
        times = self.process.cpu_times()
        return times.user + times.system

    def leave(self) -> None:
        """End the kernel."""
        self.kernel.shutdown_kernel(now=True)


def main(count: int = 30, *names: str) -> int:
    """Print a table a teacher can size a machine from; return 1 if a notebook failed."""
    wanted = names or tuple(f"{n:02}" for n in range(6))
    paths = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.name[:2] in wanted]
    print(f"{count} students, {psutil.cpu_count()} processors, notebooks {', '.join(path.stem for path in paths)}")
    students: list[Student] = []
    try:
        begun = time.perf_counter()
        for _ in range(count):
            students.append(Student())
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(lambda student: student.work(paths), students))
        lasted = time.perf_counter() - begun
        memory = [student.memory() for student in students]
        processor = [student.processor() for student in students]
        print(f"{'':34}{'mean':>8}{'most':>8}")
        row("memory a student, MB", [pss for pss, _ in memory])
        row("  of it not shared, MB", [uss for _, uss in memory])
        row("processor a student, s", processor)
        for nr, path in enumerate(paths):
            row(f"{path.stem[:28]}, s", [student.seconds[nr] for student in students])
        print(f"all were done after {lasted:.0f} s, and held {sum(pss for pss, _ in memory):.0f} MB together")
        failures = [failure for student in students for failure in student.failures]
        print(f"{len(failures)} notebooks failed", *failures[:5], sep="\n")
        return bool(failures)
    finally:
        for student in students:
            student.leave()


def row(title: str, numbers: list[float]) -> None:
    """Print the mean and the largest of some numbers."""
    print(f"{title:34}{mean(numbers):8.1f}{max(numbers):8.1f}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(int(arguments[0]) if arguments else 30, *arguments[1:]))
