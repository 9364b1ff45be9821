/**
 * The codecs that carry a request to a provider and its response back. If client and provider use the same format,
 * bytes are passed through and only the spans that must change are rewritten; otherwise the request and its response
 * are translated through {@code model.chat}.
 */
package dev.sluice.protocol.codec;
