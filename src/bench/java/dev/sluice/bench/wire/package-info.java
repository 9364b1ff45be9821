/** Minimal HTTP/1.1 framing, for an upstream and clients that must use little CPU time themselves. */
package dev.sluice.bench.wire;
