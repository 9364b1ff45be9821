/**
 * The load: connections that send the same rendered request again and again, as fast as answers come or at a constant
 * rate. It runs in the benchmark's own JVM, whose CPU is on nobody's bill.
 */
package dev.sluice.bench.load;
