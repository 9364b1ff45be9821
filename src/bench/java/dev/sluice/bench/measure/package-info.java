/**
 * Figures of processes from outside: what the kernel accounts, what a JVM tells over JMX, what Sluice tells in its
 * metrics.
 */
package dev.sluice.bench.measure;
