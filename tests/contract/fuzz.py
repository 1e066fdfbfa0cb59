"""Sends what the API's own description allows, and what it does not, to a running host.

Passes when no answer is a fault of the program, none lies outside the description, whatever the description allows is
taken and whatever it forbids is refused. Ends within two minutes. Speaks to loopback only.

    python3 -m venv target/fuzz
    target/fuzz/bin/pip install --quiet -r tests/contract/requirements.txt
    cargo build --package roster-tests --bin host
    target/fuzz/bin/python tests/contract/fuzz.py target/debug/host
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent

# These lock the vault, now or after a minute, and then every other answer would be "locked".
LOCKING = ["lock_vault", "put_settings"]

CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "unsupported_method",
        "allow_header_conformance",
        "use_after_free",
    ]
)


def fuzz(program: str, arguments: list[str], filters: list[str], seconds: int) -> bool:
    """One host, one run; whether nothing was found and the vault is still as it was."""
    host = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        url = json.loads(host.stdout.readline())["url"]
        before = phase(url)
        with tempfile.TemporaryDirectory() as folder:
            command = [
                str(pathlib.Path(sys.executable).with_name("st")),
                "--config-file",
                str(HERE / "schemathesis.toml"),
                "run",
                f"{url}/api/v1/openapi.json",
                *["--url", url],
                *["--checks", CHECKS],
                *["--max-time", str(seconds)],
                *["--seed", "20261101"],
                *["--generation-database", "none"],
                *["--warnings", "off"],
                "--no-color",
                *filters,
            ]
            code = subprocess.run(command, cwd=folder, timeout=seconds * 3 + 30).returncode
        after = phase(url)
        if not filters_touch_the_vault(filters) and before != after:
            print(f"the vault was {before} and is {after}: most answers were not about what was asked")
            return False
        return code == 0
    finally:
        host.terminate()
        host.wait(timeout=20)


def filters_touch_the_vault(filters: list[str]) -> bool:
    return any(part.startswith("--include") for part in filters)


def phase(url: str) -> str:
    with urllib.request.urlopen(f"{url}/desktop/v1/vault", timeout=10) as answer:
        return json.load(answer)["data"]["phase"]


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    program = sys.argv[1]
    without = [part for operation in LOCKING for part in ("--exclude-operation-id", operation)]
    only = [part for operation in LOCKING for part in ("--include-operation-id", operation)]
    good = fuzz(program, ["--accounts", "30"], without, 60)
    good = fuzz(program, ["--accounts", "3"], only, 10) and good
    good = fuzz(program, ["--absent"], ["--include-path-regex", "^/desktop/v1/(vault|preferences|about)"], 10) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
