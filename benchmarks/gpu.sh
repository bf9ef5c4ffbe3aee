#!/usr/bin/env bash
# What a GPU is wanted for, in ten minutes: the gpu tests, training speed, and a part of the preset `paper`.
#
#     bash benchmarks/gpu.sh OUT        # from the root of the project, in an environment with [dev,experiments]
#
# Expected: no test fails or is skipped (OUT/tests.txt); OUT/speed.json has updates a second on the GPU, fast and token by
# token, for f = N = 10, 20, 50; OUT/reproduced has Figure 3, or the last checkpoint on the way to it: one layer at f = N = 10
# with 300,000 updates, of which Figures 1, 2 and 4A are made too. The last command is stopped after MINUTES; with --resume,
# and on the same machine, it goes on, and so do fig1, fig2 and fig4 in the same folder.
set -euo pipefail
OUT=${1:?name a folder for what is measured}
MINUTES=${MINUTES:-6}
PYTHON=${PYTHON:-python3}
mkdir -p "$OUT"
"$PYTHON" -m pytest -m gpu -p no:cacheprovider -rs | tee "$OUT/tests.txt"
"$PYTHON" benchmarks/train.py --device cuda --seconds 2 --json > "$OUT/speed.json"
status=0
timeout --signal=INT "$((MINUTES * 60))" "$PYTHON" -m derivations reproduce fig3 --preset paper --device cuda --workers 1 \
  --out "$OUT/reproduced" > "$OUT/reproduce.txt" 2>&1 || status=$?
echo "reproduce ended with status $status (124: stopped by the clock)" | tee -a "$OUT/reproduce.txt"
