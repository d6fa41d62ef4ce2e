"""What real processes say under a real server can be read: while they run, afterwards, and after every accident."""

import itertools
import os
import signal
import time

from tests.compute.jobs import Jobs, texts_of

_COUNTS = "import time, sys\nfor n in range({count}):\n    print('line', n)\n    time.sleep({pause})"


class TestReading:
    def test_a_log_has_each_line_with_its_time_and_stream_and_the_end_is_told(self, jobs: Jobs) -> None:
        job = jobs.submit("sh", "-c", "echo out; sleep 0.05; echo \033[31mred\033[0m >&2; sleep 0.05; printf half")
        assert jobs.ends(job) == ["succeeded"]
        page = jobs.log(job)
        assert [line["text"] for line in page["lines"]] == ["out", "\033[31mred\033[0m", "half"]
        assert [line["stream"] for line in page["lines"]] == ["stdout", "stderr", "stdout"]
        assert abs(page["lines"][0]["at_ms"] - time.time() * 1000) < 60_000
        assert (page["end"], page["attempt"], page["next"]) == (True, 1, page["total_bytes"])

    def test_it_can_be_read_on_from_where_an_answer_ended_while_it_grows(self, jobs: Jobs) -> None:
        job = jobs.python(_COUNTS.format(count=400, pause=0.001))
        texts, cursor, is_end = list[str](), "", False
        while not is_end:
            page = jobs.log(job, cursor=cursor, limit=50)
            texts += [line["text"] for line in page["lines"]]
            cursor, is_end = page["cursor"], page["end"]
        assert texts == [f"line {n}" for n in range(400)]

    def test_by_byte_line_and_tail_the_same_lines_are_found_running_and_kept(self, jobs: Jobs) -> None:
        job = jobs.python("import time\nfor n in range(30_000): print('line', n)\nprint('done')\ntime.sleep(600)")
        jobs.until_said(job, "done")

        def looks() -> list[list[str]]:
            whole = jobs.log(job, line=29_000, limit=1)["lines"][0]
            inside = jobs.texts(job, start=whole["offset"] - 3, limit=1)
            by_byte = jobs.texts(job, start=whole["offset"], limit=2)
            return [[whole["text"]], inside, by_byte, jobs.texts(job, tail=2), jobs.texts(job, line=99_999)]

        running = looks()
        assert running == [["line 29000"], ["line 29000"], ["line 29000", "line 29001"], ["line 29999", "done"], []]
        jobs.stop(job)
        assert jobs.ends(job) == ["stopped"]
        assert jobs.kept(job)["log_bytes"] > 0
        assert looks() == running

    def test_ten_megabytes_are_read_whole_and_their_end_at_once(self, jobs: Jobs) -> None:
        job = jobs.python("import sys\nfor n in range(100_000): sys.stdout.write(f'{n:0100}\\n')")
        jobs.ends(job)
        assert jobs.kept(job)["log_bytes"] > 10_000_000
        begin = time.monotonic()
        assert jobs.texts(job, tail=1) == [f"{99_999:0100}"]
        assert time.monotonic() - begin < 2
        text = jobs.http.get(jobs.url(f"workloads/{job}/logs/file")).text
        assert text.splitlines() == [f"{n:0100}" for n in range(100_000)]

    def test_what_is_no_text_is_kept_as_far_as_it_can_be_shown(self, jobs: Jobs) -> None:
        job = jobs.python(
            "import os; os.write(1, bytes(range(256)) * 400 + b'\\n'); os.write(2, 'é'.encode() * 20_000)"
        )
        assert jobs.ends(job) == ["succeeded"]
        lines = jobs.log(job)["lines"]
        shown = "".join(line["text"] for line in lines if line["stream"] == "stdout")
        assert shown.count("\\xff") == 400
        pieces = [line for line in lines if line["stream"] == "stderr"]
        assert "".join(piece["text"] for piece in pieces) == "é" * 20_000
        assert [piece.get("goes_on", False) for piece in pieces] == [True] * (len(pieces) - 1) + [False]

    def test_each_attempt_has_its_own(self, jobs: Jobs) -> None:
        script = "echo try $TIDEMILL_ATTEMPT; test $TIDEMILL_ATTEMPT = 2"
        job = jobs.submit("sh", "-c", script, restart={"max_retries": 3, "backoff_initial_s": 0})
        assert jobs.ends(job) == ["succeeded"]
        assert (jobs.texts(job, attempt=1), jobs.texts(job)) == (["try 1"], ["try 2"])

    def test_of_what_is_not_there_it_is_said_what_there_is(self, jobs: Jobs) -> None:
        job = jobs.submit("true")
        jobs.ends(job)
        for query in ("attempt=7", "rank=1"):
            answer = jobs.http.get(jobs.url(f"workloads/{job}/logs?{query}"))
            assert (answer.status_code, bool(answer.json()["error"]["hint"])) == (404, True)
        assert jobs.http.get(jobs.url("workloads/none/logs")).status_code == 404
        for query in ("start=-1", "limit=0", "cursor=x", "start=0&tail=3", "tail=5&line=2"):
            assert jobs.http.get(jobs.url(f"workloads/{job}/logs?{query}")).status_code == 400


class TestGangs:
    def test_all_ranks_are_read_together_by_time_and_each_alone(self, jobs: Jobs) -> None:
        counting = "for n in range(20):\n    print(rank, n)\n    time.sleep(0.01)"
        script = f"import os, time\nrank = int(os.environ['TIDEMILL_RANK'])\n{counting}"
        job = jobs.python(script, replicas=3)
        assert jobs.ends(job) == ["succeeded"]
        page = jobs.log(job)
        times = [line["at_ms"] for line in page["lines"]]
        assert times == sorted(times)
        for rank in range(3):
            expected = [f"{rank} {n}" for n in range(20)]
            assert [line["text"] for line in page["lines"] if line.get("rank", 0) == rank] == expected
            assert jobs.texts(job, rank=rank) == expected
        assert (page["next"], page["end"]) == (None, True)
        pieces, cursor = list[str](), ""
        while page := jobs.log(job, cursor=cursor, limit=7):
            pieces += [line["text"] for line in page["lines"]]
            cursor = page["cursor"]
            if page["end"]:
                break
        assert pieces == jobs.texts(job)
        assert jobs.texts(job, tail=5) == jobs.texts(job)[-5:]
        assert texts_of(list(jobs.events(job))) == pieces
        file = jobs.http.get(jobs.url(f"workloads/{job}/logs/file?timestamps=true")).text.splitlines()
        assert [line.split(" ", 1)[1] for line in file] == [f"[{text.split()[0]}] {text}" for text in pieces]


class TestFollowing:
    def test_lines_come_as_they_are_written_and_at_last_the_end(self, jobs: Jobs) -> None:
        script = "import time\nfor n in range(20):\n    print(time.time())\n    time.sleep(0.05)\nraise SystemExit(3)"
        job = jobs.python(script)
        delays, ends = list[float](), []
        for name, _, data in jobs.events(job):
            if name == "line":
                delays.append(time.time() - float(data["text"]))
            else:
                ends.append(data)
        assert len(delays) == 20
        assert sorted(delays)[10] < 0.15, delays
        assert ends == [{"attempt": 1, "outcome": "failed", "exit_code": 3}]

    def test_a_broken_stream_is_taken_up_behind_the_last_line(self, jobs: Jobs) -> None:
        job = jobs.python(_COUNTS.format(count=300, pause=0.002))
        first = list(itertools.islice(jobs.events(job), 100))
        rest = list(jobs.events(job, headers={"Last-Event-ID": first[-1][1]}))
        assert texts_of(first) + texts_of(rest) == [f"line {n}" for n in range(300)]
        assert rest[-1][0] == "end"
        assert texts_of(list(jobs.events(job, tail=3))) == ["line 297", "line 298", "line 299"]

    def test_what_waits_is_followed_from_its_first_line_and_what_never_began_ends(self, jobs: Jobs) -> None:
        holder = jobs.submit(
            "sleep", "600", resources={"cpu_milli": jobs.get("compute/summary")["capacity"]["cpu_milli"]}
        )
        jobs.until(lambda: jobs.get(f"workloads/{holder}")["workload"]["state"] == "running")
        waiting, never = jobs.submit("echo", "hello"), jobs.submit("true")
        events = jobs.events(waiting)
        jobs.stop(never)
        jobs.stop(holder)
        assert texts_of(list(events)) == ["hello"]
        assert [data["outcome"] for _, _, data in jobs.events(never)] == [None]

    def test_a_reader_that_takes_nothing_holds_nothing_up(self, jobs: Jobs) -> None:
        job = jobs.python("import sys\nfor n in range(200_000): sys.stdout.write(f'{n:0100}\\n')")
        slow = jobs.events(job)
        next(slow)
        assert jobs.ends(job) == ["succeeded"]
        assert texts_of(list(slow))[-1] == f"{199_999:0100}"


class TestAccidents:
    def test_a_kill_of_the_server_amid_a_log_loses_no_line(self, jobs: Jobs) -> None:
        job = jobs.python(_COUNTS.format(count=1500, pause=0.001))
        jobs.until_said(job, "line 100")
        jobs.server.kill9()
        jobs.server.start()
        assert jobs.ends(job) == ["succeeded"]
        assert texts_of(list(jobs.events(job))) == [f"line {n}" for n in range(1500)]

    def test_the_log_of_what_is_lost_is_kept(self, jobs: Jobs) -> None:
        job = jobs.python("import os, time\nprint(os.getppid())\ntime.sleep(600)", restart={"max_lost": 0})
        supervisor = int(jobs.until(lambda: jobs.texts(job) or None)[0])
        os.kill(supervisor, signal.SIGKILL)
        assert jobs.ends(job) == ["failed"]
        assert jobs.kept(job)["outcome"] == "lost"
        assert jobs.texts(job) == [str(supervisor)]


class TestFailures:
    def test_the_log_opens_at_the_first_frame_of_the_users_own_code(self, jobs: Jobs) -> None:
        script = "import json\nprint('working')\ndef load():\n    return json.loads('{')\nload()"
        job = jobs.python(script)
        assert jobs.ends(job) == ["failed"]
        page = jobs.log(job)
        at = next(line for line in page["lines"] if line["offset"] == page["error_offset"])
        assert (at["text"], page["error_rank"]) == ('  File "<string>", line 5, in <module>', 0)

    def test_nothing_is_said_of_an_error_where_nothing_failed(self, jobs: Jobs) -> None:
        job = jobs.submit("sh", "-c", "echo warning >&2")
        jobs.ends(job)
        assert jobs.log(job)["error_offset"] is None


class TestSearch:
    def test_all_attempts_and_processes_are_searched_and_lines_around_shown(self, jobs: Jobs) -> None:
        script = "for n in 1 2 3 4 5 6; do echo line $n of $TIDEMILL_RANK; done; test $TIDEMILL_ATTEMPT = 2"
        job = jobs.submit("sh", "-c", script, replicas=2, restart={"max_retries": 1, "backoff_initial_s": 0})
        assert jobs.ends(job) == ["succeeded"]
        found = jobs.search(job, text="LINE 4", context=1)
        places = [(line["attempt"], line.get("rank", 0)) for line in found["lines"]]
        assert (1, 0) in places or (1, 1) in places
        assert places[-2:] == [(2, 0), (2, 1)]
        last = found["lines"][-1]
        assert [line["text"] for line in last["before"] + last["after"]] == ["line 3 of 1", "line 5 of 1"]
        assert jobs.texts(job, rank=1, start=last["offset"], limit=1) == ["line 4 of 1"]
        assert jobs.search(job, text="LINE 4", case=True)["lines"] == []
        expression = jobs.search(job, regex=r"line [5-6] of 1$")["lines"]
        assert [line["text"] for line in expression][-2:] == ["line 5 of 1", "line 6 of 1"]

    def test_a_limited_search_is_gone_on_with(self, jobs: Jobs) -> None:
        job = jobs.python("for n in range(100): print('line', n)")
        jobs.ends(job)
        texts, cursor, pages = list[str](), "", 0
        while pages == 0 or cursor:
            found = jobs.search(job, regex=r"\d5$", limit=4, cursor=cursor)
            texts += [line["text"] for line in found["lines"]]
            cursor, pages = found["cursor"], pages + 1
        assert (texts, pages) == ([f"line {n}" for n in range(15, 100, 10)], 3)

    def test_an_expression_that_would_take_for_ever_does_not(self, jobs: Jobs) -> None:
        job = jobs.python("for n in range(50): print('a' * 16_000 + 'b')")
        jobs.ends(job)
        begin = time.monotonic()
        assert jobs.search(job, regex="(a+)+$")["lines"] == []
        assert len(jobs.search(job, regex="(a*)*b$", limit=100)["lines"]) == 50
        assert time.monotonic() - begin < 20

    def test_what_cannot_be_searched_for_is_refused_with_a_way_out(self, jobs: Jobs) -> None:
        job = jobs.submit("true")
        jobs.ends(job)
        for query in (
            "",
            "text=a&regex=b",
            "regex=(",
            r"regex=(a)\1",
            "regex=(%3F=a)",
            "text=a&cursor=7",
            "regex=a{2000}",
        ):
            answer = jobs.http.get(jobs.url(f"workloads/{job}/logs/search?{query}"))
            assert (answer.status_code, bool(answer.json()["error"]["hint"])) == (400, True), query
