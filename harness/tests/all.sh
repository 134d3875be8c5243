#!/bin/bash
# Runs test programs, then (where FORTYFOLD names the program) the end-to-end tests, all of them
# even if some fail, and ends with one line a part. `make test` and `make test-c` call it.
#
#   BUILD=build/release [FORTYFOLD=/…/bin/fortyfold PYTHON=/usr/bin/python3.11 [SANITIZE=address]] all.sh TEST_PROGRAM…
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

export LSAN_OPTIONS="suppressions=$PWD/harness/tests/leaks.txt:print_suppressions=0"
failed=()
count=0
log=$BUILD/test.log
for program in "$@"; do
    name=${program#"$BUILD"/tests/}
    # Leaks are found after Criterion has counted: the sanitizer's own words decide, too.
    if "$program" --color=never >"$log" 2>&1 && ! grep -q 'ERROR: [A-Za-z]*Sanitizer' "$log"; then
        tested=$(sed -n 's/.*Tested: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
        printf '  ok      %-40s %4d tests\n' "$name" "${tested:-0}"
        count=$((count + ${tested:-0}))
    else
        printf '  FAILED  %s\n' "$name"
        sed 's/^/      /' "$log"
        failed+=("$name")
    fi
done

end_to_end=none
if [ -n "${FORTYFOLD:-}" ]; then
    export FORTYFOLD PYTHON SANITIZE="${SANITIZE:-}" PYTHONDONTWRITEBYTECODE=1
    folders=()
    for folder in harness/tests/e2e kernels/tests labs/tests slides/tests; do
        compgen -G "$folder/test_*.py" >/dev/null && folders+=("$folder")
    done
    # An empty configuration file: a pytest.ini above the tree must not change our tests.
    # Each folder by itself: two folders may both have a conftest.py.
    end_to_end=passed
    for folder in "${folders[@]}"; do
        if ! "$PYTHON" -m pytest -q -c /dev/null --rootdir="$PWD" -p no:cacheprovider \
            --basetemp="$BUILD/pytest" --durations=5 --durations-min=5 "$folder"; then
            failed+=("$folder")
            end_to_end=FAILED
        fi
    done
fi

echo
printf 'unit tests:       %d programs, %d tests\n' $# "$count"
[ "$end_to_end" = none ] || printf 'end-to-end tests: %s (%s)\n' "$end_to_end" "${folders[*]}"
if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[*]}"
    exit 1
fi
echo 'all tests passed'
