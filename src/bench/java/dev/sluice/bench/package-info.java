/**
 * {@code ./launcher.sh bench}: what Sluice costs, beside proxies that only proxy. {@link dev.sluice.bench.Bench} is the
 * command, {@link dev.sluice.bench.Scene} the processes, a {@link dev.sluice.bench.Part} one kind of load with its
 * figures; how to read them is told in {@code src/docs/performance.md}.
 */
package dev.sluice.bench;
