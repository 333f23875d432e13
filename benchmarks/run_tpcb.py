"""pgbench's TPC-B script: pgbench itself, prepared, against the same script on pgcoro, on the same server and tables.

Called by scripts/bench.sh --tpcb, which builds the programs and starts the server. All take turns; medians are printed. Each run begins
with the tables as they are and ends with a check of their sums.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit status {done.returncode}\n{done.stderr}")
    return done.stdout


class Runner:
    def __init__(self, options):
        self.options = options
        self.ours = os.path.join(options.programs, "pgcoro_tpcb")

    def prepare(self):
        run([self.options.pgbench, "-i", "-q", "-s", str(self.options.scale), self.options.dsn])

    def pgbench(self, clients):
        out = run([self.options.pgbench, "-M", "prepared", "-n", "-c", str(clients), "-j", "1", "-T",
                   str(self.options.seconds), self.options.dsn])
        return float(re.search(r"tps = ([0-9.]+)", out).group(1))

    def pgcoro(self, clients, how):
        out = run([self.ours, self.options.dsn, str(clients), str(self.options.seconds), str(self.options.scale), how])
        return json.loads(out)["tps"]

    def check(self):
        run([self.ours, self.options.dsn, "check"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dsn", required=True)
    parser.add_argument("--programs", required=True, help="folder of the built peers")
    parser.add_argument("--pgbench", default="pgbench", help="the program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="length of one run")
    parser.add_argument("--scale", type=int, default=10, help="pgbench's -s")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    options = parser.parse_args()

    runner = Runner(options)
    runner.prepare()
    programs = {
        "pgbench": runner.pgbench,
        "pgcoro": lambda clients: runner.pgcoro(clients, "steps"),
        "pgcoro, pipeline": lambda clients: runner.pgcoro(clients, "pipeline"),
    }
    print(f"transactions/s, scale {options.scale}, median of {options.rounds} runs of {options.seconds} s")
    for clients in options.clients:
        samples = {name: [] for name in programs}
        for _ in range(options.rounds):
            for name, program in programs.items():
                samples[name].append(program(clients))
        runner.check()
        base = statistics.median(samples["pgbench"])
        for name, taken in samples.items():
            tps = statistics.median(taken)
            print(f"{clients:3} connections  {name:18} {tps:9.0f}  {tps / base:5.2f}  "
                  f"({min(taken):.0f} to {max(taken):.0f})")
    print("the sums of the tables agree")


main()
