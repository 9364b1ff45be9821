/**
 * Just enough HTTP/1.1 to find where messages end, for an upstream and clients that must cost next to nothing
 * themselves.
 */
package dev.sluice.bench.wire;
