/**
 * How a request reaches a provider. Where client and provider speak the same format, bytes pass and only the spans that
 * must change are rewritten; otherwise the request and its response are translated through {@code model.chat}.
 */
package dev.sluice.protocol.codec;
