/**
 * Anthropic's Messages API, for clients and for providers: translation of requests, responses and streams to and from
 * {@code model.chat}, and pass-through when both sides use it. {@link dev.sluice.protocol.anthropic.AnthropicProtocol}
 * is the entry point that {@code Protocols} lists.
 *
 * <p>Source: Anthropic's API reference and SDK 1.12.0, read 2026-11.
 */
package dev.sluice.protocol.anthropic;
