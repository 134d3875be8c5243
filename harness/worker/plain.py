"""The worker for other interpreters, in plain Python: what main.c, python.c, calibrate.c and convert.c
are for the distribution's python3, as far as measuring a variant needs it.

    INTERPRETER -s -B plain.py worker FD PYTHON
    PYTHON      -s -B plain.py make               (started by the first)

It speaks harness/base/wire.h over the socket FD. Another interpreter has no NumPy, so the problem's
make() runs in a process of the distribution's python3 (PYTHON), which waits while samples are taken;
arrays come from there as lists. The calls between the two readings of the clocks are made by a loop
of the interpreter itself, not of C: that costs some nanoseconds a call, which count as the variant's.
"""

import array
import copy
import fcntl
import gc
import importlib.util
import json
import os
import pickle
import resource
import socket
import struct
import subprocess
import sys
import time
import traceback

# wire.h: kinds by their numbers, and what a header is.
KINDS = (
    "READY DESCRIBE TOML REQUIRE LOAD PROBLEM MAKE SOLVE CALIBRATE PREPARE RUN STATEMENT LOOP DONE RAISED"
).split()
KIND = {name: number for number, name in enumerate(KINDS, start=1)}
MAGIC = 0x34305846
EXIT_LOST = 197
F_DUPFD_CLOEXEC = 1030  # of Linux; PyPy's module fcntl does not name it
HEADER = struct.Struct("=IIQQ")
RAISED_EXCEPTION, RAISED_MEMORY, RAISED_RESULT = range(3)
UNKNOWN = 2**64 - 1

# value.h
VALUE_NOTHING, VALUE_ARRAY, VALUE_GROUP = range(3)
RANK_MAX, DEPTH_MAX = 8, 16

# A tracing compiler (PyPy's) watches a loop a thousand times before it compiles it, and a branch two
# hundred times more: so warming up takes a time, or very many calls.
WARMUP_S = 0.5
WARMUP_CALLS = 20000
# As in calibrate.c: a longer call has warmed itself.
LONG_CALL_S = 2.0
# Copying the arguments of more calls takes seconds.
CALLS_MOST = 50000


class WrongResult(Exception):
    """The variant returned something that is no numbers."""


# --- Values: value.h's canonical form and its bytes ------------------------------------------------


def convert(found, depth=0):
    """(rank and shape, numbers) for an array, a list of values for a group, None for None."""
    kind = type(found)
    if found is None:
        return None
    if kind is float or kind is int or kind is bool:
        return (), array.array("d", [found])
    if kind is list or kind is tuple:
        if depth >= DEPTH_MAX:
            raise WrongResult(f"returned lists nested deeper than {DEPTH_MAX}")
        if found and all(type(item) is float for item in found):
            return (len(found),), array.array("d", found)
        return canonical([convert(item, depth + 1) for item in found])
    if kind is array.array and found.typecode != "u":
        return (len(found),), array.array("d", found)
    raise WrongResult(
        f"returned an object of type '{kind.__name__}'; return a number, an array, or lists or tuples of them"
    )


def canonical(members):
    """A group whose members are arrays of one shape is an array; a shape ends at its first 0."""
    if not members:
        return (0,), array.array("d")
    if not all(isinstance(member, tuple) and member[0] == members[0][0] for member in members):
        return members
    if not isinstance(members[0], tuple) or len(members[0][0]) == RANK_MAX:
        return members
    numbers = array.array("d")
    for member in members:
        numbers.extend(member[1])
    return (len(members), *members[0][0]), numbers


def encode(value):
    if value is None:
        return bytes([VALUE_NOTHING])
    if isinstance(value, list):
        return b"".join([bytes([VALUE_GROUP]), struct.pack("=Q", len(value)), *map(encode, value)])
    shape, numbers = value
    return bytes([VALUE_ARRAY, len(shape)]) + struct.pack(f"={len(shape)}Q", *shape) + numbers.tobytes()


# --- Arguments -------------------------------------------------------------------------------------

CONSTANTS = (type(None), float, int, bool, str, bytes)


def copied(found):
    """A copy that shares nothing that can be changed; the object itself where nothing in it can."""
    kind = type(found)
    if kind in CONSTANTS:
        return found
    if kind is list:
        if all(type(item) is float for item in found):
            return found[:]
        return [copied(item) for item in found]
    if kind is tuple:
        items = [copied(item) for item in found]
        return found if all(a is b for a, b in zip(items, found)) else tuple(items)
    return copy.deepcopy(found)


def bytes_of(found):
    """About how many bytes a copy takes."""
    if type(found) in CONSTANTS:
        return 0
    if type(found) in (list, tuple):
        return 64 + sum(8 + bytes_of(item) for item in found)
    return 4096


def as_plain(found):
    """Arrays as lists, NumPy's numbers as Python's."""
    if hasattr(found, "tolist"):
        return found.tolist()
    if type(found) in (list, tuple):
        return type(found)(map(as_plain, found))
    if type(found) is dict:
        return {key: as_plain(item) for key, item in found.items()}
    return found


def load(folder, file, function):
    """Imports folder/file and returns its function."""
    path = f"{folder}/{file}"
    if folder not in sys.path:
        sys.path.insert(0, folder)
    name = os.path.splitext(os.path.basename(file))[0]
    if name in sys.modules:
        name = f"lab_{name}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    found = getattr(module, function, None)
    if not callable(found):
        raise AttributeError(f"{file} has no function {function}()")
    return found


def serve_arguments():
    """The process that makes arguments: answers pickled requests, until its input ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a problem prints is no answer
    make = None
    while True:
        try:
            request = pickle.load(requests)
        except EOFError:
            return
        try:
            if request[0] == "load":
                make, answer = load(*request[1:], "make"), None
            else:
                size, seed, parameters = request[1:]
                answer = make(size, seed, **json.loads(parameters))
                if not isinstance(answer, tuple):
                    raise TypeError("make() must return a tuple: the arguments of every variant")
                answer = as_plain(answer)
            pickle.dump((True, answer), answers, protocol=4)
        except Exception:
            pickle.dump((False, traceback.format_exc()), answers, protocol=4)
        answers.flush()


class Maker:
    """The other end of serve_arguments()."""

    def __init__(self, python):
        self.process = subprocess.Popen(
            [python, "-s", "-B", os.path.abspath(__file__), "make"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, *request):
        pickle.dump(request, self.process.stdin, protocol=4)
        self.process.stdin.flush()
        good, answer = pickle.load(self.process.stdout)
        if not good:
            raise RuntimeError(f"in the process that makes the arguments:\n{answer}")
        return answer


# --- The clocks ------------------------------------------------------------------------------------


def open_schedstat():
    try:
        return os.open("/proc/self/schedstat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1


def read_delayed_ns(fd):
    """Nanoseconds that the main thread was runnable and had no processor."""
    try:
        return int(os.pread(fd, 128, 0).split()[1])
    except (OSError, IndexError, ValueError):
        return UNKNOWN


def times_of(calls, before, after):
    """struct wire_times, from two readings (delayed, usage, cpu, real)."""
    old, new = before[1], after[1]
    told = UNKNOWN not in (before[0], after[0])
    return struct.pack(
        "=9Q",
        calls,
        after[3] - before[3],
        after[2] - before[2],
        round((new.ru_utime - old.ru_utime) * 1e6),
        round((new.ru_stime - old.ru_stime) * 1e6),
        new.ru_nivcsw - old.ru_nivcsw,
        after[0] - before[0] if told else UNKNOWN,
        new.ru_majflt - old.ru_majflt,
        new.ru_minflt - old.ru_minflt,
    )


# --- Messages --------------------------------------------------------------------------------------


class Body:
    """Fields of a command, read one after the other."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, form="=Q"):
        (found,) = struct.unpack_from(form, self.data, self.at)
        self.at += 8
        return found

    def string(self):
        length = self.number()
        self.at += length
        return self.data[self.at - length : self.at].decode()

    def problem(self):
        return self.number(), self.number(), self.string()


def packed(text):
    data = text.encode("utf-8", "backslashreplace")
    return struct.pack("=Q", len(data)) + data


class Worker:
    """One variant in one process."""

    def __init__(self, fd, python):
        self.pid = os.getpid()
        self.socket = socket.socket(fileno=fd)
        self.maker = Maker(python)
        self.schedstat = open_schedstat()
        self.function = None
        self.pool = []
        self.bytes = 0
        self.handlers = {
            KIND["LOAD"]: self.load,
            KIND["PROBLEM"]: self.problem,
            KIND["CALIBRATE"]: self.calibrate,
            KIND["PREPARE"]: self.prepare_command,
            KIND["RUN"]: self.run,
        }

    def end_children(self):
        """A child that the variant forked and let return must speak neither here nor to the maker."""
        if os.getpid() != self.pid:
            os._exit(0)

    def load(self, body):
        folder, file, function = body.string(), body.string(), body.string()
        begin = time.monotonic()
        self.function = load(folder, file, function)
        return struct.pack("=d", time.monotonic() - begin)

    def problem(self, body):
        self.maker.ask("load", body.string(), body.string())
        return b""

    def prepare(self, problem, calls):
        self.pool = []
        first = self.maker.ask("make", *problem)
        self.bytes = 0 if copied(first) is first else bytes_of(first)
        self.pool = [copied(first) for _ in range(calls)]

    def prepare_command(self, body):
        problem = body.problem()
        self.prepare(problem, body.number())
        gc.collect()
        return b""

    def timed(self, pick):
        """The readings before and after, and the results of call `pick` and of the last."""
        function, pool = self.function, self.pool
        kept = None
        before = (
            read_delayed_ns(self.schedstat),
            resource.getrusage(resource.RUSAGE_SELF),
            time.clock_gettime_ns(time.CLOCK_PROCESS_CPUTIME_ID),
            time.clock_gettime_ns(time.CLOCK_MONOTONIC),
        )
        for i in range(len(pool)):
            result = function(*pool[i])
            if i == pick:
                kept = result
        real_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        cpu_ns = time.clock_gettime_ns(time.CLOCK_PROCESS_CPUTIME_ID)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        after = (read_delayed_ns(self.schedstat), usage, cpu_ns, real_ns)
        self.end_children()
        results = [result] if pick >= len(pool) - 1 else [result, kept]
        return before, after, results

    def run(self, body):
        if not self.pool or self.function is None:
            raise RuntimeError("nothing was prepared")
        before, after, results = self.timed(body.number())
        values = [encode(convert(result)) for result in results]
        times = times_of(len(self.pool), before, after)
        self.pool = []
        return b"".join([times, struct.pack("=Q", len(values)), *values])

    def seconds_of(self, problem, calls):
        self.prepare(problem, calls)
        before, after, _ = self.timed(calls)
        return (after[3] - before[3]) * 1e-9

    def warm_up(self, problem):
        """The first call's seconds, and those of the fastest."""
        first = best = self.seconds_of(problem, 1)
        spent, done = 0.0, 1
        while first <= LONG_CALL_S and spent < WARMUP_S and done < WARMUP_CALLS:
            calls = min(1000, max(1, int(0.01 / best)))
            seconds = self.seconds_of(problem, calls)
            spent += seconds
            done += calls
            best = min(best, max(seconds, 1e-7) / calls)
        return first, best

    def calibrate(self, body):
        problem = body.problem()
        target, pool_bytes = body.number("=d"), body.number()
        begin = time.monotonic()
        first, call = self.warm_up(problem)
        limit = CALLS_MOST if self.bytes == 0 else max(1, min(CALLS_MOST, pool_bytes // self.bytes))
        if call < target / 2 and limit > 1:
            calls = max(1, min(limit, int(target / call)))
            call = max(self.seconds_of(problem, calls), 1e-7) / calls
        calls = max(1, min(limit, int(target / call + 0.5)))
        self.pool = []
        gc.collect()
        return struct.pack("=ddQ", first, time.monotonic() - begin - first, calls)

    def receive(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                os._exit(EXIT_LOST)
            data += piece
        return data

    def send(self, kind, token, data):
        try:
            self.socket.sendall(HEADER.pack(MAGIC, KIND[kind], token, len(data)) + data)
        except OSError:
            os._exit(EXIT_LOST)

    def answer(self, kind, body):
        try:
            if kind not in self.handlers:
                raise RuntimeError("this worker, of another interpreter, only measures variants")
            return "DONE", self.handlers[kind](body)
        except WrongResult as error:
            return "RAISED", struct.pack("=Q", RAISED_RESULT) + packed(str(error))
        except BaseException as error:
            self.pool = []
            what = RAISED_MEMORY if isinstance(error, MemoryError) else RAISED_EXCEPTION
            return "RAISED", struct.pack("=Q", what) + packed(traceback.format_exc()[-8192:])

    def serve(self):
        version = ".".join(map(str, sys.version_info[:3]))
        name = getattr(sys.implementation, "name", "python")
        host = os.path.realpath("/proc/self/exe")
        own = ".".join(map(str, sys.implementation.version[:3]))  # of PyPy 7.3 that runs Python 3.9
        told = f"{version} ({name} {own})" if own != version else f"{version} ({name})", sys.executable or host, host
        self.send("READY", 0, b"".join(map(packed, told)))
        while True:
            magic, kind, token, size = HEADER.unpack(self.receive(HEADER.size))
            if magic != MAGIC:
                os._exit(EXIT_LOST)
            answer, data = self.answer(kind, Body(self.receive(size)))
            self.end_children()
            self.send(answer, token, data)


def main(words):
    sys.path.pop(0)  # this file's folder
    if words[:1] == ["make"]:
        serve_arguments()
    elif words[:1] == ["worker"] and len(words) == 3:
        import faulthandler

        faulthandler.enable()
        gc.disable()
        # High, so that a variant which counts on 3 being its first descriptor finds it so.
        fd = fcntl.fcntl(int(words[1]), F_DUPFD_CLOEXEC, 200)
        os.close(int(words[1]))
        Worker(fd, words[2]).serve()
    else:
        print("this program is started by fortyfold", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
