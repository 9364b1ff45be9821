/**
 * A minimal stand-in for a provider. It reads one byte of the path, finds the end of the request and sends bytes
 * rendered at the start. It runs in its own JVM, which ends when its standard input is closed, because the benchmark
 * has ended then.
 */
package dev.sluice.bench.upstream;
