"""How soon is a flame graph of 50,000 distinct stacks open in a browser?

Opens it COUNT times in a fresh Chromium without a window, and asks the page how long after the
navigation began it was drawn (the second animation frame after the load event). Prints the median
with its range and the goal; writes results/flame-svg.json. Exit status 1 when the goal is missed.
Usage: bench_flame_svg.py [COUNT]
"""

import http.server
import json
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
GOAL_S = 2.0
WAIT_S = 60

# The answer leaves the page as the address of a picture that it asks this program for.
REPORT = """<script>window.addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => {
  const boxes = document.querySelectorAll(".boxes rect").length;
  new Image().src = "http://127.0.0.1:PORT/?ms=" + performance.now() + "&amp;boxes=" + boxes;
})));</script>"""


def answers():
    """A server that puts what it is asked for into a queue; returns both."""
    asked = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.put(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, asked


def open_once(page, asked):
    """Seconds from navigation to picture, and how many boxes it has."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
             "--remote-debugging-port=0", f"--user-data-dir={profile}", "--window-size=1200,900", page.as_uri()],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            path = asked.get(timeout=WAIT_S)
        except queue.Empty:
            sys.exit(f"bench_flame_svg: {BROWSER} did not show the picture within {WAIT_S} s")
        finally:
            browser.terminate()
            browser.wait()
    milliseconds, boxes = path.replace("&amp;", "&").split("ms=")[1].split("&boxes=")
    return float(milliseconds) / 1000, int(boxes)


def opening_times(tool, count):
    """Draws 50,000 stacks with `tool` (bench-draw) and opens them `count` times.

    Returns a dictionary: goal_s, median_s, low_s, high_s, times_s, boxes_count, bytes, met.
    """
    server, asked = answers()
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "wide.svg"
        subprocess.run([tool, "wide", picture], check=True)
        size = picture.stat().st_size
        text = picture.read_text(encoding="utf-8").rstrip().removesuffix("</svg>")
        picture.write_text(text + REPORT.replace("PORT", str(server.server_port)).replace("=>", "=&gt;") + "</svg>",
                           encoding="utf-8")
        opened = [open_once(picture, asked) for _ in range(count)]
    server.shutdown()
    times = [seconds for seconds, _ in opened]
    return {"goal_s": GOAL_S, "median_s": statistics.median(times), "low_s": min(times), "high_s": max(times),
            "times_s": times, "boxes_count": opened[0][1], "bytes": size, "met": statistics.median(times) < GOAL_S}


def main():
    if BROWSER is None:
        sys.exit("bench_flame_svg: chromium is not installed: ./setup --test")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    figures = opening_times(ROOT / "bin/bench-draw", count)
    print("50,000 distinct stacks, from navigation to picture, in Chromium\n")
    print("  goal       median  range          opened  boxes drawn  file")
    print("  " + "─" * 66)
    print(f"  < {figures['goal_s']:.1f} s  {figures['median_s']:7.2f} s  {figures['low_s']:.2f}–{figures['high_s']:.2f} s"
          f"  {count:7d}  {figures['boxes_count']:11,}  {figures['bytes'] / 1e6:.1f} MB  "
          f"{'met' if figures['met'] else 'MISSED'}")
    path = ROOT / "results/flame-svg.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0 if figures["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
