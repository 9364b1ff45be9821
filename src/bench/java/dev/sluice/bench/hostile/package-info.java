/**
 * {@code ./launcher.sh bench --hostile}: a thousand hostile callers of each kind against a Sluice with a small heap,
 * and what another caller notices. Described in {@code src/docs/performance.md}.
 */
package dev.sluice.bench.hostile;
