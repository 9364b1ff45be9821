/**
 * {@code bench --soak}: mixed load for a long time while the configuration changes, and whether anything grows
 * meanwhile.
 */
package dev.sluice.bench.soak;
