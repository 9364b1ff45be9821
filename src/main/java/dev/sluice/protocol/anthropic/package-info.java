/**
 * Anthropic's Messages, as clients speak it to Sluice and as providers speak it: requests, answers and streams to and
 * from {@code model.chat}, and the pass-through of a stream whose two sides both speak it.
 * {@link dev.sluice.protocol.anthropic.AnthropicProtocol} is all that {@code Protocols} knows of it.
 *
 * <p>Facts from Anthropic's API reference and SDK 1.12.0, read 2026-11.
 */
package dev.sluice.protocol.anthropic;
