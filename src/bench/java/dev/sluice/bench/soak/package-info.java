/** {@code bench --soak}: a long mixed load with configuration changes, to detect growth and leaks. */
package dev.sluice.bench.soak;
