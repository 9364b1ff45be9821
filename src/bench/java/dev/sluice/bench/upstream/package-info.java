/**
 * The cheapest upstream that still looks like a provider: it looks at one byte of the path, finds the end of the
 * request and sends bytes that were rendered at the start. A JVM of its own, which ends when its standard input does:
 * whoever started it is gone then.
 */
package dev.sluice.bench.upstream;
