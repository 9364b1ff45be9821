/**
 * The load: connections that send the same rendered request repeatedly, as fast as responses arrive or at a constant
 * rate. It runs in the benchmark's own JVM, whose CPU time is not counted.
 */
package dev.sluice.bench.load;
