/** {@code bench --jmh}: the pieces of the hot path, each for itself. */
package dev.sluice.bench.micro;
