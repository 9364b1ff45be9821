/**
 * {@code ./launcher.sh bench}: the cost of Sluice compared with plain reverse proxies. {@link dev.sluice.bench.Bench}
 * is the command, {@link dev.sluice.bench.Testbed} holds the processes, a {@link dev.sluice.bench.Part} is one kind of
 * load with its figures. They are defined in {@code src/docs/performance.md}.
 */
package dev.sluice.bench;
