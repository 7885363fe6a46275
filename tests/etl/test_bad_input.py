"""Bad input: each kind, made for real, gets one clear line; what was loaded before stays."""

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import xlsxwriter

from etl.load import load_file, profile_for
from settings import ROOT, settings
from tests.etl.conftest import GRIDS, HEADER, INCIDENTS, Site, box, feature, row, write_csv, write_map
from warehouse.connect import writer


def refused(site: Site, path: Path) -> str:
    """The one line that a refused file gets; the load is written down as failed, and nothing else has changed."""
    before = site.ask(
        "select (select count(*) from incident), (select count(*) from area), (select count(*) from reject)"
    )
    outcome = site.load(path)
    assert not outcome.is_good
    assert "\n" not in outcome.said and outcome.said.startswith(path.name)
    assert site.ask("select status, message from load order by load_id desc limit 1") == [("failed", outcome.said)]
    after = site.ask(
        "select (select count(*) from incident), (select count(*) from area), (select count(*) from reject)"
    )
    assert after == before
    return outcome.said


def run(site: Site, *arguments: str, **options: object) -> subprocess.CompletedProcess:
    """`python -m etl …` as a process of its own."""
    home = {"ZHILI_HOME": str(site.settings.home), "ZHILI_SOURCES": str(site.settings.sources)}
    command = [sys.executable, "-m", "etl", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | home, capture_output=True, text=True, timeout=120, **options
    )  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ["grid_app.csv", "readings.jsonl", "grids.geojson"])
def test_an_empty_file(mapped: Site, name: str):
    (mapped.folder / name).write_bytes(b"")
    assert "the file is empty" in refused(mapped, mapped.folder / name)


def test_a_file_with_line_ends_of_old_macs(mapped: Site):
    said = refused(mapped, write_csv(mapped.folder / "grid_app.csv", [row(1), row(2)], end="\r"))
    assert "end in CR alone" in said


def test_a_file_of_blanks(mapped: Site):
    (mapped.folder / "grid_app.csv").write_bytes(b" \n \n")
    assert "the file is empty" in refused(mapped, mapped.folder / "grid_app.csv")


def test_a_wrong_encoding_is_named_with_the_right_one(mapped: Site):
    mapped.profile("grid_app", (INCIDENTS % "csv").replace("[place]", 'encoding = "utf-8"\n[place]'))
    path = write_csv(mapped.folder / "grid_app.csv", [row(n) for n in range(9)], "gb18030")
    assert "not utf-8; it reads as gb18030" in refused(mapped, path)


def test_an_encoding_nobody_here_writes(mapped: Site):
    path = mapped.folder / "grid_app.csv"
    path.write_bytes(b"".join(b"%d,caf\xe9,\xff\xfe\n" % n for n in range(99)))
    assert "neither UTF-8 nor GB18030" in refused(mapped, path)


def test_a_truncated_gzip(mapped: Site):
    plain = write_csv(mapped.folder / "x.csv", [row(n, 标题=os.urandom(20).hex()) for n in range(2000)]).read_bytes()
    path = mapped.folder / "grid_app.csv.gz"
    path.write_bytes(gzip.compress(plain)[:-5000])
    assert "cut short" in refused(mapped, path)


def test_a_damaged_gzip(mapped: Site):
    path = mapped.folder / "grid_app.csv.gz"
    packed = bytearray(gzip.compress(os.urandom(5000)))
    packed[1000:1100] = bytes(100)
    path.write_bytes(packed)
    assert "damaged" in refused(mapped, path)


def test_a_line_of_two_gigabytes_costs_itself_and_little_memory(mapped: Site):
    path = mapped.folder / "grid_app.csv"
    with path.open("wb") as file:
        file.write(f"{HEADER}\n{row(1)}\n2,".encode())
        file.truncate(2 << 30)
        file.seek(0, os.SEEK_END)
        file.write(f"\n{row(3)}\n".encode())
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = run(mapped, "load", str(path))
    assert done.returncode == 0 and "3 read = 2 loaded + 0 duplicate + 1 rejected" in done.stdout, done.stderr
    assert mapped.ask("select line, reasons[1] like '单条记录超过 4 MB%' from reject") == [(3, True)]
    peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak_kb == before or peak_kb < 1 << 20


def test_a_workbook_that_is_a_web_page(mapped: Site):
    mapped.profile("grid_app", INCIDENTS % "xlsx")
    path = mapped.folder / "grid_app.xlsx"
    path.write_text("<html><table><tr><td>编号</td></tr></table></html>")
    assert "not a workbook but a web page" in refused(mapped, path)


def test_a_csv_that_is_a_web_page_or_a_workbook(mapped: Site):
    path = mapped.folder / "grid_app.csv"
    path.write_text("<html><body>登录超时</body></html>\n")
    assert "web page" in refused(mapped, path)
    xlsxwriter.Workbook(path).close()
    assert "this is an Excel workbook" in refused(mapped, path)


def test_renamed_headers_name_file_row_column_and_profile(mapped: Site):
    mapped.csv(row(1))
    path = mapped.folder / "grid_app_new.csv"
    path.write_text(f"{HEADER.replace('上报时间', '上报的时间')}\n{row(2)}\n")
    said = refused(mapped, path)
    for part in ("grid_app_new.csv", "row 1", "'上报时间'", "Is '上报的时间' meant?", "[columns]", "grid_app.toml"):
        assert part in said


def test_a_grid_that_crosses_itself(mapped: Site):
    bowtie = [[[117.6, 36.2], [117.61, 36.21], [117.61, 36.2], [117.6, 36.21], [117.6, 36.2]]]
    path = write_map(mapped.folder / "grids_2.geojson", [feature("370116001001001", bowtie)])
    said = refused(mapped, path)
    assert "370116001001001" in said and "cross" in said


def test_two_grids_with_one_code(mapped: Site):
    twice = [feature("370116001001001", box(*GRIDS[code])) for code in list(GRIDS)[:2]]
    assert "370116001001001 is on different polygons" in refused(
        mapped, write_map(mapped.folder / "grids_2.geojson", twice)
    )


def test_a_formula_is_kept_as_text_and_neutralised_in_what_we_export(mapped: Site, tmp_path: Path):
    formula = "=cmd|'/c calc'!A1"
    mapped.csv(row(1, 标题=formula), row("", 标题=formula), "=1+1")
    assert mapped.one("select title from incident") == formula
    out = tmp_path / "rejects.csv"
    assert run(mapped, "rejects", "--out", str(out)).returncode == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert "'=1+1" in cells and not any(cell.startswith("=") for cell in cells)


def test_a_zip_bomb(mapped: Site):
    path = mapped.folder / "grid_app.csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as inner:
        inner.write(f"{HEADER}\n".encode())
        for _ in range(300):
            inner.write(bytes(1 << 20))
    assert "like a zip bomb" in refused(mapped, path)


def test_a_workbook_that_is_a_zip_bomb(mapped: Site):
    mapped.profile("grid_app", INCIDENTS % "xlsx")
    path = mapped.folder / "grid_app.xlsx"
    xlsxwriter.Workbook(path).close()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/bomb.xml", "w") as inner:
        for _ in range(300):
            inner.write(bytes(1 << 20))
    assert "like a zip bomb" in refused(mapped, path)


@pytest.mark.parametrize("cell", ["XFD1048576", "ZZZZZZZ99999999999", "AZ1048576"])
def test_a_workbook_with_a_stray_cell_far_out(mapped: Site, cell: str):
    mapped.profile("grid_app", INCIDENTS % "xlsx")
    path, whole = mapped.folder / "grid_app.xlsx", mapped.folder / "whole.xlsx"
    book = xlsxwriter.Workbook(whole)
    book.add_worksheet().write_row(0, 0, HEADER.split(","))
    book.close()
    far = f'<row r="1048576"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, old.read(member).replace(b"</sheetData>", far))
    assert "far outside the table" in refused(mapped, path)


def test_more_than_the_site_allows_unpacked(mapped: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZHILI_MAX_UNPACKED_GB", "0.0001")
    settings.cache_clear()
    path = mapped.folder / "grid_app.csv.gz"
    plain = write_csv(mapped.folder / "x.csv", [row(n) for n in range(3000)]).read_bytes()
    path.write_bytes(gzip.compress(plain))
    assert "raise max_unpacked_gb" in refused(mapped, path)


def test_a_file_that_changes_while_it_is_read(mapped: Site):
    path = write_csv(mapped.folder / "grid_app.csv", [row(1)])

    def grow(rows: int) -> None:
        with path.open("a") as file:
            file.write(row(2) + "\n")

    with writer() as connection:
        outcome = load_file(connection, path, profile_for(path), grow)
    assert not outcome.is_good and "changed while it was read" in outcome.said
    assert mapped.one("select count(*) from incident") == 0


def test_a_full_disk(here: Site, small_disk: tuple[Path, Callable]):
    home, make_room = small_disk
    path = write_csv(here.folder / "grid_app.csv", [row(n, 标题=os.urandom(40).hex()) for n in range(60_000)])
    here.settings = here.settings.model_copy(update={"home": home})
    done = run(here, "load", str(path))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) <= 2 and "grid_app.csv" in done.stderr, done.stderr
    assert "disk is full" in done.stderr and "Traceback" not in done.stderr
    make_room()
    done = run(here, "load", str(path))
    assert done.returncode == 0 and "60,000 loaded" in done.stdout, done.stderr


@pytest.fixture
def small_disk(tmp_path: Path):
    """A disk of 3 MB that can be made larger; skipped where this user may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield disk, lambda: subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
    subprocess.run(["umount", str(disk)], check=True)


def test_a_file_that_no_profile_takes(mapped: Site):
    path = mapped.folder / "something_else.csv"
    path.write_text("a,b\n1,2\n")
    said = refused(mapped, path)
    assert "no profile takes a file of this name" in said and "python -m etl profile" in said


def test_a_path_that_is_not_there_is_one_line_on_stderr(here: Site):
    done = run(here, "load", "/nowhere/at/all.csv")
    assert done.returncode == 1 and done.stderr == "error: /nowhere/at/all.csv: there is no such file or folder.\n"


def test_one_bad_file_does_not_keep_the_others_out(mapped: Site):
    write_csv(mapped.folder / "grid_app_1.csv", [row(1)])
    (mapped.folder / "grid_app_2.csv").write_bytes(b"")
    done = run(mapped, "load", str(mapped.folder))
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert mapped.one("select count(*) from incident") == 1


@pytest.fixture
def listener():
    """A server on this machine: its address, and the paths it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_a_map_file_opens_no_other_file_and_no_address(mapped: Site, listener: tuple[str, list[str]]):
    address, asked = listener
    other = write_map(mapped.folder / "other.geojson")
    for source in (f"/vsicurl/{address}/x.geojson", str(other)):
        path = mapped.folder / "grids_vrt.geojson"
        layer = f'<OGRVRTLayer name="other"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
        path.write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
        assert "neither GeoJSON nor a Shapefile" in refused(mapped, path)
    pipeline = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector pipeline ! read {other} ! write --of stream x",
    }
    path.write_text(json.dumps(pipeline))
    assert "cannot be read as a map" in refused(mapped, path)
    content = json.loads(other.read_text()) | {"crs": {"type": "link", "properties": {"href": f"{address}/crs"}}}
    path.write_text(json.dumps(content))
    mapped.load(path)
    assert not asked
