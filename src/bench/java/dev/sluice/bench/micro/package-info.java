/** {@code bench --jmh}: microbenchmarks of the hot path. */
package dev.sluice.bench.micro;
