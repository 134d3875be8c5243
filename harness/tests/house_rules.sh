#!/bin/bash
# Rules of the house that no compiler checks: who may include what. Prints each breach; 1 if any.
set -euo pipefail
cd "$(dirname "$0")/../.."

breaches=0
breach() {
    printf '%s: %s\n' "$1" "$2" >&2
    breaches=$((breaches + 1))
}

# The worker and the extension module live inside the interpreter; everything else stays outside.
while IFS=: read -r file line _; do
    case $file in
        harness/worker/* | kernels/pymodule.c) ;;
        *) breach "$file:$line" "only harness/worker/ and kernels/pymodule.c include Python.h" ;;
    esac
done < <(grep -rnE '^ *# *include *[<"](Python|numpy/[a-z]+)\.h[>"]' --include='*.[ch]' harness kernels reference || :)

# allowed STAGE: the rooms that its files may include. Only commands know two stages.
allowed() {
    case $1 in
        base) echo 'base' ;;
        model) echo 'model base' ;;
        plan) echo 'plan model base measure/process.h measure/ask.h' ;; # a worker reads lab.toml
        worker) echo 'worker model base' ;;
        # What is true comes from the oracles; a machine's limits from the kernels' paces.
        measure) echo 'measure model base reference kernels' ;;
        *) echo "$1 model base" ;;
    esac
}

for stage in base model plan measure worker analyze store show profile; do
    [ -d "harness/$stage" ] || continue
    while IFS=: read -r file line include; do
        header=${include#*\"}
        header=${header%%\"*}
        case $header in */*) ;; *) continue ;; esac # beside the file itself
        ok=no
        for room in $(allowed "$stage"); do
            case $header in "$room" | "$room"/*) ok=yes ;; esac
        done
        [ $ok = yes ] || breach "$file:$line" "$stage may include $(allowed "$stage"), not $header"
    done < <(grep -rnE '^ *# *include *"' --include='*.[ch]' "harness/$stage" || :)
done

# Only main.c ends the program; a worker ends itself.
while IFS=: read -r file line _; do
    case $file in
        harness/main.c | harness/worker/* | harness/tests/*) ;;
        *) breach "$file:$line" "only harness/main.c exits; return an enum status" ;;
    esac
done < <(grep -rnE '(^|[^_a-z])exit\(' --include='*.c' harness kernels reference || :)

[ $breaches -eq 0 ]
