/** Server-sent events as bytes: framing of a stream that arrives in any fragmentation, and events being written. */
package dev.sluice.protocol.sse;
