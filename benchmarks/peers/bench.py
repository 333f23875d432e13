"""What the Python peers share: the command line, the clock and the line of JSON of bench.h."""
import json
import resource
import sys
import time

IN_FLIGHT = 100
UNSUPPORTED = 3
ONE_ROW_SQL = "SELECT $1::int8"


class Bench:
    def __init__(self, peer):
        self.peer = peer
        arguments = sys.argv[1:]
        if len(arguments) == 4 and arguments[2] == "-n":
            self.seconds, self.operations = 0.0, int(arguments[3])
        elif len(arguments) == 3:
            self.seconds, self.operations = float(arguments[2]), 0
        else:
            sys.exit(f"usage: {sys.argv[0]} DSN WORKLOAD (SECONDS | -n OPERATIONS)")
        self.dsn, self.workload = arguments[:2]
        self.done = 0

    def options(self):
        """The connection string of scripts/postgres.sh (no quoting, no blanks) as a dictionary."""
        return dict(pair.split("=", 1) for pair in self.dsn.split())

    def start(self):
        self.done = 0
        self.started = time.monotonic()
        self.usage = resource.getrusage(resource.RUSAGE_SELF)

    def more(self, finished):
        self.done += finished
        if self.operations:
            return self.done < self.operations
        return time.monotonic() - self.started < self.seconds

    def report(self):
        seconds = time.monotonic() - self.started
        usage = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({
            "peer": self.peer, "workload": self.workload, "ops": self.done, "seconds": round(seconds, 6),
            "user_us": round((usage.ru_utime - self.usage.ru_utime) * 1e6),
            "sys_us": round((usage.ru_stime - self.usage.ru_stime) * 1e6),
        }))
