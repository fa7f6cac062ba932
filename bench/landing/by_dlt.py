"""dlt, from Arrow batches to Parquet files: run by the Python of an environment of its own, which has dlt and duckdb.

    pip install 'dlt[filesystem,parquet]' duckdb
    python by_dlt.py FILES OUT

Prints what `measure.py` prints of the other ways, as JSON.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import dlt
import duckdb


def main(files: Path, out: Path) -> None:
    """Load each file as a table, in batches of 200,000 rows."""
    os.environ["DESTINATION__FILESYSTEM__BUCKET_URL"] = str(out / "lake")
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    started, before = time.perf_counter(), os.times()
    rows = 0
    for file in sorted(files.iterdir()):
        batches = duckdb.sql(f"from '{file}'").to_arrow_reader(200_000)
        pipeline = dlt.pipeline(
            f"bench_{file.stem}", destination="filesystem", dataset_name=file.stem, pipelines_dir=str(out / "pipelines")
        )
        pipeline.run(dlt.resource((batch for batch in batches), name=file.stem), loader_file_format="parquet")
        rows += pipeline.last_trace.last_normalize_info.row_counts[file.stem]
    after = os.times()
    told = {
        "seconds": time.perf_counter() - started,
        "cpu": after.user + after.system - before.user - before.system,
        "rows": rows,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
