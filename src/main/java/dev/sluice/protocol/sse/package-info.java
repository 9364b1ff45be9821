/** Server-sent events as bytes: framing of a stream that arrives in any fragmentation, and writing of events. */
package dev.sluice.protocol.sse;
