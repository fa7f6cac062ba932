"""Made-up files of a bike rental, to try Ribbon on: `python -m ribbon.sample rentals` writes them to a folder.

Four systems delivered them, each in its own way. The same files come every time.
"""

import gzip
import json
import random
import sqlite3
import sys
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

__all__ = ["write_files"]

STATIONS = (
    ("001", "Hauptbahnhof", "Köln", "50,943", "24"),
    ("002", "Südstadt", "Köln", "50,922", "12"),
    ("003", "Ehrenfeld", "Köln", "50,951", "16"),
    ("004", "Münsterplatz", "Bonn", "50,733", "18"),
    ("005", "Beuel", "Bonn", "50,739", "k.A."),
    ("006", "Altstadt; Rheinufer", "Düsseldorf", "51,226", "20"),
)
KINDS = ("city", "city", "city", "cargo", "e-bike")
BIKES, CUSTOMERS, DAYS = 40, 60, 91
FIRST = date(2025, 4, 1)


def write_files(folder: Path) -> None:
    """Write the files: stations and rentals as CSV, repairs as JSON lines, customers in SQLite, bikes as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = random.Random(7)  # noqa: S311 - made-up data, the same each time
    _stations(folder / "Stationen.csv")
    _bikes(folder / "bikes.parquet", drawn)
    _customers(folder / "crm.db", drawn)
    _rentals(folder, drawn)
    _repairs(folder / "repairs.jsonl.gz", drawn)


def _stations(file: Path) -> None:
    """As Excel saves it in Germany: semicolons, decimal commas, Windows' encoding."""
    lines = ["Station-Nr.;Name;Stadt;Breitengrad;Stellplätze;"]
    lines += [";".join(f'"{value}"' if ";" in value else value for value in row) + ";" for row in STATIONS]
    file.write_bytes("\r\n".join((*lines, "")).replace("k.A.", "n/a").encode("cp1252"))


def _bikes(file: Path, drawn: random.Random) -> None:
    rows = [
        {"bike_id": 1000 + number, "kind": drawn.choice(KINDS), "bought_on": FIRST - timedelta(drawn.randrange(1500))}
        for number in range(BIKES)
    ]
    parquet.write_table(pa.Table.from_pylist(rows), file)


def _customers(file: Path, drawn: random.Random) -> None:
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("create table customers (customer_id integer, email text, plan text, since text)")
        database.executemany(
            "insert into customers values (?, ?, ?, ?)",
            [
                (
                    number,
                    f"customer{number}@example.com",
                    drawn.choice(("basic", "basic", "plus")),
                    str(FIRST - timedelta(drawn.randrange(900))),
                )
                for number in range(1, CUSTOMERS + 1)
            ],
        )


def _rentals(folder: Path, drawn: random.Random) -> None:
    """A file a month, with German dates and decimal commas; a ride that is not over yet has no end."""
    months: dict[str, list[str]] = {}
    for number in range(1, 331):
        start = datetime.combine(FIRST, datetime.min.time()) + timedelta(
            days=(number - 1) * DAYS // 330, hours=drawn.randrange(6, 22), minutes=drawn.randrange(60)
        )
        minutes = drawn.randrange(4, 180)
        price = f"{1 + minutes * 0.12:.2f}".replace(".", ",")
        end = "" if number % 41 == 0 else f"{start + timedelta(minutes=minutes):%d.%m.%Y %H:%M}"
        row = (
            str(number),
            str(1000 + drawn.randrange(BIKES)),
            str(drawn.randrange(1, CUSTOMERS + 1)),
            drawn.choice(STATIONS)[0],
            f"{start:%d.%m.%Y %H:%M}",
            end,
            price if end else "",
        )
        months.setdefault(f"{start:%Y-%m}", []).append(";".join(row))
    for month, rows in months.items():
        header = "Ride ID;Bike;Customer;Start Station;Started At;Ended At;Price (EUR)"
        (folder / f"rides_{month}.csv").write_text("\n".join((header, *rows, "")), encoding="utf-8-sig")


def _repairs(file: Path, drawn: random.Random) -> None:
    lines = []
    for number in range(1, 31):
        parts = [drawn.choice(("tyre", "chain", "brake", "light")) for _ in range(drawn.randrange(3))]
        record = {"repairId": f"R-{number:04d}", "bike": 1000 + drawn.randrange(BIKES), "parts": parts}
        record["cost"] = {"hours": drawn.randrange(1, 5), "eur": drawn.randrange(10, 90)}
        if number % 5:
            record["doneOn"] = str(FIRST + timedelta(drawn.randrange(DAYS)))
        lines.append(json.dumps(record))
    with gzip.GzipFile(file, "wb", mtime=0) as stream:
        stream.write(("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    write_files(Path(sys.argv[1] if len(sys.argv) > 1 else "rentals"))
